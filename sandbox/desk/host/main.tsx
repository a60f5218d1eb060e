import { createRoot } from "react-dom/client";
import { BoardPage } from "./board-page.tsx";
import { ListPage } from "./list-page.tsx";
import { RecordPage } from "./record-page.tsx";
import { SettingsPage } from "./settings-page.tsx";
import { Shell } from "./shell.tsx";
import { Toasts } from "./toasts.tsx";

const LIST = /^\/contacts\/(\d+)\/objects\/([\d-]+)\/views\/all(\/board)?\/?$/;
const SETTINGS =
  /^\/integrations-settings\/(\d+)\/installed\/framework\/\d+\/settings\/?$/;
const RECORD = /^\/contacts\/(\d+)\/record\/([\d-]+)\/(\d+)\/?$/;

/** Addresses as HubSpot's look. */
function Page() {
  const path = location.pathname;
  const [, listPortal, listType, board] = LIST.exec(path) ?? [];
  const [, portal, type, id] = RECORD.exec(path) ?? [];
  const [, settingsPortal] = SETTINGS.exec(path) ?? [];
  if (settingsPortal) {
    return (
      <Shell portalId={settingsPortal} typeId={null}>
        {(frame) => <SettingsPage {...frame} />}
      </Shell>
    );
  }
  if (listPortal && listType) {
    return (
      <Shell portalId={listPortal} typeId={listType}>
        {({ type, ...frame }) =>
          type &&
          (board !== undefined && type.pipelines !== undefined ? (
            <BoardPage type={type} properties={type.pipelines} {...frame} />
          ) : (
            <ListPage type={type} {...frame} />
          ))
        }
      </Shell>
    );
  }
  if (portal && type && id) {
    return (
      <Shell portalId={portal} typeId={type}>
        {({ type, ...frame }) =>
          type && <RecordPage key={id} objectId={id} type={type} {...frame} />
        }
      </Shell>
    );
  }
  return (
    <main className="nowhere">
      <h1>The desk</h1>
      <p>
        Open <code>/contacts/&lt;portal id&gt;/objects/0-1/views/all</code> for
        the contacts of a portal, or <code>0-2</code> for its companies.
      </p>
    </main>
  );
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <Toasts>
      <Page />
    </Toasts>,
  );
}

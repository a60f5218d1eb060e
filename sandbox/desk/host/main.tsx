import { createRoot } from "react-dom/client";
import { ListPage } from "./list-page.tsx";
import { RecordPage } from "./record-page.tsx";
import { Shell } from "./shell.tsx";
import { Toasts } from "./toasts.tsx";

const LIST = /^\/contacts\/(\d+)\/objects\/([\d-]+)\/views\/all\/?$/;
const RECORD = /^\/contacts\/(\d+)\/record\/([\d-]+)\/(\d+)\/?$/;

/** Addresses as HubSpot's look. */
function Page() {
  const path = location.pathname;
  const [, listPortal, listType] = LIST.exec(path) ?? [];
  const [, portal, type, id] = RECORD.exec(path) ?? [];
  if (listPortal && listType) {
    return (
      <Shell portalId={listPortal} typeId={listType}>
        {(frame) => <ListPage {...frame} />}
      </Shell>
    );
  }
  if (portal && type && id) {
    return (
      <Shell portalId={portal} typeId={type}>
        {(frame) => <RecordPage key={id} objectId={id} {...frame} />}
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

import { CreateObject } from "./create-object.tsx";
import { useOverlay } from "./kit/overlay.tsx";
import type { Frame } from "./shell.tsx";

/** The head of HubSpot's index page: how many objects there are, list or board, and the button that makes one. */
export function ListHead({
  portal,
  client,
  type,
  view,
  total,
}: Frame & {
  view: "list" | "board";
  /** Null while nothing is known. */
  total: number | null;
}) {
  const create = useOverlay(
    <CreateObject
      client={client}
      type={type}
      onCreated={(id) => {
        location.assign(
          `/contacts/${portal.portalId}/record/${type.id}/${id}${location.search}`,
        );
      }}
    />,
  );
  return (
    <div className="list-head">
      <h1>
        {type.plural}
        <small data-testid="total">
          {total === null
            ? ""
            : `${total} ${(total === 1 ? type.singular : type.plural).toLowerCase()}`}
        </small>
      </h1>
      {type.pipelines && (
        <Views portalId={portal.portalId} type={type} view={view} />
      )}
      <button
        type="button"
        className="k-button k-button-primary k-size-md"
        onClick={create.open}
      >
        Create {type.singular.toLowerCase()}
      </button>
      {create.layer}
    </div>
  );
}

/** The two ways to look at objects that go through pipelines. */
function Views({
  portalId,
  type,
  view,
}: Pick<Frame, "type"> & { portalId: number; view: "list" | "board" }) {
  const list = `/contacts/${portalId}/objects/${type.id}/views/all`;
  return (
    <nav className="segments" aria-label="View">
      <a
        href={`${list}/board${location.search}`}
        aria-current={view === "board" ? "page" : undefined}
      >
        Board
      </a>
      <a
        href={`${list}${location.search}`}
        aria-current={view === "list" ? "page" : undefined}
      >
        List
      </a>
    </nav>
  );
}

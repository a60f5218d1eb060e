import type { CrmObject, DeskClient, ObjectType } from "./desk-client.ts";
import { ActionsMenu, MenuItem } from "./actions-menu.tsx";
import { ChooseObject, ConfirmAction } from "./object-dialogs.tsx";
import { initials } from "./shell.tsx";
import { useAttempt } from "./toasts.tsx";

type Props = {
  portalId: number;
  client: DeskClient;
  type: ObjectType;
  object: CrmObject;
  onChanged: () => Promise<void>;
};

/** Who this is, and what a HubSpot user can do with it as a whole. */
export function ObjectHeader({
  portalId,
  client,
  type,
  object,
  onChanged,
}: Props) {
  const attempt = useAttempt();
  const what = type.singular.toLowerCase();
  const subtitle =
    object.properties["jobtitle"] ??
    object.properties["domain"] ??
    object.properties["email"];
  const list = `/contacts/${portalId}/objects/${type.id}/views/all`;
  return (
    <section className="panel head" aria-label={type.singular}>
      <div className="head-links">
        <a href={list}>‹ {type.plural}</a>
        {object.archived ? (
          <button
            type="button"
            className="k-button k-button-primary k-size-sm"
            onClick={() =>
              void attempt(async () => {
                await client.restore(type.id, object.id);
                await onChanged();
              }, `${type.singular} restored`)
            }
          >
            Restore
          </button>
        ) : (
          <ActionsMenu>
            <MenuItem
              dialog={
                <ChooseObject
                  id="merge"
                  title={`Merge ${type.plural.toLowerCase()}`}
                  intro={`${object.name} stays. What the other ${what} alone holds is kept, and its id leads here.`}
                  action="Merge"
                  client={client}
                  type={type}
                  except={object.id}
                  onChosen={async (row) => {
                    const { id } = await client.merge(
                      type.id,
                      object.id,
                      row.id,
                    );
                    location.assign(
                      `/contacts/${portalId}/record/${type.id}/${id}`,
                    );
                  }}
                />
              }
            >
              Merge
            </MenuItem>
            <MenuItem
              dialog={
                <ConfirmAction
                  id="delete"
                  title={`Delete ${what}`}
                  text={`${object.name} is moved to the recently deleted, from where it can be restored.`}
                  action={`Delete ${what}`}
                  onConfirmed={async () => {
                    await client.delete(type.id, object.id);
                    await onChanged();
                  }}
                />
              }
            >
              Delete
            </MenuItem>
            {type.id === "0-1" && (
              <MenuItem
                dialog={
                  <ConfirmAction
                    id="privacy-delete"
                    title="Delete permanently"
                    text={`${object.name} is erased for good, as privacy laws ask for.`}
                    action="Delete permanently"
                    onConfirmed={async () => {
                      await client.privacyDelete(type.id, object.id);
                      location.assign(list);
                    }}
                  />
                }
              >
                Delete permanently
              </MenuItem>
            )}
          </ActionsMenu>
        )}
      </div>
      <div className="identity">
        <span className="avatar large" aria-hidden="true">
          {initials(object.name)}
        </span>
        <div>
          <h1>{object.name}</h1>
          {subtitle && <p>{subtitle}</p>}
          <small>
            {type.singular} <span data-testid="object-id">{object.id}</span>
          </small>
        </div>
      </div>
      {object.archived && (
        <p className="deleted" role="status">
          This {what} is deleted.
        </p>
      )}
    </section>
  );
}

import { useEffect, useState } from "react";
import { OBJECT_TYPES } from "../crm-properties.ts";
import type {
  CrmObject,
  DeskClient,
  Neighbours,
  ObjectType,
} from "./desk-client.ts";
import { Icon } from "./kit/icon.tsx";
import { useOverlay } from "./kit/overlay.tsx";
import { ChooseObject } from "./object-dialogs.tsx";
import { initials } from "./shell.tsx";
import { useAttempt } from "./toasts.tsx";

type Props = {
  portalId: number;
  client: DeskClient;
  type: ObjectType;
  /** The type on the other end. */
  other: ObjectType;
  object: CrmObject;
  onChanged: () => Promise<void>;
};

/** HubSpot's list of associated objects of one type, with add and remove. */
export function AssociationsPanel({
  portalId,
  client,
  type,
  other,
  object,
  onChanged,
}: Props) {
  const attempt = useAttempt();
  const { total, results } = useNeighbours(client, type.id, other.id, object);
  const edge = (toId: string) => ({
    fromType: type.id,
    fromId: object.id,
    toType: other.id,
    toId,
  });
  const id = `associate-${other.id}`;
  const add = useOverlay(
    <ChooseObject
      id={id}
      title={`Add ${other.singular.toLowerCase()}`}
      intro={`Choose the ${other.singular.toLowerCase()} to associate with ${object.name}.`}
      action="Associate"
      client={client}
      type={other}
      onChosen={async (row) => {
        await client.associate({
          ...edge(row.id),
          ...(total === 0 && other.id === "0-2" ? { primary: true } : {}),
        });
        await onChanged();
      }}
    />,
  );
  return (
    <section className="panel" aria-label={other.plural}>
      <header>
        <h2>
          {other.plural} ({total})
        </h2>
        <button
          type="button"
          className="k-button k-button-transparent k-size-sm"
          disabled={object.archived}
          onClick={add.open}
        >
          <Icon name="add" /> Add
        </button>
      </header>
      {total === 0 ? (
        <p className="note">No {other.plural.toLowerCase()} associated.</p>
      ) : (
        <ul className="near">
          {results.map(({ id: toObjectId, name, primary }) => (
            <li key={toObjectId} data-testid={`association:${toObjectId}`}>
              <span className="avatar" aria-hidden="true">
                {initials(name)}
              </span>
              <a
                href={`/contacts/${portalId}/record/${other.id}/${toObjectId}`}
              >
                {name}
              </a>
              {primary && <span className="k-tag k-tone-default">Primary</span>}
              <button
                type="button"
                className="icon-button"
                aria-label={`Remove ${name}`}
                onClick={() =>
                  void attempt(async () => {
                    await client.dissociate(edge(toObjectId));
                    await onChanged();
                  }, "Association removed")
                }
              >
                <Icon name="remove" />
              </button>
            </li>
          ))}
          {total > results.length && (
            <li className="blank">and {total - results.length} more</li>
          )}
        </ul>
      )}
      {add.layer}
    </section>
  );
}

/** The names on the other end, asked for again when the associations have changed. */
function useNeighbours(
  client: DeskClient,
  typeId: string,
  otherId: string,
  object: CrmObject,
): Neighbours {
  const [near, setNear] = useState<Neighbours>({ results: [], total: 0 });
  const edges = JSON.stringify(
    object.associations.filter(
      ({ toObjectTypeId }) => toObjectTypeId === otherId,
    ),
  );
  useEffect(() => {
    let wanted = true;
    client.near(typeId, object.id, otherId).then(
      (answer) => {
        if (wanted) setNear(answer);
      },
      () => {
        if (wanted) setNear({ results: [], total: 0 });
      },
    );
    return () => {
      wanted = false;
    };
  }, [client, typeId, otherId, object.id, edges]);
  return near;
}

/** Which types HubSpot's record page lists beside an object of `type`. */
export function neighbours(type: ObjectType): ObjectType[] {
  return Object.values(OBJECT_TYPES).filter(({ id }) => id !== type.id);
}

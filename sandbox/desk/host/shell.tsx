import { useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { OBJECT_TYPES } from "../crm-properties.ts";
import { AutomaticSwitch } from "./automatic-switch.tsx";
import { deskClient } from "./desk-client.ts";
import type { DeskClient, ObjectType, Portal, User } from "./desk-client.ts";
import { ErrorState } from "./kit/notices.tsx";
import { LoadingSpinner } from "./kit/progress.tsx";

/** What every page of objects knows. */
export type Frame = { portal: Portal; type: ObjectType; client: DeskClient };

type Props = {
  portalId: string;
  /** Null on a page that is not of one type. */
  typeId: string | null;
  children: (
    frame: Omit<Frame, "type"> & { type: ObjectType | null },
  ) => ReactNode;
};

/** The bar above every page: object types, the switch for automatic sync, who sits here. */
export function Shell({ portalId, typeId, children }: Props) {
  const user = new URLSearchParams(location.search).get("user");
  const client = useMemo(() => deskClient(portalId, user), [portalId, user]);
  const [portal, setPortal] = useState<Portal | null>(null);
  const [error, setError] = useState<string | null>(null);
  const type = typeId === null ? null : OBJECT_TYPES[typeId];
  useEffect(() => {
    client.portal().then(setPortal, (cause: unknown) => {
      setError(cause instanceof Error ? cause.message : String(cause));
    });
  }, [client]);

  return (
    <>
      <nav className="top-bar" aria-label="Portal">
        <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="9" cy="12" r="5.500" />
          <circle cx="15" cy="12" r="5.500" />
        </svg>
        {Object.values(OBJECT_TYPES).map(({ id, plural, pipelines }) => (
          <a
            key={id}
            href={`/contacts/${portalId}/objects/${id}/views/all${pipelines ? "/board" : ""}${location.search}`}
            aria-current={id === typeId ? "page" : undefined}
          >
            {plural}
          </a>
        ))}
        <span className="grow" />
        {portal && <AutomaticSwitch client={client} />}
        {portal?.settings && (
          <a
            href={`/integrations-settings/${portalId}/installed/framework/${portal.appId}/settings${location.search}`}
            aria-current={typeId === null ? "page" : undefined}
          >
            Connected apps
          </a>
        )}
        {portal && <Who portal={portal} />}
      </nav>
      {error !== null ? (
        <main className="nowhere">
          <ErrorState title="The portal could not be read">{error}</ErrorState>
        </main>
      ) : type === undefined ? (
        <main className="nowhere">
          <ErrorState title="No such page">
            The desk has no page for objects of type {typeId}.
          </ErrorState>
        </main>
      ) : portal ? (
        children({ portal, type, client })
      ) : (
        <main className="nowhere">
          <LoadingSpinner label="Loading" layout="centered" />
        </main>
      )}
    </>
  );
}

/** Who sits at the desk. Another user can take the seat: the address names who. */
function Who({ portal: { portalId, user, users } }: { portal: Portal }) {
  const nameOf = ({ firstName, lastName }: User) => `${firstName} ${lastName}`;
  return (
    <span className="who" title={user.email}>
      <span className="avatar" aria-hidden="true">
        {initials(nameOf(user))}
      </span>
      <span>
        <select
          aria-label="User"
          value={user.id}
          onChange={(event) => {
            const query = new URLSearchParams(location.search);
            query.set("user", event.currentTarget.value);
            location.search = query.toString();
          }}
        >
          {users.map((each) => (
            <option key={each.id} value={each.id}>
              {nameOf(each)}
            </option>
          ))}
        </select>
        <small>Portal {portalId}</small>
      </span>
    </span>
  );
}

/** "Ada Admin" reads AA; at most two letters. */
export function initials(name: string): string {
  const letters = name
    .split(/\s+/)
    .flatMap((word) => word.match(/\p{L}|\p{N}/u) ?? []);
  return (
    [letters[0], letters.length > 1 ? letters.at(-1) : undefined]
      .join("")
      .toUpperCase() || "?"
  );
}

import { useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { OBJECT_TYPES } from "../crm-properties.ts";
import { AutomaticSwitch } from "./automatic-switch.tsx";
import { deskClient } from "./desk-client.ts";
import type { DeskClient, ObjectType, Portal } from "./desk-client.ts";
import { ErrorState } from "./kit/notices.tsx";
import { LoadingSpinner } from "./kit/progress.tsx";

/** What every page knows. */
export type Frame = { portal: Portal; type: ObjectType; client: DeskClient };

type Props = {
  portalId: string;
  typeId: string;
  children: (frame: Frame) => ReactNode;
};

/** The bar above every page: object types, the switch for automatic sync, who sits here. */
export function Shell({ portalId, typeId, children }: Props) {
  const client = useMemo(() => deskClient(portalId), [portalId]);
  const [portal, setPortal] = useState<Portal | null>(null);
  const [error, setError] = useState<string | null>(null);
  const type = OBJECT_TYPES[typeId];
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
        {Object.values(OBJECT_TYPES).map(({ id, plural }) => (
          <a
            key={id}
            href={`/contacts/${portalId}/objects/${id}/views/all`}
            aria-current={id === typeId ? "page" : undefined}
          >
            {plural}
          </a>
        ))}
        <span className="grow" />
        {portal && <AutomaticSwitch client={client} />}
        {portal && (
          <span className="who" title={portal.user.email}>
            <span className="avatar" aria-hidden="true">
              {initials(`${portal.user.firstName} ${portal.user.lastName}`)}
            </span>
            <span>
              {portal.user.firstName} {portal.user.lastName}
              <small>Portal {portalId}</small>
            </span>
          </span>
        )}
      </nav>
      {error !== null ? (
        <main className="nowhere">
          <ErrorState title="The portal could not be read">{error}</ErrorState>
        </main>
      ) : !type ? (
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

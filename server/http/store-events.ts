import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import { toJson } from "../database/json.ts";
import { mayEscapeUnstorable } from "../storable-text.ts";
import type { RoutedEvent } from "./webhook-event.ts";

/**
 * Inserts the events of webhook bodies in one statement and answers how many belong to portals that are known here.
 * The bodies' events, in order, belong to `routes` by position; where a route is null, its event is passed by. The bodies' text
 * goes to Postgres as it came, so that nothing is turned into JSON a second time.
 */
export async function storeEvents(
  database: Database,
  bodies: readonly { text: string; events: readonly unknown[] }[],
  routes: readonly (RoutedEvent | null)[],
): Promise<number> {
  const texts = bodies.map(({ text, events }) =>
    mayEscapeUnstorable.test(text) ? toJson(events) : text,
  );
  const portals = routes.map((route) => route?.portalId ?? null);
  const result = await database.crossing((db) =>
    sql`
      insert into inbox (portal_id, kind, object_type, object_id, occurred_at, event)
      select e.portal_id, e.kind, e.object_type, e.object_id, to_timestamp(e.occurred_at / 1000), e.event
      from rows from (
        unnest(${portals}::bigint[]),
        unnest(${routes.map((route) => route?.kind ?? null)}::text[]),
        unnest(${routes.map((route) => route?.objectType ?? null)}::text[]),
        unnest(${routes.map((route) => route?.objectId ?? null)}::bigint[]),
        unnest(${routes.map((route) => route?.occurredAt ?? null)}::float8[]),
        jsonb_array_elements(${joinLists(texts)}::jsonb)
      ) as e(portal_id, kind, object_type, object_id, occurred_at, event)
      where e.kind is not null and e.portal_id in (
        select i.portal_id from installation i
        where i.portal_id = any (${[...new Set(portals)]}::bigint[]) and i.state <> 'uninstalled'
      )`.execute(db),
  );
  return Number(result.numAffectedRows ?? 0n);
}

/** The text of one list of all the lists' elements. */
function joinLists(texts: readonly string[]): string {
  const [first = "[]", ...more] = texts;
  if (more.length === 0) return first;
  const elements = texts
    .map((text) => text.trim().slice(1, -1).trim())
    .filter((text) => text !== "");
  return `[${elements.join(",")}]`;
}

import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import { toJson } from "../database/json.ts";
import type { RoutedEvent } from "./webhook-event.ts";

/**
 * Stores the events of one webhook body in one statement and answers how many belong to portals that are known here.
 * `events` and `routes` run side by side; where `routes` is null, its event is passed by. `text` is the body as it
 * came, a JSON array of `events`: it goes to Postgres as it is, so that nothing is turned into JSON a second time.
 */
export async function storeEvents(
  database: Database,
  text: string,
  events: readonly unknown[],
  routes: readonly (RoutedEvent | null)[],
): Promise<number> {
  const body = unstorable.test(text) ? toJson(wellFormed(events)) : text;
  const columns = {
    portals: routes.map((route) => route?.portalId ?? null),
    kinds: routes.map((route) => route?.kind ?? null),
    types: routes.map((route) => route?.objectType ?? null),
    objects: routes.map((route) => route?.objectId ?? null),
    times: routes.map((route) => route?.occurredAt ?? null),
  };
  const stored = await database.crossing((db) =>
    sql`
      insert into inbox (portal_id, kind, object_type, object_id, occurred_at, event)
      select e.portal_id, e.kind, e.object_type, e.object_id, to_timestamp(e.occurred_at / 1000), e.event
      from rows from (
        unnest(${columns.portals}::bigint[]), unnest(${columns.kinds}::text[]), unnest(${columns.types}::text[]),
        unnest(${columns.objects}::bigint[]), unnest(${columns.times}::float8[]), jsonb_array_elements(${body}::jsonb)
      ) as e(portal_id, kind, object_type, object_id, occurred_at, event)
      where e.kind is not null and e.portal_id in (
        select i.portal_id from installation i
        where i.portal_id = any (${[...new Set(columns.portals)]}::bigint[]) and i.state <> 'uninstalled'
      )`.execute(db),
  );
  return Number(stored.numAffectedRows ?? 0n);
}

// Escapes that jsonb may refuse: NUL, and surrogates, which may stand alone. Rare enough to pay for JSON again.
const unstorable = /\\u(?:0000|d[89a-f])/i;

function wellFormed(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_name, part: unknown) =>
      typeof part === "string" ? part.toWellFormed() : part,
    ),
  );
}

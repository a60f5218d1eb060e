import { sql } from "kysely";
import type { Db } from "./database.ts";
import { toJson } from "./json.ts";

/** Events of one portal that are kept; more are only counted. */
export const SET_ASIDE_EVENTS = 1_000;
/** Days that they are kept. */
export const SET_ASIDE_DAYS = 30;
/** Characters of one event that are kept. */
export const SET_ASIDE_CHARACTERS = 16_384;

/** An event to be kept for operators. The reason has none of the event's values. */
export type SetAside = {
  readonly portalId: number;
  readonly reason: string;
  readonly event: unknown;
};

/**
 * Keeps events that are not worked in their order, as far as each portal has room, and returns how many were kept. Events
 * of portals that aren't installed are left out. Runs as the portal, or across portals.
 */
export async function setAsideEvents(
  db: Db,
  events: readonly SetAside[],
): Promise<number> {
  if (events.length === 0) return 0;
  const rows = firstOfEachPortal(events).map(({ portalId, reason, event }) => {
    const text = textOf(event);
    return {
      portal: portalId,
      reason,
      length: text.length,
      event: text.slice(0, SET_ASIDE_CHARACTERS),
    };
  });
  const { numAffectedRows } = await sql`
    insert into set_aside_event (portal_id, reason, length, event)
    select n.portal, n.reason, n.length, n.event
    from (
      select r.*, row_number() over (partition by r.portal order by r.at) as place
      from rows from (jsonb_to_recordset(${toJson(rows)}::jsonb) as (portal bigint, reason text, length integer, event text))
        with ordinality as r(portal, reason, length, event, at)
    ) n
    join installation i on i.portal_id = n.portal and i.state <> 'uninstalled'
    where n.place <= ${SET_ASIDE_EVENTS} - (select count(*) from set_aside_event s where s.portal_id = n.portal)
    order by n.at`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** No more than a portal may have, so that a body of 8 MB does not make a statement of 80,000 rows. */
function firstOfEachPortal(events: readonly SetAside[]): readonly SetAside[] {
  const count = new Map<number, number>();
  return events.filter(({ portalId }) => {
    const place = (count.get(portalId) ?? 0) + 1;
    count.set(portalId, place);
    return place <= SET_ASIDE_EVENTS;
  });
}

function textOf(event: unknown): string {
  try {
    return toJson(event);
  } catch (error) {
    // JSON.stringify nests calls where JSON.parse doesn't.
    if (!(error instanceof RangeError)) throw error;
    return "(nested too deeply)";
  }
}

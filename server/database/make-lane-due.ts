import { sql } from "kysely";
import type { Db } from "./database.ts";
import type { PortalId } from "../settings/object-type.ts";
import type { LaneKind } from "./tables.ts";

/**
 * Makes a lane due, of one portal or (as the crossing role) of all that have it, in the caller's transaction. A lane
 * that is being worked, or that waits for HubSpot or after a failure, keeps its time. Takes no lock that another
 * transaction holds: a row that is locked is in a worker's hands.
 */
export async function makeLaneDue(
  db: Db,
  kind: LaneKind,
  portalId?: PortalId,
): Promise<void> {
  if (portalId !== undefined) {
    await sql`
      insert into lane (portal_id, kind)
      select ${portalId}::bigint, ${kind}::text
      where not exists (select from lane where portal_id = ${portalId} and kind = ${kind})
      on conflict do nothing`.execute(db);
  }
  const ofPortal =
    portalId === undefined ? sql`` : sql`and portal_id = ${portalId}`;
  await sql`
    update lane set next_at = now()
    from (
      select portal_id, kind from lane
      where kind = ${kind} ${ofPortal} and not leased and not waits and next_at > now()
      for update skip locked
    ) idle
    where lane.portal_id = idle.portal_id and lane.kind = idle.kind`.execute(
    db,
  );
}

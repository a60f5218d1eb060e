import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";

/**
 * Has a portal's housekeeping look soon, in the caller's transaction. The poll (jobs/wake-lanes.ts) sees it whenever it
 * is committed: also in the last moment of a turn, which has looked before and can't be made due again. A wish that
 * stands is made anew, so that a turn which takes it waits for this transaction.
 */
export async function wantUpkeep(db: Db, portalId: PortalId): Promise<void> {
  await sql`
    update installation set upkeep_wanted_at = now() where portal_id = ${portalId}`.execute(
    db,
  );
}

/** Takes what was wanted, at a turn's start: whatever is committed from here on is for the next one. */
export async function takeUpkeepWish(
  db: Db,
  portalId: PortalId,
): Promise<void> {
  await sql`
    update installation set upkeep_wanted_at = null
    where portal_id = ${portalId} and upkeep_wanted_at is not null`.execute(db);
}

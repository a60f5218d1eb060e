import { sql } from "kysely";
import type { World } from "../world.ts";

/**
 * A minute in a moment: claims end, the search's lag is over for what was written, and what was put off is due. Nothing is
 * made older than that minute, so that a test may call it until something has happened.
 */
export const letAMinutePass = (world: World): Promise<void> =>
  world.server.database.inPortal(world.portalId, async (db) => {
    await sql`
      update attempt set claim_ends_at = now(), created_at = least(created_at, now() - interval '1 minute')
      where portal_id = ${world.portalId}`.execute(db);
    await sql`update dirty set due_at = now() where portal_id = ${world.portalId}`.execute(
      db,
    );
    await sql`
      update inbox set due_at = now()
      where portal_id = ${world.portalId} and settled_at is null`.execute(db);
  });

import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import {
  removeArchived,
  removeExpired,
  removeUninstalled,
} from "../database/retention.ts";
import {
  endSetupWindow,
  setupWindowEnd,
} from "../sync/installation/installation-moves.ts";
import type { LaneWork } from "./lane.ts";

/** What a portal needs now and then: the end of its setup window, and retention. */
export function createHousekeeping(database: Database): LaneWork {
  return async (portalId, { fence }) => {
    const { windowEnd, more } = await database.inPortal(
      portalId,
      async (db) => {
        await endSetupWindow(db, portalId);
        const expired = await removeExpired(db);
        const archived = await removeArchived(db);
        const uninstalled = await removeUninstalled(db);
        await fence(db);
        return {
          windowEnd: await setupWindowEnd(db, portalId),
          more: expired || archived || uninstalled,
        };
      },
    );
    await database.crossing(async (db) => {
      await db
        .deleteFrom("oauth_state_used")
        .where("expires_at", "<", sql<Date>`now()`)
        .execute();
      // of portals whose data is gone
      await sql`
        delete from lane where portal_id = ${portalId}
          and not exists (select from installation i where i.portal_id = lane.portal_id)`.execute(
        db,
      );
    });
    return { again: more ? "now" : windowEnd };
  };
}

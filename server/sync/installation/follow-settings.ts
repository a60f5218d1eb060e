import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { makeLaneDue } from "../../database/make-lane-due.ts";
import { optionalTypes } from "../../settings/enabled-types.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { queueFirstPulls, queueReconnection } from "./installation-moves.ts";
import { keepFieldTimes } from "./timed-fields.ts";
import { markParkedDirty } from "../recheck/mark-parked-dirty.ts";

/**
 * What a change of settings sets in motion, in its own transaction: automatic pull that is switched on catches up from
 * its old cursor and sweeps; automatic push looks at what has waited; another mapping gives parked fields another try; a
 * type that is switched on is pulled; changes are timed where the newer one wins.
 */
export async function followSettings(
  db: Db,
  portalId: PortalId,
  before: Settings,
  after: Settings,
): Promise<void> {
  if (optionalTypes.some((type) => after[type].enabled === true))
    await queueFirstPulls(db, portalId, "settings");
  if (after.automatic.pull && !before.automatic.pull)
    await queueReconnection(db, portalId);
  if (after.automatic.push && !before.automatic.push) {
    await sql`update dirty set due_at = now() where portal_id = ${portalId} and due_at > now() and due_at < 'infinity'`.execute(
      db,
    );
    await makeLaneDue(db, "dirty", portalId);
  }
  await keepFieldTimes(db, portalId, after);
  for (const type of objectTypes) {
    if (
      JSON.stringify(before[type].mappings) !==
      JSON.stringify(after[type].mappings)
    ) {
      await markParkedDirty(db, portalId, type);
    }
  }
}

import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { SettingsWrite, VersionedSettings } from "../../settings/store.ts";
import { readSettings, writeSettings } from "../../settings/store.ts";
import { followSettings } from "./follow-settings.ts";

/**
 * Saves a whole document as the version after `change.version`, if that is the newest, and starts what the change
 * entails, in the same transaction. Every way to save goes through here.
 */
export async function saveSettings(
  db: Db,
  portalId: PortalId,
  change: VersionedSettings,
  by: string,
): Promise<SettingsWrite> {
  // A look at changed records doesn't put them off by what is about to change (sources/dirty.ts).
  await sql`select from installation where portal_id = ${portalId} for no key update`.execute(
    db,
  );
  const before = await readSettings(db, portalId);
  const written = await writeSettings(db, portalId, change, by);
  if (written.ok)
    await followSettings(db, portalId, before.settings, written.settings, by);
  return written;
}

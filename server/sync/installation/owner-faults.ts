import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { loadOwnerMap } from "./definitions.ts";
import { newOwnerFaults, ownerFaults } from "./pure/owner-faults.ts";
import type { SettingsWarning } from "./pure/settings-warning.ts";

/** Returns what HubSpot's owners, as last read, say against a document's owners. */
export const misfitOwners = async (
  db: Db,
  portalId: PortalId,
  { owners }: Pick<Settings, "owners">,
): Promise<SettingsWarning[]> =>
  owners.length === 0
    ? []
    : ownerFaults(await loadOwnerMap(db, portalId, owners), owners);

/** Returns the places of owners that can't be saved: those that don't work, and did or weren't there before. */
export async function newMisfitOwners(
  db: Db,
  portalId: PortalId,
  change: { readonly before: Settings; readonly after: Settings },
): Promise<SettingsWarning[]> {
  const after = await misfitOwners(db, portalId, change.after);
  return after.length === 0
    ? []
    : newOwnerFaults(await misfitOwners(db, portalId, change.before), after, {
        before: change.before.owners,
        after: change.after.owners,
      });
}

import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { listedTypes } from "../../settings/types/index.ts";
import {
  hasDefinitions,
  loadOwners,
  loadPropertyDefinitions,
} from "./definitions.ts";
import type { SettingsWarning } from "./pure/mapping-warnings.ts";
import { mappingWarnings } from "./pure/mapping-warnings.ts";
import { misfitSources, sourcePlace } from "./source-faults.ts";

/**
 * Returns what HubSpot's definitions and owners, as last read, say against a document: its mappings, sources, and owners.
 * Nothing is said of a type whose definitions were never read.
 */
export async function settingsWarnings(
  db: Db,
  portalId: PortalId,
  settings: Settings,
): Promise<SettingsWarning[]> {
  const warnings: SettingsWarning[] = [];
  const { idByEmail } = await loadOwners(db, portalId);
  for (const type of listedTypes) {
    const { mappings } = settings[type];
    if (!(await hasDefinitions(db, portalId, type))) continue;
    const definitions = await loadPropertyDefinitions(
      db,
      portalId,
      type,
      mappings.map(({ property }) => property),
    );
    warnings.push(
      ...mappings.flatMap((mapping, index) =>
        mappingWarnings(mapping, definitions).map(({ path, message }) => ({
          path: [type, "mappings", index, ...path],
          message,
        })),
      ),
    );
    const { newOwner } = settings[type];
    if (
      newOwner?.rule === "owner" &&
      !Object.hasOwn(idByEmail, newOwner.ownerEmail)
    )
      warnings.push({
        path: [type, "newOwner", "ownerEmail"],
        message:
          "HubSpot has no active owner with this email, so new objects will have no owner.",
      });
  }
  const sources = await misfitSources(db, portalId, settings);
  return [...warnings, ...sources.map(sourcePlace)];
}

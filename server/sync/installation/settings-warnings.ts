import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { listedTypes } from "../../settings/types/index.ts";
import { hasDefinitions, loadPropertyDefinitions } from "./definitions.ts";
import type { SettingsWarning } from "./pure/mapping-warnings.ts";
import { mappingWarnings } from "./pure/mapping-warnings.ts";
import { misfitSources, sourcePlace } from "./source-faults.ts";

/**
 * Returns what HubSpot's definitions, as last read, say against the mappings and sources of a document. Nothing is said of a type
 * whose definitions were never read.
 */
export async function settingsWarnings(
  db: Db,
  portalId: PortalId,
  settings: Settings,
): Promise<SettingsWarning[]> {
  const warnings: SettingsWarning[] = [];
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
  }
  const sources = await misfitSources(db, portalId, settings);
  return [...warnings, ...sources.map(sourcePlace)];
}

import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { listedTypes } from "../../settings/types/index.ts";
import { findMappings, loadRequired } from "./mapping-facts.ts";
import { requiredEntry } from "./pure/drift-entry.ts";

/** A place in a document of settings, and what about it won't work in HubSpot as it is now. */
export type SettingsWarning = {
  readonly path: readonly (string | number)[];
  readonly message: string;
};

/**
 * Returns what HubSpot's definitions, as last read, and the catalogue of fields say against the mappings of a document.
 * Nothing is said of a type whose definitions were never read.
 */
export async function settingsWarnings(
  db: Db,
  portalId: PortalId,
  settings: Settings,
): Promise<SettingsWarning[]> {
  const warnings: SettingsWarning[] = [];
  for (const type of listedTypes) {
    const { mappings } = settings[type];
    for (const { index, findings } of await findMappings(
      db,
      portalId,
      type,
      mappings,
    ))
      for (const { places } of findings)
        warnings.push(
          ...places.map(({ path, cause, fix }) => ({
            path: [type, "mappings", index, ...path],
            message: `${cause} ${fix}`,
          })),
        );
    const required = requiredEntry(
      type,
      mappings,
      await loadRequired(db, portalId, type),
    );
    if (required !== null)
      warnings.push({
        path: [type, "mappings"],
        message: `${required.cause} ${required.fix}`,
      });
  }
  return warnings;
}

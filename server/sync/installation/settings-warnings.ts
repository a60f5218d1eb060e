import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { listedTypes } from "../../settings/types/index.ts";
import { loadOwners, loadPropertyDefinitions } from "./definitions.ts";
import type { SettingsWarning } from "./pure/mapping-warnings.ts";
import { mappingWarnings } from "./pure/mapping-warnings.ts";

/**
 * Returns what HubSpot's definitions and owners, as last read, say against a document. Nothing is said of a type whose
 * definitions were never read.
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
  return warnings;
}

async function hasDefinitions(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<boolean> {
  const { rows } = await sql`
    select from hubspot_definition
    where portal_id = ${portalId} and kind = 'property' and object_type = ${type} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

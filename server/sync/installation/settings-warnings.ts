import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import type { Settings } from "../../settings/schema.ts";
import { listedTypes } from "../../settings/types/index.ts";
import {
  hasDefinitions,
  loadOwners,
  loadPropertyDefinitions,
} from "./definitions.ts";
import { own } from "../values/value.ts";
import { findMappings, loadRequired } from "./mapping-facts.ts";
import { requiredEntry } from "./pure/drift-entry.ts";
import type { SettingsWarning } from "./pure/settings-warning.ts";
import { unmappedOptions } from "./pure/unmapped-options.ts";
import { misfitSources, sourcePlace } from "./source-faults.ts";

/**
 * Returns what HubSpot's definitions and owners, as last read, and the catalogue of fields say against a document: its
 * mappings, sources, and owners. Nothing is said of a type whose definitions were never read.
 */
export async function settingsWarnings(
  db: Db,
  portalId: PortalId,
  settings: Settings,
): Promise<SettingsWarning[]> {
  const warnings: SettingsWarning[] = [];
  const { idByEmail } = await loadOwners(db, portalId);
  for (const type of listedTypes) {
    if (!(await hasDefinitions(db, portalId, type))) continue;
    warnings.push(
      ...(await findingsOf(db, portalId, type, settings)),
      ...(await unmappedOf(db, portalId, type, settings)),
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

/** What would be drift if it were saved. */
async function findingsOf(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { [type]: { mappings } }: Settings,
): Promise<SettingsWarning[]> {
  const found = await findMappings(db, portalId, type, mappings);
  const required = requiredEntry(
    type,
    mappings,
    await loadRequired(db, portalId, type),
  );
  return [
    ...found.flatMap(({ index, findings }) =>
      findings.flatMap(({ places }) =>
        places.map(({ path, cause, fix }) => ({
          path: [type, "mappings", index, ...path],
          message: `${cause} ${fix}`,
        })),
      ),
    ),
    ...(required === null
      ? []
      : [
          {
            path: [type, "mappings"],
            message: `${required.cause} ${required.fix}`,
          },
        ]),
  ];
}

/** Options of HubSpot's that the mappings of a type leave out. */
async function unmappedOf(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { [type]: { mappings } }: Settings,
): Promise<SettingsWarning[]> {
  const definitions = await loadPropertyDefinitions(
    db,
    portalId,
    type,
    mappings.flatMap(({ conversion, property }) =>
      conversion.kind === "options" ? [property] : [],
    ),
  );
  return mappings.flatMap((mapping, index) => {
    const definition = own(definitions, mapping.property);
    const message = definition && unmappedOptions(mapping, definition);
    return message
      ? [
          {
            path: [type, "mappings", index, "conversion", "pairs"],
            message,
          },
        ]
      : [];
  });
}

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
import { findMappings } from "./mapping-facts.ts";
import { misfitOwners } from "./owner-faults.ts";
import type { SettingsWarning } from "./pure/settings-warning.ts";
import { unmappedOptions } from "./pure/unmapped-options.ts";
import { missingPipelines } from "./missing-pipelines.ts";
import { findRequired } from "./required-properties.ts";
import { misfitSources, sourcePlace } from "./source-faults.ts";

/**
 * Returns what HubSpot's definitions and owners, as last read, and the catalogue of fields say against a document: its
 * mappings, sources, and owners. Nothing is said of a type whose definitions were never read. Reads records and links, as
 * findMappings does.
 */
export async function settingsWarnings(
  db: Db,
  portalId: PortalId,
  settings: Settings,
): Promise<SettingsWarning[]> {
  const warnings: SettingsWarning[] = [];
  for (const type of listedTypes)
    if (await hasDefinitions(db, portalId, type))
      warnings.push(...(await findingsOf(db, portalId, type, settings)));
  return [...warnings, ...(await choiceWarnings(db, portalId, settings))];
}

/**
 * The same without what is drift once it's saved, and is stored then: options that no pair has, pipelines, owners, and sources.
 * Reads definitions and owners only.
 */
export async function choiceWarnings(
  db: Db,
  portalId: PortalId,
  settings: Settings,
): Promise<SettingsWarning[]> {
  const warnings: SettingsWarning[] = [];
  for (const type of listedTypes) {
    if (!(await hasDefinitions(db, portalId, type))) continue;
    warnings.push(...(await unmappedOf(db, portalId, type, settings)));
    for (const id of await missingPipelines(db, portalId, type, settings))
      warnings.push({
        path: [type, "pipelines", settings[type].pipelines?.indexOf(id) ?? 0],
        message: `HubSpot has no pipeline ${id}.`,
      });
    const { newOwner } = settings[type];
    if (newOwner?.rule !== "owner") continue;
    const { idByEmail } = await loadOwners(db, portalId, settings.owners);
    if (!Object.hasOwn(idByEmail, newOwner.ownerEmail))
      warnings.push({
        path: [type, "newOwner", "ownerEmail"],
        message:
          "HubSpot has no active owner with this email, so new objects will have no owner.",
      });
  }
  const sources = await misfitSources(db, portalId, settings);
  return [
    ...warnings,
    ...sources.map(sourcePlace),
    ...(await misfitOwners(db, portalId, settings)),
  ];
}

/** What would be drift if it were saved. */
async function findingsOf(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
): Promise<SettingsWarning[]> {
  const found = await findMappings(db, portalId, type, settings);
  const required = await findRequired(db, portalId, type, settings);
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

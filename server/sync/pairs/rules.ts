import type { Db } from "../../database/database.ts";
import { enabledTypes } from "../../settings/enabled-types.ts";
import { readSettings } from "../../settings/store.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { descriptorOf, parentKindsOf } from "../../settings/types/index.ts";
import type { MissingCapabilities } from "../installation/capabilities.ts";
import {
  loadOwners,
  loadPropertyDefinitions,
} from "../installation/definitions.ts";
import {
  creationKeyProperty,
  identifyingProperties,
} from "../values/identity.ts";
import type { Missing, Rules } from "../model.ts";

/** What holds for one pass over one object type: settings, HubSpot's definitions, owners, and whether creating is allowed. */
export async function loadRules(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<Rules> {
  const { settings } = await readSettings(db, portalId);
  const installation = await db
    .selectFrom("installation")
    .select([
      "first_pull_ended",
      "missing_capabilities",
      "scopes",
      "unique_property",
    ])
    .where("portal_id", "=", portalId)
    .executeTakeFirst();
  return {
    settings,
    definitions: await loadPropertyDefinitions(
      db,
      portalId,
      type,
      settings[type].mappings.map((mapping) => mapping.property),
    ),
    owners: settings[type].mappings.some(
      (mapping) => mapping.conversion.kind === "owner",
    )
      ? await loadOwners(db, portalId)
      : { idByEmail: {}, emailById: {} },
    mayCreateObjects:
      !descriptorOf(type).creation.waitsForFirstPull ||
      installation?.first_pull_ended[type] !== undefined,
    uniqueProperty: hasUniqueProperty(installation?.unique_property[type]),
    missing: missingOf(
      installation?.missing_capabilities ?? {},
      enabledTypes(
        installation?.scopes ?? [],
        (each) => settings[each].enabled === true,
      ),
      type,
    ),
  };
}

const missingOf = (
  missing: MissingCapabilities,
  enabled: readonly ObjectType[],
  type: ObjectType,
): Missing => ({
  write: missing[`write:${type}`] !== undefined,
  parents: Object.fromEntries(
    parentKindsOf(type).map((kind) => [
      kind.name,
      missingOfParent(missing, enabled, kind),
    ]),
  ),
  edges: {
    read: missing["read-associations"] !== undefined,
    write: missing["write-associations"] !== undefined,
  },
});

/** A parent whose type is not synced is neither read nor written, whatever HubSpot allows. */
function missingOfParent(
  missing: MissingCapabilities,
  enabled: readonly ObjectType[],
  { to }: ParentKind,
): Missing["parents"][string] {
  const isOff = !enabled.includes(to);
  return {
    read: isOff || missing[`read:${to}`] !== undefined,
    write: isOff || missing[`write:${to}`] !== undefined,
  };
}

const hasUniqueProperty = (verdict: unknown): boolean =>
  typeof verdict === "object" &&
  verdict !== null &&
  "exists" in verdict &&
  verdict.exists === true;

/** The properties in which an object of a type has the ids of its primary parents. */
export const primaryProperties = (type: ObjectType): string[] =>
  parentKindsOf(type).flatMap(({ primary }) => primary?.property ?? []);

/** Every property that a read of this type asks for: what is mapped, and what identifies. */
export function wantedProperties(rules: Rules, type: ObjectType): string[] {
  return [
    ...new Set([
      ...rules.settings[type].mappings.map((mapping) => mapping.property),
      ...identifyingProperties(type),
      ...primaryProperties(type),
      creationKeyProperty,
    ]),
  ];
}

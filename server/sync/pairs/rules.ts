import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { parseSettings } from "../../settings/store.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { descriptorOf, parentKindsOf } from "../../settings/types/index.ts";
import { loadFields } from "../../workspace/field-catalogue.ts";
import type { MissingCapabilities } from "../installation/capabilities.ts";
import {
  loadOwners,
  loadPropertyDefinitions,
} from "../installation/definitions.ts";
import type { UniqueProperty } from "../installation/installation.ts";
import {
  syncedOf,
  typeColumns,
  typesOf,
} from "../installation/portal-types.ts";
import type { TypeColumns } from "../installation/portal-types.ts";
import type { Permission } from "../people/pure/permissions.ts";
import { ownerPermissionOf } from "../people/pure/permissions.ts";
import { chosenSyncUserOf, syncUserOf } from "../people/sync-user.ts";
import {
  canonicalEmail,
  creationKeyProperty,
  identifyingProperties,
} from "../values/identity.ts";
import type { Missing, Rules } from "../model.ts";

/**
 * What holds for one pass over one object type: settings, HubSpot's definitions, owners, and whether creating is allowed.
 * @param trial settings to try out instead of the stored ones: they are judged as if the first pull had ended
 */
export async function loadRules(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  trial?: Settings,
): Promise<Rules> {
  const installation = await loadConditions(db, portalId);
  const settings = trial ?? parseSettings(installation.settings);
  const source = settings[type].source?.property;
  return {
    settings,
    definitions: await loadPropertyDefinitions(db, portalId, type, [
      ...settings[type].mappings.map((mapping) => mapping.property),
      ...(source === undefined ? [] : [source]),
    ]),
    owners: settings[type].mappings.some(
      (mapping) => mapping.conversion.kind === "owner",
    )
      ? await loadOwners(db, portalId, settings.owners)
      : { idByEmail: {}, emailById: {} },
    fields: await loadFields(
      db,
      portalId,
      type,
      settings[type].mappings.map((mapping) => mapping.field),
    ),
    mayCreateObjects:
      trial !== undefined ||
      !descriptorOf(type).creation.waitsForFirstPull ||
      installation.first_pull_ended[type] !== undefined,
    uniqueProperty: installation.unique_property[type]?.exists === true,
    missing: missingOf(
      installation.missing_capabilities,
      syncedOf(typesOf(installation)),
      type,
    ),
    syncUser: {
      email: canonicalEmail(installation.sync_user_email),
      mayAssignOwner:
        installation.sync_user_permissions?.includes(ownerPermissionOf(type)) ??
        true,
    },
  };
}

type Conditions = TypeColumns & {
  first_pull_ended: Partial<Record<ObjectType, string>>;
  missing_capabilities: MissingCapabilities;
  unique_property: Partial<Record<ObjectType, UniqueProperty>>;
  /** Of the one whom an admin has chosen, otherwise of the one who connected HubSpot. */
  sync_user_email: string;
  /** Null: the sync user is no user of the product. One who was deactivated keeps them (AP-110). */
  sync_user_permissions: readonly Permission[] | null;
};

async function loadConditions(db: Db, portalId: PortalId): Promise<Conditions> {
  const { rows } = await sql<Conditions>`
    select ${typeColumns(portalId)}, i.first_pull_ended, i.missing_capabilities, i.unique_property,
      coalesce((${chosenSyncUserOf(sql`u.email`)}), i.sync_user_email) as sync_user_email,
      (${syncUserOf(sql`u.permissions`)}) as sync_user_permissions
    from installation i where i.portal_id = ${portalId}`.execute(db);
  return (
    rows[0] ?? {
      scopes: [],
      settings: null,
      preparing: [],
      first_pull_ended: {},
      missing_capabilities: {},
      unique_property: {},
      sync_user_email: "",
      sync_user_permissions: null,
    }
  );
}

const missingOf = (
  missing: MissingCapabilities,
  synced: readonly ObjectType[],
  type: ObjectType,
): Missing => ({
  write: missing[`write:${type}`] !== undefined,
  parents: Object.fromEntries(
    parentKindsOf(type).map((kind) => [
      kind.name,
      missingOfParent(missing, synced, kind),
    ]),
  ),
  edges: Object.fromEntries(
    parentKindsOf(type).map(({ name }) => [
      name,
      {
        read: missing[`read-associations:${name}`] !== undefined,
        write: missing[`write-associations:${name}`] !== undefined,
      },
    ]),
  ),
});

/** A parent whose type is not synced is neither read nor written, whatever HubSpot allows. */
function missingOfParent(
  missing: MissingCapabilities,
  synced: readonly ObjectType[],
  { to }: ParentKind,
): Missing["parents"][string] {
  const isOff = !synced.includes(to);
  return {
    read: isOff || missing[`read:${to}`] !== undefined,
    write: isOff || missing[`write:${to}`] !== undefined,
  };
}

/** The properties in which an object of a type has the ids of its primary parents. */
export const primaryProperties = (type: ObjectType): string[] =>
  parentKindsOf(type).flatMap(({ primary }) => primary?.property ?? []);

/** The property in which an object of a type has its pipeline, if it has one. */
export const pipelineProperties = (type: ObjectType): string[] => {
  const { pipelines } = descriptorOf(type).hubspot;
  return pipelines === undefined ? [] : [pipelines.pipeline];
};

/** Every property that a read of this type asks for: what is mapped, and what identifies. */
export function wantedProperties(rules: Rules, type: ObjectType): string[] {
  return [
    ...new Set([
      ...rules.settings[type].mappings.map((mapping) => mapping.property),
      ...identifyingProperties(type),
      ...primaryProperties(type),
      ...pipelineProperties(type),
      creationKeyProperty,
    ]),
  ];
}

import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import type { Db } from "../../database/database.ts";
import { enabledTypes } from "../../settings/enabled-types.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { parseSettings } from "../../settings/store.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { objectTypes } from "../../settings/types/index.ts";

/** Which types a portal has chosen, and which of them can be synced already. */
export type PortalTypes = {
  /** Those that are synced, parents first. */
  readonly enabled: readonly ObjectType[];
  /** Those of them that were switched on a moment ago: nothing of them moves until they are prepared. */
  readonly preparing: readonly ObjectType[];
};

/** The columns from which typesOf() forms a portal's types, as a select list returns them. */
export type TypeColumns = {
  scopes: string[];
  /** The text of the newest settings; null if there are none. */
  settings: string | null;
  preparing: ObjectType[];
};

/**
 * Selects TypeColumns from `installation i`. A type is prepared once its unique property was tried and its definitions
 * were read, or can't be. An installation of which nothing could be prepared waits for nothing (endSetupWindow has waited).
 * Primary keys of settings and hubspot_definition.
 */
export const typeColumns = (
  portalId: PortalId,
): RawBuilder<TypeColumns> => sql`i.scopes,
  (select document::text from settings where portal_id = ${portalId} order by version desc limit 1) as settings,
  array(
    select t.name from unnest(${objectTypes}::text[]) as t(name)
    where i.definitions_read_at is not null and (
      not i.unique_property ? t.name
      or not i.missing_capabilities ? ('read-properties:' || t.name) and (
        -- One row of each type tells; without the limit, Postgres reads the names of all properties first.
        select 1 from hubspot_definition d
        where d.portal_id = ${portalId} and d.kind = 'property' and d.object_type = t.name limit 1) is null)) as preparing`;

/** Forms a portal's types from its row. */
export function typesOf(row: TypeColumns): PortalTypes {
  const settings = parseSettings(row.settings);
  const enabled = enabledTypes(
    row.scopes,
    (type) => settings[type].enabled === true,
  );
  return {
    enabled,
    preparing: enabled.filter((type) => row.preparing.includes(type)),
  };
}

/** Returns a portal's types; none for a portal without an installation. */
export async function loadTypes(
  db: Db,
  portalId: PortalId,
): Promise<PortalTypes> {
  const { rows } = await sql<TypeColumns>`
    select ${typeColumns(portalId)} from installation i where i.portal_id = ${portalId}`.execute(
    db,
  );
  const [row] = rows;
  return row === undefined ? { enabled: [], preparing: [] } : typesOf(row);
}

/** Returns the types of which something may be read or written now, parents first. */
export const loadSyncedTypes = async (
  db: Db,
  portalId: PortalId,
): Promise<readonly ObjectType[]> => syncedOf(await loadTypes(db, portalId));

export const syncedOf = ({
  enabled,
  preparing,
}: PortalTypes): readonly ObjectType[] =>
  enabled.filter((type) => !preparing.includes(type));

import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import type { Db } from "../../database/database.ts";
import { enabledTypes, optionalTypes } from "../../settings/enabled-types.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { ObjectType } from "../../settings/types/index.ts";

/** The optional types that a portal's newest settings switch on, as an array in a select list. Primary key of settings. */
export const switchedOnTypes = (
  portalId: PortalId,
): RawBuilder<ObjectType[]> => sql`array(
  select t.name from (
    select document from settings where portal_id = ${portalId} order by version desc limit 1
  ) s
  cross join unnest(${optionalTypes}::text[]) as t(name)
  where s.document -> t.name -> 'enabled' = 'true')`;

/** Returns the types that a portal syncs, parents first; none for a portal without an installation. */
export async function loadEnabledTypes(
  db: Db,
  portalId: PortalId,
): Promise<readonly ObjectType[]> {
  const { rows } = await sql<{ scopes: string[]; switched_on: ObjectType[] }>`
    select scopes, ${switchedOnTypes(portalId)} as switched_on
    from installation where portal_id = ${portalId}`.execute(db);
  return rows.flatMap(({ scopes, switched_on: on }) =>
    enabledTypes(scopes, (type) => on.includes(type)),
  );
}

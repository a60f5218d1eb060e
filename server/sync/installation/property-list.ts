import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";

/** A property of HubSpot as people choose one: without its options, which may be thousands. */
export type ListedProperty = {
  readonly name: string;
  readonly label: string;
  /** The internal name of HubSpot's group. */
  readonly group: string;
  /** HubSpot's type: string, number, date, datetime, bool, enumeration. */
  readonly type: string;
  /** Several options at once. */
  readonly several: boolean;
  /** Its values are owners of HubSpot. */
  readonly owner: boolean;
  readonly readOnly: boolean;
  /** How many options HubSpot lists with it. */
  readonly options: number;
};

/** Returns the properties of a type as last read, in HubSpot's groups; hidden ones are left out. `readAt`: ISO 8601. */
export async function listProperties(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<{
  readonly readAt: string | null;
  readonly results: readonly ListedProperty[];
}> {
  const { rows } = await sql<ListedProperty>`
    select name, coalesce(nullif(body ->> 'label', ''), name) as label, body ->> 'groupName' as "group", body ->> 'type' as type,
      body ->> 'fieldType' = 'checkbox' as several,
      body ->> 'referencedObjectType' is not distinct from 'OWNER' as owner,
      not (body ->> 'writable')::boolean as "readOnly",
      jsonb_array_length(body -> 'options') as options
    from hubspot_definition
    where portal_id = ${portalId} and kind = 'property' and object_type = ${type} and not (body ->> 'hidden')::boolean
    order by body ->> 'groupName', 2, name`.execute(db);
  const read = await db
    .selectFrom("installation")
    .select("definitions_read_at")
    .where("portal_id", "=", portalId)
    .executeTakeFirst();
  return {
    readAt: read?.definitions_read_at?.toISOString() ?? null,
    results: rows,
  };
}

/** Returns the options of one property in HubSpot's order; none if it has none, or is not known. Hidden ones are left out. */
export async function listOptions(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  property: string,
): Promise<readonly { readonly value: string; readonly label: string }[]> {
  const { rows } = await sql<{ value: string; label: string }>`
    select o.value ->> 'value' as value, coalesce(nullif(o.value ->> 'label', ''), o.value ->> 'value') as label
    from hubspot_definition d, jsonb_array_elements(d.body -> 'options') with ordinality as o(value, place)
    where d.portal_id = ${portalId} and d.kind = 'property' and d.object_type = ${type} and d.name = ${property}
      and not coalesce((o.value ->> 'hidden')::boolean, false)
    order by o.place`.execute(db);
  return rows;
}

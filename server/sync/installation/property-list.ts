import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";

/** A property of HubSpot as people choose one: without its options, which may be thousands. */
export type ListedProperty = {
  readonly name: string;
  readonly label: string;
  /** The internal name of HubSpot's group. */
  readonly group: string;
  /** Whether the account made it. */
  readonly custom: boolean;
  readonly readOnly: boolean;
  /** How many options HubSpot lists with it. */
  readonly options: number;
};

/** One of HubSpot's groups, as its pages head it. */
export type ListedGroup = { readonly name: string; readonly label: string };

/**
 * Returns the properties of a type as last read, in HubSpot's groups and their order, and those groups; hidden properties
 * are left out. A group of which nothing was read has its name as label. `readAt`: ISO 8601.
 */
export async function listProperties(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<{
  readonly readAt: string | null;
  readonly groups: readonly ListedGroup[];
  readonly results: readonly ListedProperty[];
}> {
  const { rows } = await sql<ListedProperty & { groupLabel: string }>`
    select p.name, coalesce(nullif(p.body ->> 'label', ''), p.name) as label, p.body ->> 'groupName' as "group",
      coalesce(nullif(g.body ->> 'label', ''), p.body ->> 'groupName') as "groupLabel",
      not (p.body ->> 'hubspotDefined')::boolean as custom,
      not (p.body ->> 'writable')::boolean as "readOnly",
      jsonb_array_length(p.body -> 'options') as options
    from hubspot_definition p
    left join hubspot_definition g on g.portal_id = p.portal_id and g.kind = 'group' and g.object_type = p.object_type
      and g.name = p.body ->> 'groupName'
    where p.portal_id = ${portalId} and p.kind = 'property' and p.object_type = ${type}
      and not (p.body ->> 'hidden')::boolean
    order by nullif(greatest((g.body ->> 'displayOrder')::int, -1), -1) nulls last, "groupLabel", "group", 2, p.name`.execute(
    db,
  );
  const read = await db
    .selectFrom("installation")
    .select("definitions_read_at")
    .where("portal_id", "=", portalId)
    .executeTakeFirst();
  const groups = new Map(rows.map((row) => [row.group, row.groupLabel]));
  return {
    readAt: read?.definitions_read_at?.toISOString() ?? null,
    groups: [...groups].map(([name, label]) => ({ name, label })),
    results: rows.map(({ name, label, group, custom, readOnly, options }) => ({
      name,
      label,
      group,
      custom,
      readOnly,
      options,
    })),
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

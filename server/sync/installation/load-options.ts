import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { NamedOption } from "../../settings/suggest-options.ts";

/** Returns the options of a property in HubSpot's order, as last read; null if it isn't known or has none. */
export async function loadOptions(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  property: string,
): Promise<NamedOption[] | null> {
  const { rows } = await sql<NamedOption>`
    select o.option ->> 'value' as value, coalesce(o.option ->> 'label', '') as label
    from hubspot_definition d, jsonb_array_elements(d.body -> 'options') with ordinality as o(option, place)
    where d.portal_id = ${portalId} and d.kind = 'property' and d.object_type = ${type} and d.name = ${property}
      and d.body ->> 'type' = 'enumeration' and o.option ->> 'value' is not null
    order by o.place`.execute(db);
  return rows.length === 0 ? null : rows;
}

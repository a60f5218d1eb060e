import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { REQUIRED_ROW } from "./definitions.ts";
import { requirementCodes } from "./pure/definition-refusals.ts";
import type { DriftEntry, RequiredProperty } from "./pure/drift-entry.ts";
import { pushedProperties, requiredEntry } from "./pure/drift-entry.ts";

/**
 * Returns the entry for the properties that HubSpot requires and that no push gives a value under these settings; null if
 * there are none.
 */
export async function findRequired(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
): Promise<DriftEntry | null> {
  const filled = pushedProperties(settings, type);
  const required = await loadRequired(db, portalId, type);
  const isCounted = required.some(
    ({ name, listedOnly }) => listedOnly && !filled.has(name),
  );
  return requiredEntry(
    type,
    filled,
    required,
    isCounted ? await countUnlinked(db, portalId, type) : 0,
  );
}

/**
 * The properties that HubSpot requires: those whose absence its refusals name, of records that still wait for that (index
 * attention_object), and those that the schema of the type lists, for records that were never linked.
 */
async function loadRequired(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<RequiredProperty[]> {
  const { rows } = await sql<RequiredProperty>`
    with refused as (
      select p.name, count(distinct a.record_id)::int as records from attention a
      cross join jsonb_to_recordset(a.details -> 'properties') as p(name text, code text)
      where a.portal_id = ${portalId} and a.object_type = ${type} and a.state = 'open' and a.kind = 'problem'
        and a.code = 'refused_by_hubspot' and jsonb_typeof(a.details -> 'properties') = 'array'
        and p.code = any (${requirementCodes}::text[])
      group by p.name
    ), listed as (
      select r.property as name from hubspot_definition s, jsonb_array_elements_text(s.body) as r(property)
      where s.portal_id = ${portalId} and s.kind = 'schema' and s.object_type = ${type} and s.name = ${REQUIRED_ROW}
    )
    select n.name, coalesce(nullif(d.body ->> 'label', ''), n.name) as label, coalesce(r.records, 0) as records,
      r.name is null as "listedOnly"
    from (select name from refused union select name from listed) n
    left join refused r on r.name = n.name
    left join hubspot_definition d on d.portal_id = ${portalId} and d.kind = 'property' and d.object_type = ${type}
      and d.name = n.name
    where r.name is not null or coalesce((d.body ->> 'writable')::boolean, true)
    order by n.name`.execute(db);
  return rows;
}

/** Returns how many records that aren't deleted were never linked, and so are created in HubSpot if they are pushed. */
async function countUnlinked(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from record r
    where r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null
      and not exists (select from link l where l.portal_id = ${portalId} and l.record_id = r.id)`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

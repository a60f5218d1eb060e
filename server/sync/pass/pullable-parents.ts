import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import type { ObjectType } from "../../settings/types/index.ts";

/** As many as HubSpot takes in one call, and as a pass over unlinked records takes elsewhere. */
export const parentsInPass = 100;

/**
 * Returns those of some parents in HubSpot that a pull of their children pulls first: no link knows them, live or ended, and
 * they haven't failed on their own account. Indexes link_object, attention_object.
 */
export async function pullableParents(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  ids: readonly ObjectId[],
): Promise<ObjectId[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: ObjectId }>`
    select i.id from unnest(${[...new Set(ids)]}::bigint[]) as i(id)
    where not exists (
      select from link l where l.portal_id = ${portalId} and l.object_type = ${sql.lit(type)} and l.object_id = i.id)
      and not exists (
        select from attention a where a.portal_id = ${portalId} and a.object_type = ${sql.lit(type)} and a.object_id = i.id
          and a.state = 'open' and (a.kind = 'problem' or a.part_of is not null) and a.field = '')
    order by i.id`.execute(db);
  return rows.map((row) => row.id);
}

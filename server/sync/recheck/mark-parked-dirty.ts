import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";

/**
 * Records with a parked field, or refused by HubSpot as a whole, are looked at again; decide says whether what refused
 * them is another by now.
 */
export async function markParkedDirty(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<void> {
  await sql`
    insert into dirty (portal_id, object_type, record_id, revision)
    select distinct r.portal_id, r.object_type, r.id, r.revision
    from attention a
    join record r on r.portal_id = a.portal_id and r.id = a.record_id and r.deleted_at is null
    where a.portal_id = ${portalId} and a.object_type = ${type} and a.state = 'open' and a.kind = 'problem'
      and (a.field <> '' or a.code = 'refused_by_hubspot')
    on conflict (portal_id, record_id) do update set due_at = now()`.execute(
    db,
  );
}

import { sql } from "kysely";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { HeldIdentity } from "../assign/assign.ts";
import type { Engine } from "../engine.ts";
import type { Rules } from "../model.ts";

/**
 * Of a portal that keeps unverified emails out of HubSpot: the objects of other records that have these records' emails.
 * HubSpot may not show the email, so no look-up there finds them. No transaction in other portals. Index record_by_identity.
 */
export async function loadSameIdentity(
  engine: Engine,
  portalId: PortalId,
  type: ObjectType,
  { settings }: Pick<Rules, "settings">,
  recordIds: readonly RecordId[],
): Promise<ReadonlyMap<RecordId, readonly HeldIdentity[]>> {
  if (settings[type].pushUnverifiedEmails !== false || recordIds.length === 0)
    return new Map();
  const { rows } = await engine.database.inPortal(portalId, (db) =>
    sql<{
      record_id: RecordId;
      object_id: ObjectId;
      holder: RecordId;
    }>`
    select r.id as record_id, l.object_id::text as object_id, o.id as holder
    from record r
    join record o on o.portal_id = r.portal_id and o.object_type = r.object_type and o.identity = r.identity
      and o.deleted_at is null and o.id <> r.id
    join link l on l.portal_id = o.portal_id and l.record_id = o.id and l.state = 'live'
    where r.portal_id = ${portalId} and r.object_type = ${type} and r.id = any (${recordIds}::uuid[])
      and r.deleted_at is null and r.identity is not null
    order by l.object_id`.execute(db),
  );
  return new Map(
    [...Map.groupBy(rows, (row) => row.record_id)].map(([id, held]) => [
      id,
      held.map((row) => ({ object: row.object_id, holder: row.holder })),
    ]),
  );
}

import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import { isoTime } from "../database/iso-time.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../settings/object-type.ts";
import type { RecordRow, RecordView } from "./record.ts";
import { recordColumns, recordView } from "./record.ts";

/**
 * Records of one type by id, deleted ones included. The id of a record that was merged away answers with the
 * survivor, under the id that was asked. Ids that name nothing are absent.
 */
export async function readRecords(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  ids: readonly RecordId[],
): Promise<Map<RecordId, RecordView>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<RecordRow & { asked: string }>`
    select asked.id as asked, ${recordColumns}
    from unnest(${ids}::uuid[]) as asked(id)
    left join record_alias a on a.portal_id = ${portalId} and a.old_id = asked.id
    join record r on r.portal_id = ${portalId} and r.id = coalesce(a.record_id, asked.id) and r.object_type = ${type}
    join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.asked, recordView(row)]));
}

/** Where a page of a list ended. `at` has Postgres's own precision, as text. */
export type ListPosition = { at: string | null; id: RecordId };

export type ListFilter = {
  limit: number;
  after: ListPosition | null;
  /** Linked to an object of HubSpot's, or not (AP-095). */
  synced: boolean | null;
  /** Only records changed at or after this time, in the order of their change; otherwise in the order of ids. */
  updatedSince: Date | null;
};

/** A page of the records that are not deleted, and where the next one begins, or null at the end. */
export async function listRecords(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  filter: ListFilter,
): Promise<{ records: RecordView[]; next: ListPosition | null }> {
  const { limit, after, synced, updatedSince } = filter;
  const linked = sql`exists (
    select from link l where l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live')`;
  const conditions = [
    sql`r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null`,
    ...(synced === null ? [] : [synced ? linked : sql`not ${linked}`]),
    ...(updatedSince === null ? [] : [sql`r.updated_at >= ${updatedSince}`]),
    ...(after === null
      ? []
      : [
          updatedSince === null || after.at === null
            ? sql`r.id > ${after.id}::uuid`
            : sql`(r.updated_at, r.id) > (${after.at}::timestamptz, ${after.id}::uuid)`,
        ]),
  ];
  const order = updatedSince === null ? sql`r.id` : sql`r.updated_at, r.id`;
  // The page first, its sync status then: index record_by_type, or record_by_update.
  const { rows } = await sql<RecordRow & { at: string }>`
    with page as materialized (
      select r.portal_id, r.id, r.object_type, r.properties, r.company_id, r.created_at, r.updated_at, r.deleted_at
      from record r where ${sql.join(conditions, sql` and `)}
      order by ${order} limit ${limit + 1}
    )
    select ${recordColumns}, ${isoTime("r.updated_at")} as at
    from page r
    join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id
    order by ${order}`.execute(db);
  const records = rows.slice(0, limit).map(recordView);
  const last = rows[limit - 1];
  const next =
    rows.length > limit && last
      ? { at: updatedSince === null ? null : last.at, id: last.id }
      : null;
  return { records, next };
}

import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import { PAGE_BYTES, readPage } from "../database/bounded-page.ts";
import { isoTime } from "../database/iso-time.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../settings/object-type.ts";
import type { RecordRow, RecordView } from "./record.ts";
import { joinStage, recordColumns, recordView } from "./record.ts";
import { carriedBytes } from "./stored-bytes.ts";
import { isVisibleOf } from "./visibility.ts";

/**
 * Records of one type by id, deleted ones included. The id of a record that was merged away answers with the
 * survivor, under the id that was asked. Ids that name nothing are absent. The values of the first are read, as many as
 * a page has room for; those of the others are left out (RecordView.omittedBytes).
 */
export async function readRecords(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  ids: readonly RecordId[],
): Promise<Map<RecordId, RecordView>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<RecordRow & { asked: string }>`
    select r.asked, ${recordColumns}
    from (
      select asked.id as asked, r.*,
        sum(${carriedBytes("r")}) over (order by asked.place) > ${PAGE_BYTES} as without_room
      from unnest(${ids}::uuid[]) with ordinality as asked(id, place)
      left join record_alias a on a.portal_id = ${portalId} and a.old_id = asked.id
      join record r on r.portal_id = ${portalId} and r.id = coalesce(a.record_id, asked.id) and r.object_type = ${type}
    ) r
    join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id
    ${joinStage(type)}`.execute(db);
  return new Map(rows.map((row) => [row.asked, recordView(row)]));
}

/** Where a page of a list ended. `at` has Postgres's own precision, as text. */
export type ListPosition = { at: string | null; id: RecordId };

export type ListFilter = {
  limit: number;
  after: ListPosition | null;
  /** Linked to an object of HubSpot's, or not (AP-095). */
  synced: boolean | null;
  /** Visible in the product, or hidden; null: both (AP-085). */
  visible: boolean | null;
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
  const { limit, after, synced, visible, updatedSince } = filter;
  const linked = sql`exists (
    select from link l where l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live')`;
  const conditions = [
    sql`r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null`,
    ...(synced === null ? [] : [synced ? linked : sql`not ${linked}`]),
    ...(visible === null
      ? []
      : [sql`${isVisibleOf(portalId, type)} = ${visible}::boolean`]),
    ...(updatedSince === null ? [] : [sql`r.updated_at >= ${updatedSince}`]),
    ...(after === null
      ? []
      : [
          updatedSince === null || after.at === null
            ? sql`r.id > ${after.id}::uuid`
            : sql`(r.updated_at, r.id) > (${after.at}::timestamptz, ${after.id}::uuid)`,
        ]),
  ];
  const order = updatedSince === null ? sql`id` : sql`updated_at, id`;
  // The page first, its sync status then: index record_by_type, or record_by_update.
  const { rows, more } = await readPage<RecordRow & { at: string }>(db, {
    rows: sql`
      select r.*, false as without_room, ${carriedBytes("r")} as weight from record r where ${sql.join(conditions, sql` and `)}`,
    order,
    limit,
    columns: sql`${recordColumns}, ${isoTime("r.updated_at")} as at`,
    join: sql`join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id ${joinStage(type)}`,
  });
  const last = rows.at(-1);
  const next =
    more && last
      ? { at: updatedSince === null ? null : last.at, id: last.id }
      : null;
  return { records: rows.map(recordView), next };
}

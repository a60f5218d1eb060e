import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import type { Run } from "../runs/runs.ts";

/**
 * Linked objects that a sweep was not shown. Not listed is no evidence: they wait as items of the run, and are looked
 * at one batch after another when the list has come to its end.
 */

/** The end of the list, as a number that bounds the index like any other. */
const highestId = "9223372036854775807";

export interface MissingItem {
  readonly id: string;
  readonly objectId: ObjectId;
}

/** Part of the list, between two ids: `upTo` null is its end. */
export interface ListedRange {
  readonly above: ObjectId;
  readonly upTo: ObjectId | null;
  readonly ids: readonly ObjectId[];
  /** What was linked after that moment (our clock) may have been created behind the list's back. */
  readonly listedAt: Date;
}

/** Notes the live links in a range of ids that the list passed over. Index link_live_object. */
export async function noteMissing(
  db: Db,
  portalId: PortalId,
  run: Pick<Run, "id" | "objectType">,
  range: ListedRange,
): Promise<void> {
  await sql`
    insert into run_item (portal_id, run_id, outcome, object_type, record_id, object_id, code, reason)
    select ${portalId}, ${run.id}, 'held', ${run.objectType}, l.record_id, l.object_id, 'missing',
      'HubSpot does not list its object any more.'
    from link l
    where l.portal_id = ${portalId} and l.object_type = ${run.objectType} and l.state = 'live'
      and l.object_id > ${range.above}::bigint and l.object_id <= ${range.upTo ?? highestId}::bigint
      and l.object_id <> all (${range.ids}::bigint[])
      and l.created_at < ${range.listedAt} and l.kept_at is null
    order by l.object_id`.execute(db);
}

/** Drops what is no longer missing: links that moved or ended in the meantime. */
export async function dropFound(
  db: Db,
  portalId: PortalId,
  run: Pick<Run, "id" | "objectType">,
): Promise<void> {
  await sql`
    delete from run_item i
    where i.portal_id = ${portalId} and i.run_id = ${run.id} and i.code = 'missing' and not exists (
      select from link l where l.portal_id = i.portal_id and l.object_type = i.object_type
        and l.object_id = i.object_id and l.state = 'live')`.execute(db);
}

/** The next missing links of a run, oldest note first. */
export async function takeMissing(
  db: Db,
  portalId: PortalId,
  runId: string,
  limit: number,
): Promise<MissingItem[]> {
  const { rows } = await sql<MissingItem>`
    select id::text as id, object_id as "objectId" from run_item
    where portal_id = ${portalId} and run_id = ${runId} and code = 'missing'
    order by run_item.id limit ${limit}`.execute(db);
  return rows;
}

/** They have been checked: how each ended is in the run by its own item, or in the journal. */
export async function dropMissing(
  db: Db,
  portalId: PortalId,
  runId: string,
  items: readonly MissingItem[],
): Promise<void> {
  await db
    .deleteFrom("run_item")
    .where("portal_id", "=", portalId)
    .where("run_id", "=", runId)
    .where("id", "=", anyOf(items.map((item) => item.id)))
    .execute();
}

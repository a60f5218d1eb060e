import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { idsIn } from "../values/event-ids.ts";
import { nameFieldsOf } from "../../workspace/name-fields.ts";
import type { MergedInto, Properties } from "../model.ts";
import type { MergeEvent } from "./pure/primary-of-merge.ts";

/** What is stored of HubSpot's merges. */

/** Of ids that were merged away, what they were merged into. Key of object_alias, index link_live_object. */
export async function loadMergedInto(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  oldIds: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, MergedInto>> {
  if (oldIds.length === 0) return new Map();
  const { rows } = await sql<{
    old_id: ObjectId;
    object_id: ObjectId;
    properties: Properties | null;
  }>`
    select a.old_id, a.object_id, case when r.id is not null then ${nameFieldsOf("r")} end as properties from object_alias a
    left join link l on l.portal_id = a.portal_id and l.object_type = a.object_type and l.object_id = a.object_id
      and l.state = 'live'
    left join record r on r.portal_id = l.portal_id and r.id = l.record_id
    where a.portal_id = ${portalId} and a.object_type = ${type} and a.old_id = any (${oldIds}::bigint[])`.execute(
    db,
  );
  return new Map(
    rows.map(({ old_id, object_id, properties }) => [
      old_id,
      { objectId: object_id, properties },
    ]),
  );
}

/**
 * The merge events that have reached the inbox about these objects, whether they have been worked on or not, earliest
 * first: a merge may be seen by a pull, a sweep or a card before its event's turn. Index inbox_merge.
 */
export async function loadMergeEvents(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  ids: readonly ObjectId[],
): Promise<MergeEvent[]> {
  const rows = await db
    .selectFrom("inbox")
    .select("event")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("kind", "=", sql.lit("merge"))
    .where("object_id", "=", anyOf(ids))
    .orderBy("occurred_at")
    .orderBy("id")
    .execute();
  return rows.flatMap(({ event }) => mergeEventOf(event) ?? []);
}

/** An event may leave out the new id where the primary's own is kept. Null: it does not say who merged with whom. */
export function mergeEventOf(
  event: Readonly<Record<string, unknown>>,
): MergeEvent | null {
  const [primaryId] = idsIn(event, "primaryObjectId");
  if (primaryId === undefined) return null;
  const [resultId = primaryId] = idsIn(event, "newObjectId");
  const mergedIds = idsIn(event, "mergedObjectIds").filter(
    (id) => id !== primaryId && id !== resultId,
  );
  return mergedIds.length === 0 ? null : { resultId, primaryId, mergedIds };
}

/** Of these objects, those that have been merged into another one, with that one. Key of object_alias. */
export async function loadObjectAliases(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  ids: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, ObjectId>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("object_alias")
    .select(["old_id", "object_id"])
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("old_id", "=", anyOf(ids))
    .execute();
  return new Map(rows.map((row) => [row.old_id, row.object_id]));
}

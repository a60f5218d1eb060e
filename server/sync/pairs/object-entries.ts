import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { ERASURE_NOT_CONFIRMED } from "../attention/attention.ts";
import { resolvedBy } from "../../database/resolved-by.ts";
import { queueRecheck } from "../recheck/recheck.ts";

/** Entries of one sweep that are checked again; the next sweep takes the rest. */
const MOST_CHECKED = 1_000;

/**
 * Closes the problems that name these objects and no record. Nothing else does so once HubSpot no longer has an object, or
 * has merged it into another: no pair comes of it any more. One that got a record has its problems by that. Index
 * attention_object.
 */
export async function closeObjectEntries(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objectIds: readonly ObjectId[],
): Promise<void> {
  await db
    .updateTable("attention")
    .set(resolvedBy("sync"))
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("state", "=", sql.lit("open"))
    .where("kind", "=", "problem")
    .where("record_id", "is", null)
    .where("object_id", "=", anyOf(objectIds))
    .where("code", "<>", ERASURE_NOT_CONFIRMED)
    .execute();
}

/**
 * Notes the objects of such problems that a sweep has not come upon for a check: HubSpot's event of their deletion may be
 * lost.
 */
export async function checkEntriesNotSeen(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  sweepId: string,
): Promise<void> {
  const { rows } = await sql<{ object_id: ObjectId }>`
    select object_id::text as object_id from attention
    where portal_id = ${portalId} and object_type = ${type} and state = 'open' and kind = 'problem'
      and record_id is null and object_id is not null and code <> ${ERASURE_NOT_CONFIRMED}
      and updated_at < (select started_at from run where portal_id = ${portalId} and id = ${sweepId}::uuid)
    order by updated_at limit ${MOST_CHECKED}`.execute(db);
  await queueRecheck(
    db,
    portalId,
    type,
    rows.map((row) => row.object_id),
    0,
  );
}

import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { childKindsOf } from "../../settings/types/index.ts";
import { resolvedBy } from "../../database/resolved-by.ts";
import { blockedCode } from "../decide/creation-stops.ts";
import { childrenHere } from "../associations/stored-children.ts";

/**
 * Parents have no problem any more, or are gone: the children that it held back (AP-103) are tried again. Indexes
 * record_by_company, association_to, attention_record.
 */
export async function markBlockedChildrenDirty(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  parentIds: readonly RecordId[],
): Promise<void> {
  if (parentIds.length === 0) return;
  for (const kind of childKindsOf(type))
    await sql`
      insert into dirty as d (portal_id, object_type, record_id, revision)
      select distinct r.portal_id, r.object_type, r.id, r.revision
      from (${childrenHere(portalId, kind, sql`= any (${parentIds}::uuid[])`)}) e
      join record r on r.portal_id = ${portalId} and r.id = e.id and r.deleted_at is null
      join attention a on a.portal_id = ${portalId} and a.record_id = r.id and a.state = 'open' and a.code = ${blockedCode(kind)}
      on conflict (portal_id, record_id) do update set due_at = least(d.due_at, now())`.execute(
      db,
    );
}

/** Closes what was open of records that are deleted and have no object: nobody has anything left to do about them. */
export async function closeEntriesOf(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  deleted: readonly RecordId[],
): Promise<void> {
  if (deleted.length === 0) return;
  await db
    .updateTable("attention")
    .set(resolvedBy("sync"))
    .where("portal_id", "=", portalId)
    .where("record_id", "=", anyOf(deleted))
    .where("state", "=", sql.lit("open"))
    .execute();
  await markBlockedChildrenDirty(db, portalId, type, deleted);
}

import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { childKindsOf } from "../../settings/types/index.ts";
import { childrenHere } from "../associations/stored-children.ts";
import { notSyncedCode } from "../decide/conditions.ts";
import { blockedCode } from "../decide/creation-stops.ts";
import { queueRecheck } from "./recheck.ts";

/** Children to be checked again because the link of a parent of theirs began or ended. */

/**
 * An edge takes part once both its ends are live-linked: a parent that is linked after its children makes them dirty,
 * so that their association step follows; and it frees those that its problem held back (AP-103), or that were left out
 * for the want of a synced parent (BN-111). Those of HubSpot's that have waited for it are looked at there. Indexes
 * record_by_company, association_to, attention_record, the key of sync_verdict.
 */
export async function recheckChildrenOfLinked(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  parents: readonly {
    readonly recordId: RecordId;
    readonly objectId: ObjectId;
  }[],
): Promise<void> {
  const kinds = childKindsOf(type);
  if (parents.length === 0) return;
  const parentIds = parents.map(({ recordId }) => recordId);
  for (const kind of kinds)
    await sql`
      insert into dirty as d (portal_id, object_type, record_id, revision)
      select distinct r.portal_id, r.object_type, r.id, r.revision
      from (${childrenHere(portalId, kind, sql`= any (${parentIds}::uuid[])`)}) e
      join record r on r.portal_id = ${portalId} and r.id = e.id and r.deleted_at is null
      where exists (
          select from attention a
          where a.portal_id = ${portalId} and a.record_id = e.id and a.state = 'open' and a.code = ${blockedCode(kind)})
        or exists (
          select from sync_verdict v
          where v.portal_id = ${portalId} and v.record_id = e.id and v.code = ${notSyncedCode(kind)})
        or exists (
          select from link l where l.portal_id = ${portalId} and l.record_id = e.id and l.state = 'live')
        and not exists (
          select from association_base b
          where b.portal_id = ${portalId} and b.from_id = e.id and b.to_id = e.parent_id)
      on conflict (portal_id, record_id) do update set due_at = least(d.due_at, now())`.execute(
      db,
    );
  // Last, since it locks the inbox' lane, which other lanes' transactions lock at their end.
  for (const kind of kinds)
    await queueWaitingChildren(
      db,
      portalId,
      kind,
      parents.map(({ objectId }) => objectId),
    );
}

/**
 * The former holders' children are the object's in HubSpot, and that is another record here now. Nothing of theirs has
 * changed on either side, so no change would lead to them: their objects are noted for a look. Indexes
 * record_by_company, association_to, association_base_to.
 */
export async function recheckChildrenOfUnlinked(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  parentIds: readonly RecordId[],
): Promise<void> {
  for (const kind of childKindsOf(type))
    await queueRecheck(
      db,
      portalId,
      kind.from,
      await linkedChildrenOf(db, portalId, kind, parentIds),
      0,
    );
}

async function linkedChildrenOf(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  parentIds: readonly RecordId[],
): Promise<ObjectId[]> {
  const { rows } = await sql<{ object_id: ObjectId }>`
    select l.object_id::text from link l
    where l.portal_id = ${portalId} and l.object_type = ${sql.lit(kind.from)} and l.state = 'live' and l.record_id = any (array(
      select id from (${childrenHere(portalId, kind, sql`= any (${parentIds}::uuid[])`)}) c
      union select from_id from association_base
        where portal_id = ${portalId} and to_id = any (${parentIds}::uuid[]) and from_type = ${sql.lit(kind.from)}))`.execute(
    db,
  );
  return rows.map((row) => row.object_id);
}

/** Parents have got their records: the children that have waited for them are looked at. */
export async function queueWaitingChildren(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  parents: readonly ObjectId[],
): Promise<void> {
  if (parents.length === 0) return;
  const rows = await db
    .deleteFrom("waiting_edge")
    .where("portal_id", "=", portalId)
    .where("kind", "=", kind.name)
    .where("parent_object_id", "=", anyOf(parents))
    .returning("child_object_id")
    .execute();
  await queueRecheck(
    db,
    portalId,
    kind.from,
    [...new Set(rows.map((row) => row.child_object_id))],
    0,
  );
}

import { sql } from "kysely";
import { randomUUID } from "node:crypto";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { recordIdentity } from "../values/identity.ts";
import type { Planned } from "../decide/plan.ts";
import type { StoredState } from "../pairs/stored-state.ts";

/** The workspace's side of a batch, in set-based statements. */

/**
 * Locks the pairs' records and links and says which pairs are still as they were when they were decided on. A
 * record that has moved on is dirty by its own change; a link was made or written, a write to HubSpot begun, a merge of
 * HubSpot's settled, or a record made with the email or domain of one that is to be created: all are decided again. So
 * is a pair whose object has not been read.
 */
export async function lockPairs<P extends Planned>(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  planned: readonly P[],
  stored: StoredState,
): Promise<ReadonlySet<P>> {
  const recordIds = planned.flatMap(({ pair }) => pair.record?.id ?? []);
  const objectIds = planned.flatMap(({ pair }) => pair.object?.id ?? []);
  const linkIds = planned.flatMap(({ pair }) => pair.link?.id ?? []);
  const records =
    recordIds.length === 0
      ? []
      : await db
          .selectFrom("record")
          .select(["id", "revision"])
          .where("portal_id", "=", portalId)
          .where("id", "=", anyOf(recordIds))
          .orderBy("id")
          .forUpdate()
          .execute();
  const { rows: links } = await sql<{
    id: string;
    record_id: RecordId;
    object_id: ObjectId;
    version: string;
  }>`
    select id, record_id, object_id, xmin::text as version from link
    where portal_id = ${portalId} and object_type = ${type} and id = any (array(
      select unnest(${linkIds}::uuid[])
      union select id from link where portal_id = ${portalId} and record_id = any (${recordIds}::uuid[])
      union select id from link
        where portal_id = ${portalId} and object_type = ${type} and object_id = any (${objectIds}::bigint[])))
    order by id for update`.execute(db);
  // With the records locked, nobody begins another one. A creation counts also once its claim has ended: its answer may
  // be stored, and not settled yet.
  const { rows: begun } =
    recordIds.length === 0
      ? { rows: [] }
      : await sql<{ id: string; record_id: RecordId }>`
          select id, record_id from attempt
          where portal_id = ${portalId} and record_id = any (${recordIds}::uuid[]) and settled_at is null
            and (operation = 'create' or claimed and claim_ends_at > now())`.execute(
          db,
        );
  const merged = await mergedAway(db, portalId, type, objectIds);
  const survived = await linkedParts(db, portalId, type, planned);

  const givingUp = await objectsInDoubt(db, portalId, type, planned);
  const created = new Set(
    planned.flatMap((plan) => newIdentity(type, plan) ?? []),
  );
  const { rows: holders } =
    created.size === 0
      ? { rows: [] }
      : await sql<{ id: RecordId; identity: string }>`
          select id, identity from record
          where portal_id = ${portalId} and object_type = ${type} and deleted_at is null
            and identity = any (${[...created]}::text[])`.execute(db);
  const taken = new Set(
    holders.flatMap(({ id, identity }) =>
      stored.records.has(id) ? [] : [identity],
    ),
  );

  const revisions = new Map(records.map((row) => [row.id, row.revision]));
  const versions = new Map(links.map((row) => [row.id, row.version]));
  const known = new Set([
    ...stored.links.map((link) => link.id),
    ...stored.attempts.map((attempt) => attempt.id),
  ]);
  // Record and object ids at once: a UUID is no number.
  const moved = new Set<string>([
    ...links.flatMap((row) =>
      known.has(row.id) ? [] : [row.record_id, row.object_id],
    ),
    ...begun.flatMap((row) => (known.has(row.id) ? [] : [row.record_id])),
    ...merged,
    ...survived,
  ]);
  return new Set(
    planned.filter((plan) => {
      const { record, object, link, reading } = plan.pair;
      return (
        reading !== "not-asked" &&
        (record === null ||
          (revisions.get(record.id) === record.revision &&
            !moved.has(record.id))) &&
        (object === null || !moved.has(object.id)) &&
        (link === null || versions.get(link.id) === link.version) &&
        !taken.has(newIdentity(type, plan) ?? "") &&
        plan.pair.conflict?.objectIds.some((id) => givingUp.has(id)) !== true
      );
    }),
  );
}

/** Of these objects, those that have been merged into another one. */
export async function mergedAway(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objectIds: readonly ObjectId[],
): Promise<ObjectId[]> {
  if (objectIds.length === 0) return [];
  const rows = await db
    .selectFrom("object_alias")
    .select("old_id")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("old_id", "=", anyOf(objectIds))
    .execute();
  return rows.map((row) => row.old_id);
}

/**
 * Of the unlinked objects, those that another one was merged into which has a live link: it was made after the merge was
 * applied, from a reading that was older.
 */
async function linkedParts(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  planned: readonly Planned[],
): Promise<ObjectId[]> {
  const survivorOf = new Map(
    planned.flatMap(({ pair: { object, link } }) =>
      object === null || link?.state === "live"
        ? []
        : object.mergedIds.map((id) => [id, object.id] as const),
    ),
  );
  if (survivorOf.size === 0) return [];
  const rows = await db
    .selectFrom("link")
    .select("object_id")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("state", "=", sql.lit("live"))
    .where("object_id", "=", anyOf([...survivorOf.keys()]))
    .execute();
  return rows.flatMap((row) => survivorOf.get(row.object_id) ?? []);
}

/**
 * Of the objects that prevent a record's write, those that are being written, or were since they were read: what
 * they had then, they may have given up.
 */
async function objectsInDoubt(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  planned: readonly Planned[],
): Promise<ReadonlySet<ObjectId>> {
  const inTheWay = planned.flatMap(({ pair: { conflict } }) =>
    (conflict?.objectIds ?? []).map((id) => ({
      id,
      read: conflict?.asOf?.[id] ?? null,
    })),
  );
  if (inTheWay.length === 0) return new Set();
  const { rows } = await sql<{ object_id: ObjectId }>`
    select distinct n.id as object_id
    from jsonb_to_recordset(${toJson(inTheWay)}::jsonb) as n(id bigint, read timestamptz)
    where exists (
        select from link l
        where l.portal_id = ${portalId} and l.object_type = ${type} and l.object_id = n.id and l.state = 'live'
          and l.seen_at > n.read)
      or exists (
        select from attempt a
        where a.portal_id = ${portalId} and a.object_type = ${type} and a.object_id = n.id
          and a.operation in ('update', 'archive') and a.settled_at is null and a.claimed and a.claim_ends_at > now())`.execute(
    db,
  );
  return new Set(rows.map((row) => row.object_id));
}

/** The email or domain of a record that is to be created; null without one. */
const newIdentity = (
  type: ObjectType,
  { decision: { workspace } }: Planned,
): string | null =>
  workspace.kind === "create"
    ? recordIdentity(type, workspace.properties)
    : null;

/** A pair whose record's id is known: a new record has got one here. */
export type Placed = Planned & { readonly recordId: RecordId | null };

/** Gives each record that is to be created its id. Time-ordered, so that a large pull fills its index from one end. */
export const placeRecords = (planned: readonly Planned[]): Placed[] =>
  planned.map((plan) => ({
    ...plan,
    recordId:
      plan.decision.workspace.kind === "create"
        ? timeOrderedId()
        : (plan.pair.record?.id ?? null),
  }));

/** A UUID of version 7. */
function timeOrderedId(): RecordId {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = randomUUID();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

/** Inserts, updates, deletes and restores the records of a batch: at most one statement a kind. */
export async function writeRecords(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  placed: readonly Placed[],
): Promise<void> {
  const created: unknown[] = [];
  const updated: unknown[] = [];
  const deleted: RecordId[] = [];
  const restored: RecordId[] = [];
  for (const { pair, decision, edges, recordId } of placed) {
    const { workspace } = decision;
    // The one kind with a primary parent.
    const outcome = edges.find(({ kind }) => kind.primary !== null)?.outcome;
    const primary = outcome?.primaryInWorkspace;
    const company =
      primary === undefined ? undefined : (primary?.parentId ?? null);
    if (recordId === null) continue;
    if (workspace.kind === "create") {
      created.push({
        id: recordId,
        properties: workspace.properties,
        company: company ?? null,
      });
    } else if (workspace.kind === "delete") deleted.push(recordId);
    else if (workspace.kind === "restore") restored.push(recordId);
    else {
      const lost = outcome?.removeFromWorkspace.find(
        (edge) => edge.parentId === pair.record?.companyId,
      );
      const settled =
        company === undefined && lost !== undefined ? null : company;
      if (workspace.kind === "none" && settled === undefined) continue;
      updated.push({
        id: recordId,
        set: workspace.kind === "update" ? workspace.set : {},
        clear: workspace.kind === "update" ? workspace.clear : [],
        company: settled ?? null,
        moves: settled !== undefined,
      });
    }
  }
  if (created.length > 0) {
    await sql`
      insert into record (portal_id, id, object_type, properties, company_id, origin, settled_revision)
      select ${portalId}, c.id, ${type}, c.properties, c.company, 'hubspot', 1
      from jsonb_to_recordset(${toJson(created)}::jsonb) as c(id uuid, properties jsonb, company uuid)`.execute(
      db,
    );
  }
  if (updated.length > 0) {
    await sql`
      update record r set
        properties = (r.properties || u.set) - u.clear,
        company_id = case when u.moves then u.company else r.company_id end,
        revision = r.revision + 1, settled_revision = r.revision + 1, updated_at = now()
      from (
        select id, set, array(select jsonb_array_elements_text(clear)) as clear, company, moves
        from jsonb_to_recordset(${toJson(updated)}::jsonb) as c(id uuid, set jsonb, clear jsonb, company uuid, moves boolean)
      ) u
      where r.portal_id = ${portalId} and r.id = u.id`.execute(db);
  }
  if (deleted.length > 0) {
    await sql`
      update record set deleted_at = now(), updated_at = now(), revision = revision + 1, settled_revision = revision + 1
      where portal_id = ${portalId} and id = any (${deleted}::uuid[]) and deleted_at is null`.execute(
      db,
    );
  }
  if (restored.length > 0) {
    // Not settled: what HubSpot holds by now is merged when the record is looked at again.
    await db
      .updateTable("record")
      .set({ deleted_at: null })
      .where("portal_id", "=", portalId)
      .where("id", "=", anyOf(restored))
      .execute();
  }
}

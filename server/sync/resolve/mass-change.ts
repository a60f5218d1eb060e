import type { NotNull } from "kysely";
import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import { makeLaneDue } from "../../database/make-lane-due.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { storeVerdicts, writeJournal } from "../journal/journal.ts";
import type { Initiator, Movement } from "../model.ts";
import { startRun } from "../runs/runs.ts";
import { closeHeldDeletions } from "../sources/sweep-result.ts";
import { APPROVAL, REFUSAL } from "../brake/pure/choice.ts";
import type { MassChoice } from "../brake/pure/choice.ts";
import { initiatorOf, movementOf } from "../brake/entry.ts";
import { KEPT, keptReason } from "../decide/kept-by-choice.ts";
import type { HeldCode } from "../brake/pure/wording.ts";

/** What becomes of all that an entry holds: approved, refused, or left undecided for too long. */

interface Closed {
  readonly id: string;
  readonly type: ObjectType;
  readonly movement: Movement;
}

/**
 * Settles an open entry with all of its parts, in the caller's transaction. Approved changes are looked at again by a run
 * of their own, so that what is no longer due is not done. Answers false where the entry is not open any more.
 */
export async function resolveHeld(
  db: Db,
  portalId: PortalId,
  id: string,
  verdict: MassChoice,
  by: string,
): Promise<boolean> {
  const closed = await close(db, portalId, id, verdict, by);
  if (closed === null) return false;
  if (verdict === "approve") await startChoice(db, portalId, closed, by);
  else await refuse(db, portalId, closed, by);
  return true;
}

/**
 * Settles the entries that nobody has decided on in time. Deletions count as refused, so nothing is lost; creations and
 * updates stay pending, and are asked about again with their next change or the next sweep. Index attention_expiry.
 */
export async function expireHeld(db: Db, portalId: PortalId): Promise<void> {
  const expired = await db
    .selectFrom("attention")
    .select("id")
    .where("portal_id", "=", portalId)
    .where("state", "=", sql.lit("open"))
    .where("expires_at", "<", sql<Date>`now()`)
    .orderBy("id")
    .execute();
  for (const { id } of expired) {
    const closed = await close(db, portalId, id, "expired", "sync");
    if (closed?.movement.action === "delete")
      await keep(db, portalId, closed, "sync");
  }
}

/** When the next entry expires. */
export async function nextExpiry(
  db: Db,
  portalId: PortalId,
): Promise<Date | null> {
  const row = await db
    .selectFrom("attention")
    .select((eb) => eb.fn.min("expires_at").as("at"))
    .where("portal_id", "=", portalId)
    .where("state", "=", sql.lit("open"))
    .executeTakeFirst();
  return row?.at ?? null;
}

/** Closes the entry and its parts under the lock that batches are held under: none joins it meanwhile. */
async function close(
  db: Db,
  portalId: PortalId,
  id: string,
  choice: MassChoice | "expired",
  by: string,
): Promise<Closed | null> {
  const { rows: entries } = await sql<{
    object_type: ObjectType;
    code: HeldCode;
    initiator: Initiator;
  }>`
    select object_type, code, initiator from attention
    where portal_id = ${portalId} and id = ${id}::uuid and state = 'open'`.execute(
    db,
  );
  const [entry] = entries;
  if (entry === undefined) return null;
  const type = entry.object_type;
  const movement = movementOf(entry);
  await sql`
    insert into brake_window as w (portal_id, object_type, flow, action)
    values (${portalId}, ${type}, ${movement.flow}, ${movement.action})
    on conflict (portal_id, object_type, flow, action) do update set minutes = w.minutes`.execute(
    db,
  );
  // Links before attention, as a batch locks them.
  const held = await db
    .selectFrom("attention")
    .select("record_id")
    .where("portal_id", "=", portalId)
    .where("part_of", "=", id)
    .where("state", "=", sql.lit("open"))
    .where("record_id", "is not", null)
    .$narrowType<{ record_id: NotNull }>()
    .execute();
  await db
    .selectFrom("link")
    .select("id")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("state", "=", sql.lit("live"))
    .where("record_id", "=", anyOf(held.map(({ record_id }) => record_id)))
    .orderBy("id")
    .forUpdate()
    .execute();
  const chosen = toJson({ choice });
  await sql`
    update attention set state = 'resolved', resolved_at = now(), resolved_by = ${by}, updated_at = now(),
      details = details || ${chosen}::jsonb
    where portal_id = ${portalId} and part_of = ${id}::uuid and state = 'open'`.execute(
    db,
  );
  const { rows } = await sql`
    update attention set state = 'resolved', resolved_at = now(), resolved_by = ${by}, updated_at = now(),
      details = details || ${chosen}::jsonb
    where portal_id = ${portalId} and id = ${id}::uuid and state = 'open'
    returning id`.execute(db);
  if (rows.length === 0) return null;
  if (movement.action === "delete" && movement.flow === "to_workspace")
    await closeHeldDeletions(db, portalId, type);
  return { id, type, movement };
}

interface Part {
  readonly record_id: RecordId | null;
  readonly object_id: ObjectId | null;
  readonly evidence: string | null;
}

/** The parts that a verdict settled; those that closed themselves before are not among them. Index attention_parts. */
async function decidedParts(
  db: Db,
  portalId: PortalId,
  id: string,
): Promise<readonly Part[]> {
  const { rows } = await sql<Part>`
    select p.record_id, p.object_id::text as object_id, p.details ->> 'evidence' as evidence from attention p
    where p.portal_id = ${portalId} and p.part_of = ${id}::uuid and p.details ? 'choice'`.execute(
    db,
  );
  return rows;
}

const recordsOf = (parts: readonly Part[]): RecordId[] =>
  parts.flatMap(({ record_id }) => record_id ?? []);

/** The run that looks at each of them again, and writes what is still due, or writes nothing. */
async function startChoice(
  db: Db,
  portalId: PortalId,
  { id, type, movement }: Closed,
  by: string,
  source = APPROVAL,
): Promise<void> {
  await startRun(db, portalId, {
    kind: initiatorOf(movement) === "hubspot" ? "pull" : "push",
    objectType: type,
    mode: "selection",
    scope: { attentionId: id },
    manual: true,
    source,
    requestedBy: by,
  });
}

async function refuse(
  db: Db,
  portalId: PortalId,
  closed: Closed,
  by: string,
): Promise<void> {
  switch (closed.movement.action) {
    case "delete":
      await keep(db, portalId, closed, by);
      return;
    case "create":
      await refuseCreations(db, portalId, closed, by);
      return;
    case "update":
      // What both sides have now is the base from here on: that takes a look at HubSpot.
      await startChoice(db, portalId, closed, by, REFUSAL);
  }
}

/** A reading of the archive, or an event and a failed read. */
const evidence = ["archived", "deleted-by-event"];

/**
 * What the other side deleted is kept: the choice is stored on the link, where decide sees it. A link whose object or
 * record is gone for certain ends; one that HubSpot only no longer shows lives on. A statement a kind, however many:
 * ids go in as arrays, since a join of tables that have just grown is planned badly (10,000 parts took 20 s).
 */
async function keep(
  db: Db,
  portalId: PortalId,
  { id, type, movement }: Closed,
  by: string,
): Promise<void> {
  const parts = await decidedParts(db, portalId, id);
  const { flow } = movement;
  const isCertain = (part: Part): boolean =>
    flow === "to_hubspot" || evidence.includes(part.evidence ?? "");
  const uncertain = recordsOf(parts.filter((part) => !isCertain(part)));
  await db
    .updateTable("link")
    .set({ kept_at: sql<Date>`now()` })
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("state", "=", sql.lit("live"))
    .where("record_id", "=", anyOf(uncertain))
    .execute();
  const ended = await db
    .updateTable("link")
    .set({
      kept_at: sql<Date>`now()`,
      ended_at: sql<Date>`now()`,
      state: flow === "to_workspace" ? "object-deleted" : "record-deleted",
    })
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("state", "=", sql.lit("live"))
    .where("record_id", "=", anyOf(recordsOf(parts.filter(isCertain))))
    .returning(["record_id as recordId", "object_id as objectId"])
    .execute();
  const lines = ended.map((row) => ({
    ...row,
    action: "unlinked" as const,
    code: KEPT,
    reason: keptReason[flow],
    changes: [],
  }));
  await writeJournal(db, portalId, type, {
    account: { source: APPROVAL, by, runId: null },
    initiator: initiatorOf(movement),
    lines,
  });
  await storeVerdicts(db, portalId, lines);
  await wake(db, portalId, parts);
}

async function refuseCreations(
  db: Db,
  portalId: PortalId,
  { id, type, movement: { flow } }: Closed,
  by: string,
): Promise<void> {
  const parts = await decidedParts(db, portalId, id);
  const subjects = parts.flatMap(
    (part) => (flow === "to_hubspot" ? part.record_id : part.object_id) ?? [],
  );
  await sql`
    insert into refused_creation (portal_id, object_type, subject, refused_by)
    select distinct ${portalId}::bigint, ${type}, s.id, ${by} from unnest(${subjects}::text[]) as s(id)
    on conflict do nothing`.execute(db);
  await wake(db, portalId, parts);
}

/** What of their records is dirty is looked at now: it says what has been decided. */
async function wake(
  db: Db,
  portalId: PortalId,
  parts: readonly Part[],
): Promise<void> {
  const { numAffectedRows } = await sql`
    update dirty set due_at = now()
    where portal_id = ${portalId} and record_id = any (${recordsOf(parts)}::uuid[]) and due_at = 'infinity'`.execute(
    db,
  );
  if ((numAffectedRows ?? 0n) > 0n) await makeLaneDue(db, "dirty", portalId);
}

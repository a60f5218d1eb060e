import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { makeLaneDue } from "../../database/make-lane-due.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/types/index.ts";
import type { Outcome } from "../model.ts";

/** Runs: one pull, push or sweep over many, with counts and a place where it can resume. */

/** The records with one of these owners get another one, and are pushed. Emails, canonical. */
export interface OwnerChange {
  readonly from: readonly string[];
  readonly to: string;
}

/** A pipeline whose objects come into the workspace, or whose records leave it. */
export interface PipelineMove {
  readonly id: string;
  readonly moves: "in" | "out";
}

export interface RunRequest {
  /** both: Sync now, each field from the side that changed. */
  readonly kind: "pull" | "push" | "both" | "sweep";
  readonly objectType: ObjectType;
  readonly mode: "full" | "changed" | "selection";
  readonly scope?: {
    readonly recordIds?: readonly RecordId[];
    readonly objectIds?: readonly ObjectId[];
    /** The pairs that were parts of this entry. */
    readonly attentionId?: string;
    readonly owner?: OwnerChange;
    readonly pipeline?: PipelineMove;
  };
  /** A person's: the initiator's side is written over what has moved. */
  readonly manual: boolean;
  /** By hand: newer values of the other side may be undone. Without it, decide holds such pairs back. */
  readonly confirmed?: boolean;
  /** "schedule", "setup", "api", "card", "retry" … */
  readonly source: string;
  readonly requestedBy: string;
}

/**
 * Queues a run and wakes its lane, in the caller's transaction. A second full or changed run of one kind and type
 * while one is under way answers with that one (AP-086), which becomes a full one if that is asked for; selections wait
 * side by side.
 */
export async function startRun(
  db: Db,
  portalId: PortalId,
  request: RunRequest,
): Promise<{ runId: string; coalesced: boolean }> {
  const { rows } = await sql<{ id: string }>`
    insert into run (portal_id, kind, object_type, mode, manual, confirmed, source, requested_by, scope)
    values (${portalId}, ${request.kind}, ${request.objectType}, ${request.mode}, ${request.manual},
      ${request.confirmed ?? false}, ${request.source}, ${request.requestedBy}, ${toJson(request.scope ?? {})}::jsonb)
    on conflict (portal_id, kind, object_type) where state in ('queued', 'running', 'paused') and mode <> 'selection'
    do nothing
    returning id`.execute(db);
  const created = rows[0]?.id;
  if (created !== undefined) {
    await makeLaneDue(db, "run", portalId);
    return { runId: created, coalesced: false };
  }
  const widened =
    request.mode === "full" ? await widen(db, portalId, request) : null;
  if (widened !== null) return { runId: widened, coalesced: true };
  const active = await sql<{ id: string }>`
    select id from run
    where portal_id = ${portalId} and kind = ${request.kind} and object_type = ${request.objectType}
      and state in ('queued', 'running', 'paused') and mode <> 'selection'`.execute(
    db,
  );
  const running = active.rows[0]?.id;
  if (running !== undefined) return { runId: running, coalesced: true };
  // It ended between the two statements: the next insert meets no other.
  return startRun(db, portalId, request);
}

/**
 * A run of what has changed is no answer to somebody who asks for everything, nor is one that holds back to somebody
 * who has confirmed: it becomes the run that is asked for, at once where it has not begun, else when its own end is
 * reached (see endRun). Answers its id, or null where no such run is active.
 */
async function widen(
  db: Db,
  portalId: PortalId,
  {
    kind,
    objectType,
    manual,
    confirmed = false,
    source,
    requestedBy,
  }: RunRequest,
): Promise<string | null> {
  const whole = toJson({ whole: { manual, confirmed, source, requestedBy } });
  const { rows } = await sql<{ id: string }>`
    update run set
      mode = case when state = 'queued' then 'full' else mode end,
      manual = case when state = 'queued' then ${manual} else manual end,
      confirmed = case when state = 'queued' then ${confirmed} else confirmed end,
      source = case when state = 'queued' then ${source} else source end,
      requested_by = case when state = 'queued' then ${requestedBy} else requested_by end,
      scope = case when state = 'queued' then scope else scope || ${whole}::jsonb end
    where portal_id = ${portalId} and kind = ${kind} and object_type = ${objectType}
      and mode <> 'selection' and (mode = 'changed' or ${confirmed} and not confirmed) and state in ('queued', 'running', 'paused') and not scope ? 'whole'
    returning id`.execute(db);
  return rows[0]?.id ?? null;
}

export interface Run {
  readonly id: string;
  readonly kind: "pull" | "push" | "both" | "sweep";
  readonly objectType: ObjectType;
  readonly mode: "full" | "changed" | "selection";
  readonly manual: boolean;
  readonly confirmed: boolean;
  readonly source: string;
  readonly requestedBy: string;
  readonly scope: {
    readonly recordIds?: RecordId[];
    readonly objectIds?: ObjectId[];
    readonly attentionId?: string;
    readonly owner?: OwnerChange;
    readonly pipeline?: PipelineMove;
  };
  readonly position: Readonly<Record<string, unknown>>;
  /** It was queued until now. */
  readonly begins: boolean;
}

/**
 * The run whose page is next, marked as running: what a person selected first, but no whole pipeline; then pulls before
 * pushes (AC-007), parents before children (AP-102), the oldest first. A run that a dead worker left goes on where its
 * position says.
 */
export async function takeNextRun(
  db: Db,
  portalId: PortalId,
): Promise<Run | null> {
  const { rows } = await sql<Run>`
    update run set state = 'running', started_at = coalesce(started_at, now())
    where portal_id = ${portalId} and id = (
      select id from run
      where portal_id = ${portalId} and state in ('queued', 'running')
      order by (mode = 'selection' and not scope ? 'pipeline') desc, (kind = 'pull') desc, array_position(${objectTypes}::text[], object_type),
        created_at, id
      limit 1
    )
    returning id, kind, object_type as "objectType", mode, manual, source, requested_by as "requestedBy", scope, position,
      confirmed,
      started_at = now() as begins`.execute(db);
  return rows[0] ?? null;
}

export interface RunItem {
  readonly objectType: ObjectType;
  readonly recordId: RecordId | null;
  readonly objectId: ObjectId | null;
  readonly outcome: Outcome;
  readonly code: string;
  readonly reason: string;
}

/**
 * Adds a page to a run: its counts, its items that were not carried out, and the position after it. Belongs in the
 * transaction of the page, so that a page counts once whatever dies.
 */
export async function addPage(
  db: Db,
  portalId: PortalId,
  runId: string,
  items: readonly RunItem[],
  position: Readonly<Record<string, unknown>>,
): Promise<void> {
  const count = (outcome: Outcome): number =>
    items.filter((item) => item.outcome === outcome).length;
  await sql`
    update run set
      requested = requested + ${items.length},
      created = created + ${count("created")},
      updated = updated + ${count("updated")},
      unchanged = unchanged + ${count("unchanged")},
      skipped = skipped + ${count("skipped")},
      held = held + ${count("held")},
      failed = failed + ${count("failed")},
      position = ${toJson(position)}::jsonb
    where portal_id = ${portalId} and id = ${runId}`.execute(db);
  const told = items.filter((item) =>
    ["skipped", "held", "failed"].includes(item.outcome),
  );
  if (told.length === 0) return;
  await sql`
    insert into run_item (portal_id, run_id, outcome, object_type, record_id, object_id, code, reason)
    select ${portalId}, ${runId}, i.outcome, i."objectType", i."recordId", i."objectId", i.code, i.reason
    from jsonb_to_recordset(${toJson(told)}::jsonb)
      as i(outcome text, "objectType" text, "recordId" uuid, "objectId" bigint, code text, reason text)`.execute(
    db,
  );
}

/**
 * Ends a run. `reason` says why where it failed, or what is worth saying where it is done. One that was asked to be the
 * whole one meanwhile starts over as that instead, with nothing counted yet: it comes upon each of them again.
 */
export async function endRun(
  db: Db,
  portalId: PortalId,
  runId: string,
  state: "done" | "failed",
  reason: string,
): Promise<void> {
  const heldBack =
    state === "done" ? await countHeldBack(db, portalId, runId) : 0;
  if (state === "done") {
    const { rows } = await sql`
      update run set mode = 'full', position = '{}', expected = null, scope = scope - 'whole',
        manual = (scope -> 'whole' ->> 'manual')::boolean,
        confirmed = coalesce((scope -> 'whole' ->> 'confirmed')::boolean, false), source = scope -> 'whole' ->> 'source',
        requested_by = scope -> 'whole' ->> 'requestedBy',
        requested = 0, created = 0, updated = 0, unchanged = 0, skipped = 0, held = 0, failed = 0
      where portal_id = ${portalId} and id = ${runId} and state = 'running' and scope ? 'whole'
      returning id`.execute(db);
    if (rows.length > 0) {
      await db
        .deleteFrom("run_item")
        .where("portal_id", "=", portalId)
        .where("run_id", "=", runId)
        .execute();
      return;
    }
  }
  await db
    .updateTable("run")
    .set({
      state,
      state_reason: heldBack === 0 ? reason : heldBackReason(heldBack),
      ended_at: sql<Date>`now()`,
    })
    .where("portal_id", "=", portalId)
    .where("id", "=", runId)
    .where("state", "=", "running")
    .execute();
}

/** How many of a run's records were held back, since it would have undone newer values. Primary key of run_item. */
async function countHeldBack(
  db: Db,
  portalId: PortalId,
  runId: string,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from run_item i
    join run r on r.portal_id = i.portal_id and r.id = i.run_id and r.held > 0 and r.manual and not r.confirmed
    where i.portal_id = ${portalId} and i.run_id = ${runId} and i.code = 'would_undo'`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

const heldBackReason = (count: number): string =>
  count === 1
    ? "1 record has newer values on the other side and wasn't changed. Confirm to replace them."
    : `${count} records have newer values on the other side and weren't changed. Confirm to replace them.`;

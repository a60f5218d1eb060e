import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { DELETION_WAITS } from "../brake/pure/judge.ts";
import { STALE } from "../decide/decide.ts";
import type { Placed } from "./write-workspace.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";

/** A record that was looked at, and the revision it had then. */
export interface SeenRecord {
  readonly recordId: RecordId;
  readonly revision: number;
}

/** Takes records out of the dirty set, where the revision that was handled is still the stored one. */
export async function removeDirty(
  db: Db,
  portalId: PortalId,
  handled: readonly SeenRecord[],
): Promise<void> {
  if (handled.length === 0) return;
  await sql`
    delete from dirty d using jsonb_to_recordset(${toJson(handled)}::jsonb) as h("recordId" uuid, revision bigint)
    where d.portal_id = ${portalId} and d.record_id = h."recordId" and d.revision <= h.revision`.execute(
    db,
  );
}

/**
 * Puts records down for another look, later each time: 1, 2, 4 … up to 300 seconds. A change by the product in the
 * meantime makes them due at once.
 */
export async function keepDirty(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  unfinished: readonly SeenRecord[],
): Promise<void> {
  if (unfinished.length === 0) return;
  await sql`
    insert into dirty as d (portal_id, object_type, record_id, revision, due_at, looks)
    select ${portalId}, ${type}, u."recordId", u.revision, now() + interval '1 second', 1
    from (select distinct on ("recordId") "recordId", revision
      from jsonb_to_recordset(${toJson(unfinished)}::jsonb) as n("recordId" uuid, revision bigint)) u
    on conflict (portal_id, record_id) do update set looks = d.looks + 1,
      due_at = ${later}
    where d.revision <= excluded.revision`.execute(db);
}

/**
 * Puts the next look at records that are in the set off, each time for longer: HubSpot sent an older version, and will send
 * the present one by itself.
 */
async function delayDirty(
  db: Db,
  portalId: PortalId,
  stale: readonly SeenRecord[],
): Promise<void> {
  if (stale.length === 0) return;
  await sql`
    update dirty d set looks = d.looks + 1, due_at = ${later}
    from jsonb_to_recordset(${toJson(stale)}::jsonb) as s("recordId" uuid, revision bigint)
    where d.portal_id = ${portalId} and d.record_id = s."recordId" and d.revision <= s.revision`.execute(
    db,
  );
}

/** When the next look at `dirty d` is due, by the looks so far. */
const later = sql`now() + least(300, power(2, least(d.looks, 9))) * interval '1 second'`;

/** Puts the next look at records that are in the set off by an hour, unless the product changes them before. */
async function restDirty(
  db: Db,
  portalId: PortalId,
  stopped: readonly SeenRecord[],
): Promise<void> {
  if (stopped.length === 0) return;
  await sql`
    update dirty d set due_at = now() + interval '1 hour'
    from jsonb_to_recordset(${toJson(stopped)}::jsonb) as s("recordId" uuid, revision bigint)
    where d.portal_id = ${portalId} and d.record_id = s."recordId" and d.revision <= s.revision`.execute(
    db,
  );
}

/**
 * What the brake holds is not checked again before it is decided on, or the product changes it. Called in the
 * transaction that opens the entry, so that a decision on the entry always finds the record parked and wakes it.
 */
export async function parkDirty(
  db: Db,
  portalId: PortalId,
  placed: readonly Placed[],
): Promise<void> {
  const braked = placed.filter(isBraked).flatMap(seenOf);
  if (braked.length === 0) return;
  await sql`
    update dirty d set due_at = 'infinity'
    from jsonb_to_recordset(${toJson(braked)}::jsonb) as b("recordId" uuid, revision bigint)
    where d.portal_id = ${portalId} and d.record_id = b."recordId" and d.revision <= b.revision`.execute(
    db,
  );
}

/** What a rule puts off stays dirty until the rule is another one, and so does what another decision must follow. */
const putOff = new Set([
  "automatic_push_off",
  "first_pull_running",
  "landed_late",
  "creation_pending",
]);

/** Nothing was handled: an older reading, or a pair that a person has to confirm first. What is dirty stays so. */
const leftAsTheyAre = new Set([STALE, "would_undo"]);

const isBraked = ({ braked }: Placed): boolean => braked !== undefined;

export const seenOf = ({ recordId, pair }: Placed): SeenRecord[] =>
  recordId === null ? [] : [{ recordId, revision: pair.record?.revision ?? 1 }];

/** Ends a batch for the dirty set: what was handled leaves it, what was not, or has to wait, stays. */
export async function finishDirty(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    placed,
    passedBy,
    unfinished,
  }: {
    readonly placed: readonly Placed[];
    readonly passedBy: {
      readonly moved: ReadonlySet<Placed>;
      readonly claimed: ReadonlySet<RecordId>;
    };
    readonly unfinished: ReadonlySet<RecordId>;
  },
): Promise<void> {
  // A record that was to be created, and was not, is nothing to look at. What the brake holds was parked before.
  const present = placed.filter((plan) =>
    passedBy.moved.has(plan) ? plan.pair.record !== null : !isBraked(plan),
  );
  const isUnfinished = (plan: Placed): boolean =>
    passedBy.moved.has(plan) ||
    (plan.recordId !== null &&
      (unfinished.has(plan.recordId) || passedBy.claimed.has(plan.recordId))) ||
    // Its worker settles it; should that one be dead, the claim ends and this look comes again.
    plan.pair.attempts.some(
      (attempt) => attempt.operation === "update" && attempt.underWay === true,
    );
  const kept = present.filter(
    (plan) => isUnfinished(plan) || isPutOff(plan) || isForbidden(plan),
  );
  await removeDirty(
    db,
    portalId,
    present
      .filter(
        (plan) =>
          !kept.includes(plan) && !leftAsTheyAre.has(plan.decision.code),
      )
      .flatMap(seenOf),
  );
  await keepDirty(db, portalId, type, kept.flatMap(seenOf));
  await delayDirty(
    db,
    portalId,
    present
      .filter((plan) => !kept.includes(plan) && plan.decision.code === STALE)
      .flatMap(seenOf),
  );
  await restDirty(
    db,
    portalId,
    kept
      .filter((plan) => isForbidden(plan) && !isUnfinished(plan))
      .flatMap(seenOf),
  );
}

const isPutOff = ({ decision, edges, pair, parentPending }: Placed): boolean =>
  putOff.has(decision.code) ||
  (decision.code === DELETION_WAITS && pair.record?.deletedAt !== null) ||
  parentPending === true ||
  decision.workspace.kind === "restore" ||
  edges.some(({ outcome }) => outcome.waiting) ||
  decision.fields.some(
    (field) => field.kind === "waiting" && field.code === "automatic_push_off",
  );

/** What HubSpot does not allow is not looked at again and again: it is due once the scope is granted. */
const isForbidden = ({ decision, edgesStopped }: Placed): boolean =>
  edgesStopped === true ||
  decision.code === "missing_scope" ||
  decision.fields.some(({ code }) => code === "missing_scope");

import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type { Initiator, Rules } from "../model.ts";
import type { Account } from "../decide/plan.ts";
import { reconcileAttention } from "../attention/attention.ts";
import { wantDefinitions } from "../installation/drift.ts";
import { isForDefinition } from "../installation/pure/definition-refusals.ts";
import { noteAnswers, storeAnswers } from "./attempts.ts";
import type { Attempt } from "./attempt.ts";
import { writeJournal } from "../journal/journal.ts";
import type { SendOutcome } from "./send-with-parking.ts";
import { noteSource } from "./note-source.ts";
import { noteWaitingValues, wakeWaiting } from "./waiting-values.ts";
import type { Shown } from "./waiting-values.ts";
import { insertLinks } from "../pairs/insert-links.ts";

import { journalLine, resultOf } from "./pure/attempt-result.ts";
import type { AttemptResult, ResultToWrite } from "./pure/attempt-result.ts";

/** Turns answers into links, bases, journal and attention, in one transaction, a statement a kind. */
export async function commitResponses(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    rules,
    account,
    initiator,
    attempts,
    outcomes,
    hinted,
  }: {
    readonly rules: Rules;
    readonly account: Account;
    readonly initiator: Initiator;
    readonly attempts: readonly Attempt[];
    readonly outcomes: ReadonlyMap<string, SendOutcome>;
    readonly hinted: ReadonlySet<ObjectId>;
  },
): Promise<AttemptResult[]> {
  await db
    .selectFrom("record")
    .select("id")
    .where("portal_id", "=", portalId)
    .where("id", "=", anyOf(attempts.map((attempt) => attempt.recordId)))
    .orderBy("id")
    .forUpdate()
    .execute();
  const taken = await linkedElsewhere(db, portalId, type, attempts, outcomes);
  const writing = await objectsInWriting(db, portalId, type, outcomes);
  const verdicts = attempts.map((attempt) =>
    resultOf(rules, attempt, {
      outcome: outcomes.get(attempt.id),
      taken,
      hinted,
      writing,
    }),
  );

  await storeAnswers(
    db,
    portalId,
    verdicts.flatMap((verdict) => {
      const outcome = outcomes.get(verdict.attempt.id);
      if (outcome === undefined || (outcome.kind === "unknown" && outcome.sent))
        return [];
      return [
        { id: verdict.attempt.id, answer: factOf(outcome), settled: true },
      ];
    }),
  );
  await insertLinks(
    db,
    portalId,
    type,
    account,
    verdicts
      .filter((verdict) => verdict.link === "insert")
      .flatMap((verdict) =>
        verdict.objectId === null
          ? []
          : [
              {
                recordId: verdict.attempt.recordId,
                objectId: verdict.objectId,
                base: verdict.base as never,
                parked: verdict.parked,
                seen: verdict.seen,
                pulled: false,
                pushed: true,
                edgesSettled: [],
              },
            ],
      ),
  );
  await updateLinks(db, portalId, account, verdicts);
  // A write that HubSpot took, in part at least, settles what was open of its pair; one that it refused only adds.
  const took = verdicts.filter((verdict) => verdict.link !== "none");
  await reconcileAttention(db, portalId, type, {
    initiator,
    runId: account.runId,
    looked: took.map(({ attempt, objectId }) => ({
      recordId: attempt.recordId,
      objectId,
    })),
    notices: verdicts.flatMap((verdict) => verdict.notices),
  });
  await writeJournal(db, portalId, type, {
    account,
    initiator,
    lines: verdicts.flatMap(journalLine),
  });
  await noteWaitingValues(
    db,
    portalId,
    type,
    verdicts.flatMap(({ waits }) => waits),
  );
  await noteSource(db, portalId, type, verdicts);
  if ([...outcomes.values()].some(isRefusedForDefinition))
    await wantDefinitions(db, portalId);
  const woken = await wakeWaiting(
    db,
    portalId,
    type,
    shownBy(verdicts, outcomes),
  );
  return verdicts.map((verdict) =>
    woken.has(verdict.attempt.recordId) ? { ...verdict, done: false } : verdict,
  );
}

/** Whether HubSpot refused a value for what its property is, so that the definition is other than it was read. */
const isRefusedForDefinition = (outcome: SendOutcome): boolean =>
  outcome.kind !== "unknown" &&
  outcome.refused.some(({ code }) => isForDefinition(code));

/** What the answers say of the objects that were written. */
const shownBy = (
  verdicts: readonly ResultToWrite[],
  outcomes: ReadonlyMap<string, SendOutcome>,
): Shown =>
  new Map(
    verdicts.flatMap(
      ({ attempt, link }): [ObjectId, HubSpotObject | null][] => {
        const outcome = outcomes.get(attempt.id);
        if (outcome?.kind !== "result") return [];
        if (outcome.object !== null)
          return [[outcome.object.id, outcome.object]];
        return link === "end" && attempt.objectId !== null
          ? [[attempt.objectId, null]]
          : [];
      },
    ),
  );

/**
 * Of the objects that are said to have a refused value, those that were being written at the same time, by this batch or
 * by another worker's: they may have given it up by now.
 */
async function objectsInWriting(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  outcomes: ReadonlyMap<string, SendOutcome>,
): Promise<ReadonlySet<ObjectId>> {
  const refused = [...outcomes].flatMap(([id, outcome]) =>
    outcome.kind === "unknown"
      ? []
      : outcome.refused.flatMap(({ holder }) =>
          holder === undefined ? [] : [{ id, holder }],
        ),
  );
  if (refused.length === 0) return new Set();
  // One that this batch has written, and that was refused as well, gives nothing up: each would wait for the other.
  const refusedToo = [...new Set(refused.map(({ id }) => id))];
  const { rows } = await sql<{ object_id: ObjectId }>`
    select distinct n.holder as object_id
    from jsonb_to_recordset(${toJson(refused)}::jsonb) as n(id uuid, holder bigint)
    join attempt own on own.portal_id = ${portalId} and own.id = n.id
    join attempt a on a.portal_id = ${portalId} and a.object_type = ${type} and a.object_id = n.holder
      and a.id <> all (${refusedToo}::uuid[])
      and a.operation in ('update', 'archive')
      and (a.settled_at is null and a.claimed and a.claim_ends_at > now() or a.settled_at >= own.created_at)`.execute(
    db,
  );
  return new Set(rows.map((row) => row.object_id));
}

/**
 * Stores the answers alone, for a worker that cannot settle them, and lets go of the claims. What HubSpot refused, or
 * never got, is over with that; what it did is still to be told. Safe to repeat, also where they have been settled.
 */
export const storeResponses = (
  db: Db,
  portalId: PortalId,
  outcomes: ReadonlyMap<string, SendOutcome>,
): Promise<void> =>
  storeAnswers(
    db,
    portalId,
    [...outcomes].flatMap(([id, outcome]) =>
      outcome.kind === "unknown" && outcome.sent
        ? []
        : [
            {
              id,
              answer: factOf(outcome),
              settled: outcome.kind !== "result",
            },
          ],
    ),
  );

/** Stores results while their worker goes on with them: its claims stay. */
export const noteFacts = (
  db: Db,
  portalId: PortalId,
  results: ReadonlyMap<string, SendOutcome>,
): Promise<void> =>
  noteAnswers(
    db,
    portalId,
    [...results].map(([id, outcome]) => ({ id, answer: factOf(outcome) })),
  );

function factOf(outcome: SendOutcome): Record<string, unknown> {
  switch (outcome.kind) {
    case "result":
      return {
        kind: "result",
        objectId: outcome.object?.id ?? null,
        created: outcome.created,
      };
    case "error":
      return {
        kind: "error",
        code: outcome.error.code,
        message: outcome.error.message,
        existingId: outcome.error.existingId,
        correlationId: outcome.error.correlationId,
      };
    case "unknown":
      return { kind: "not-sent", cause: outcome.cause };
  }
}

/** Objects of answered creations that are linked to another record already. */
async function linkedElsewhere(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  attempts: readonly Attempt[],
  outcomes: ReadonlyMap<string, SendOutcome>,
): Promise<ReadonlyMap<ObjectId, RecordId>> {
  const objectIds = attempts.flatMap((attempt) => {
    const outcome = outcomes.get(attempt.id);
    return attempt.operation === "create" &&
      outcome?.kind === "result" &&
      outcome.object !== null
      ? [outcome.object.id]
      : [];
  });
  if (objectIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("link")
    .select(["object_id", "record_id"])
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("state", "=", sql.lit("live"))
    .where("object_id", "=", anyOf(objectIds))
    .execute();
  return new Map(rows.map((row) => [row.object_id, row.record_id]));
}

async function updateLinks(
  db: Db,
  portalId: PortalId,
  account: Account,
  verdicts: readonly ResultToWrite[],
): Promise<void> {
  const rows = verdicts
    .filter((verdict) => verdict.link === "update" || verdict.link === "end")
    .map((verdict) => ({
      recordId: verdict.attempt.recordId,
      base: verdict.base,
      parked: verdict.parked,
      seen: verdict.seen,
      state:
        verdict.link === "end" &&
        verdict.attempt.plan.decision.link.kind === "end"
          ? verdict.attempt.plan.decision.link.state
          : "live",
    }));
  if (rows.length === 0) return;
  const by = account.by === "" ? account.source : account.by;
  await sql`
    update link l set
      base = l.base || n.base, parked = n.parked, seen_at = greatest(l.seen_at, n.seen), state = n.state,
      ended_at = case when n.state = 'live' then null else now() end,
      pushed_at = now(), pushed_by = ${by}
    from jsonb_to_recordset(${toJson(rows)}::jsonb)
      as n("recordId" uuid, base jsonb, parked jsonb, seen timestamptz, state text)
    where l.portal_id = ${portalId} and l.record_id = n."recordId" and l.state = 'live'`.execute(
    db,
  );
}

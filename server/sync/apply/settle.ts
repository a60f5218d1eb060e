import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { identityKeys } from "../identity.ts";
import { parkingSignature } from "../merge-field.ts";
import type {
  FieldChange,
  Initiator,
  Outcome,
  Parked,
  Rules,
} from "../model.ts";
import { changesOf } from "../plan.ts";
import type { Account } from "../plan.ts";
import { settleAttention } from "./attention.ts";
import type { Notice } from "./attention.ts";
import { storeAnswers } from "./attempts.ts";
import type { Attempt } from "./attempts.ts";
import { writeJournal } from "./journal.ts";
import type { JournalLine } from "./journal.ts";
import { lastValues } from "./lines.ts";
import { hiddenHolderNotice, noticesOf, refusalNotice } from "./notices.ts";
import { readAnswer } from "./read-answer.ts";
import type { SendOutcome } from "./send.ts";
import { insertLinks } from "./write-links.ts";

/** How an attempt ended for its pair, once HubSpot's answer has become links, bases and journal. */
export interface Settled {
  readonly attempt: Attempt;
  readonly outcome: Outcome;
  readonly code: string;
  readonly reason: string;
  readonly objectId: ObjectId | null;
  readonly changes: readonly FieldChange[];
  /** False: it must be looked at again, and stays dirty. */
  readonly done: boolean;
  /** An object that HubSpot names as the holder of this identity: a candidate for another round. */
  readonly hint: ObjectId | null;
}

interface Verdict extends Settled {
  readonly parked: Readonly<Record<string, Parked>>;
  readonly base: Readonly<Record<string, unknown>>;
  readonly seen: string | null;
  readonly notices: readonly Notice[];
  readonly link: "insert" | "update" | "end" | "none";
}

/** Turns answers into links, bases, journal and attention, in one transaction, a statement a kind. */
export async function settleAnswers(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  rules: Rules,
  account: Account,
  initiator: Initiator,
  attempts: readonly Attempt[],
  outcomes: ReadonlyMap<string, SendOutcome>,
  hinted: ReadonlySet<ObjectId>,
): Promise<Settled[]> {
  await sql`
    select id from record
    where portal_id = ${portalId} and id = any (${attempts.map((attempt) => attempt.recordId)}::uuid[])
    order by id for update`.execute(db);
  const taken = await linkedElsewhere(db, portalId, type, attempts, outcomes);
  const verdicts = attempts.map((attempt) =>
    verdictOf(rules, attempt, outcomes.get(attempt.id), taken, hinted),
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
                edgesSettled: false,
              },
            ],
      ),
  );
  await updateLinks(db, portalId, account, verdicts);
  // A write that HubSpot took, in part at least, settles what was open of its pair; one that it refused only adds.
  const took = verdicts.filter((verdict) => verdict.link !== "none");
  await settleAttention(
    db,
    portalId,
    type,
    initiator,
    account.runId,
    took.map(({ attempt, objectId }) => ({
      recordId: attempt.recordId,
      objectId,
    })),
    verdicts.flatMap((verdict) => verdict.notices),
  );
  await writeJournal(
    db,
    portalId,
    type,
    account,
    initiator,
    verdicts.flatMap(journalLine),
  );
  return verdicts;
}

/** Stores the answers alone: for a worker that has lost its lane between the call and its commit. */
export const storeFacts = (
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
        : [{ id, answer: factOf(outcome), settled: false }],
    ),
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
  const { rows } = await sql<{ object_id: ObjectId; record_id: RecordId }>`
    select object_id, record_id from link
    where portal_id = ${portalId} and object_type = ${type} and state = 'live'
      and object_id = any (${objectIds}::bigint[])`.execute(db);
  return new Map(rows.map((row) => [row.object_id, row.record_id]));
}

function verdictOf(
  rules: Rules,
  attempt: Attempt,
  outcome: SendOutcome | undefined,
  taken: ReadonlyMap<ObjectId, RecordId>,
  hinted: ReadonlySet<ObjectId>,
): Verdict {
  const { plan } = attempt;
  const common = {
    attempt,
    objectId: attempt.objectId,
    changes: [],
    parked: {},
    base: {},
    seen: null,
    notices: [],
    hint: null,
    link: "none" as const,
  };
  if (outcome === undefined || outcome.kind === "unknown") {
    return {
      ...common,
      outcome: "failed",
      code: "unknown_outcome",
      reason:
        "HubSpot's answer was lost. What it holds is read before anything is written again.",
      done: false,
    };
  }
  if (outcome.kind === "error")
    return refusedVerdict(rules, attempt, outcome, hinted, common);
  if (attempt.operation === "archive") {
    return {
      ...common,
      outcome: "updated",
      code: plan.decision.code,
      reason: plan.decision.reason,
      changes: lastValues(plan, "hubspot"),
      done: true,
      link: "end",
    };
  }
  const { object } = outcome;
  if (object === null)
    throw new Error("A result of a creation or update carries its object.");
  const other = taken.get(object.id);
  if (other !== undefined && other !== attempt.recordId) {
    return {
      ...common,
      outcome: "failed",
      code: "linked_elsewhere",
      reason: "HubSpot answered with an object that belongs to another record.",
      objectId: object.id,
      notices: [
        {
          kind: "problem",
          code: "linked_elsewhere",
          recordId: attempt.recordId,
          objectId: object.id,
          field: "",
          cause:
            "HubSpot answered with an object that belongs to another record.",
          fix: "Review both records, so that each belongs to one object.",
          details: { otherRecordId: other },
        },
      ],
      done: true,
    };
  }
  const { base, parked } = readAnswer(rules, plan, object, outcome.refused);
  const created = attempt.operation === "create";
  const took = changesOf(plan).filter(
    (change) => change.side === "workspace" || !(change.field in parked),
  );
  return {
    ...common,
    outcome: took.length > 0 || created ? plan.decision.outcome : "failed",
    code: took.length > 0 || created ? plan.decision.code : "field_parked",
    reason:
      took.length > 0 || created
        ? plan.decision.reason
        : "HubSpot did not take what was sent.",
    objectId: object.id,
    // What went to the workspace was journalled with it.
    changes: took.filter((change) => change.side === "hubspot"),
    base,
    parked,
    seen: object.updatedAt.toISOString(),
    notices: noticesOf(rules, plan, parked),
    done: true,
    link: created && other === undefined ? "insert" : "update",
  };
}

function refusedVerdict(
  rules: Rules,
  attempt: Attempt,
  outcome: Extract<SendOutcome, { kind: "error" }>,
  hinted: ReadonlySet<ObjectId>,
  common: Omit<Verdict, "outcome" | "code" | "reason" | "done">,
): Verdict {
  const { plan } = attempt;
  const { error } = outcome;
  if (
    attempt.operation === "create" &&
    error.code === "conflict" &&
    error.existingId !== null
  ) {
    // It was looked for in another round already, and HubSpot does not show it, or not with this identity.
    if (hinted.has(error.existingId)) {
      const notice = hiddenHolderNotice(plan, error.existingId, error);
      return {
        ...common,
        outcome: "failed",
        code: notice.code,
        reason: notice.cause,
        notices: [notice],
        done: true,
      };
    }
    return {
      ...common,
      outcome: "failed",
      code: "exists_already",
      reason: "HubSpot has it already; it is matched.",
      done: false,
      hint: error.existingId,
    };
  }
  if (attempt.operation === "update" && error.code === "missing") {
    return {
      ...common,
      outcome: "failed",
      code: "object_missing",
      reason:
        "HubSpot no longer has the object; what became of it is looked up.",
      done: false,
    };
  }
  const type = plan.pair.objectType;
  const blamed =
    error.code === "conflict"
      ? [
          {
            name: identityKeys[type].property,
            code: "duplicate_email",
            message:
              error.existingId === null
                ? error.message
                : `another ${type}, ${error.existingId}, already has it.`,
          },
        ]
      : outcome.refused;
  const parked: Record<string, Parked> = {
    ...parkedOf(rules, attempt, blamed),
  };
  if (attempt.operation === "update" && Object.keys(parked).length > 0) {
    return {
      ...common,
      outcome: "failed",
      code: "field_parked",
      reason: "HubSpot did not take what was sent.",
      parked,
      notices: noticesOf(rules, plan, parked),
      done: true,
      link: "update",
    };
  }
  return {
    ...common,
    outcome: "failed",
    code: "refused_by_hubspot",
    reason: `HubSpot refused it: ${error.message.slice(0, 500)}`,
    notices: [refusalNotice(plan, error)],
    done: true,
  };
}

function parkedOf(
  rules: Rules,
  attempt: Attempt,
  blamed: readonly {
    readonly name: string;
    readonly code: string;
    readonly message: string;
  }[],
): Record<string, Parked> {
  const parked: Record<string, Parked> = {};
  for (const field of attempt.plan.decision.fields) {
    if (field.kind === "parked" && field.parked !== undefined)
      parked[field.field] = field.parked;
    const blame = blamed.find((property) => property.name === field.property);
    const mapping = rules.settings[attempt.plan.pair.objectType].mappings.find(
      (candidate) => candidate.field === field.field,
    );
    if (
      blame === undefined ||
      mapping === undefined ||
      field.kind !== "to-hubspot"
    )
      continue;
    parked[field.field] = {
      side: "hubspot",
      sent: String(field.value),
      code: blame.code.toLowerCase(),
      message: blame.message,
      signature: parkingSignature(mapping, rules.definitions[field.property]),
    };
  }
  return parked;
}

async function updateLinks(
  db: Db,
  portalId: PortalId,
  account: Account,
  verdicts: readonly Verdict[],
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

function journalLine(verdict: Verdict): JournalLine[] {
  const { attempt, outcome, changes } = verdict;
  const line = {
    recordId: attempt.recordId,
    objectId: verdict.objectId,
    code: verdict.code,
    reason: verdict.reason,
    changes,
  };
  if (!verdict.done) return [];
  if (outcome === "failed") return [{ ...line, action: "failed", changes: [] }];
  if (attempt.operation === "archive") return [{ ...line, action: "deleted" }];
  if (attempt.operation === "create") return [{ ...line, action: "created" }];
  return changes.length === 0 ? [] : [{ ...line, action: "updated" }];
}

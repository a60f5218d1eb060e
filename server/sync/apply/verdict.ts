/** What HubSpot's answer to an attempt means for its pair. Pure: settle.ts writes it down. */

import type { ObjectId, RecordId } from "../../settings/object-type.ts";
import { identityKeys } from "../identity.ts";
import { parkingSignature } from "../merge-field.ts";
import type { FieldChange, Outcome, Parked, Rules } from "../model.ts";
import { changesOf } from "../plan.ts";
import type { Notice } from "./attention.ts";
import type { Attempt } from "./attempts.ts";
import type { JournalLine } from "./journal.ts";
import { lastValues } from "./lines.ts";
import { hiddenHolderNotice, noticesOf, refusalNotice } from "./notices.ts";
import { readAnswer } from "./read-answer.ts";
import type { SendOutcome } from "./send.ts";

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

/** The same, with everything that is to be written. */
export interface Verdict extends Settled {
  readonly parked: Readonly<Record<string, Parked>>;
  readonly base: Readonly<Record<string, unknown>>;
  readonly seen: string | null;
  readonly notices: readonly Notice[];
  readonly link: "insert" | "update" | "end" | "none";
}

export function verdictOf(
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

/** The line for what was done in HubSpot; what went to the workspace was told before the call. */
export function journalLine(verdict: Verdict): JournalLine[] {
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

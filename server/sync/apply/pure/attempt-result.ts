/** What HubSpot's answer to an attempt means for its pair. Pure: ../commit-responses.ts writes it down. */

import { linkedElsewhereFix } from "../../decide/creation-stops.ts";
import type { ObjectId, RecordId } from "../../../settings/object-type.ts";
import type { FieldChange, Outcome, Parked, Rules } from "../../model.ts";
import { changesOf } from "../../decide/plan.ts";
import type { Notice } from "../../attention/attention.ts";
import type { Attempt } from "../attempt.ts";
import type { JournalLine } from "../../journal/journal.ts";
import { lastValues } from "./lines.ts";
import { hiddenHolderNotice, noticesOf, refusalNotice } from "./notices.ts";
import { hasChangedAlong } from "./changed-along.ts";
import { readResponse } from "./read-response.ts";
import { sentSourceOf } from "./refused-source.ts";
import type { SentSource } from "./refused-source.ts";
import {
  leftClear,
  parkedOf,
  refusedTooEarly,
  waitFor,
  waitsFor,
} from "./refused-fields.ts";
import type { SendOutcome } from "../send-with-parking.ts";
import type { WaitingValue } from "../waiting-values.ts";

/** How an attempt ended for its pair, once HubSpot's answer has become links, bases and journal. */
export interface AttemptResult {
  readonly attempt: Attempt;
  readonly outcome: Outcome;
  readonly code: string;
  readonly reason: string;
  readonly objectId: ObjectId | null;
  readonly changes: readonly FieldChange[];
  /** False: it must be looked at again, and stays dirty. */
  readonly done: boolean;
  /** A field of it was refused because an object has its value. */
  readonly waitsForField: boolean;
  /** An object that HubSpot names as the holder of this identity: a candidate for another round. */
  readonly hint: ObjectId | null;
  /** HubSpot changed mapped properties along with what was sent: the object is read for the workspace. */
  readonly changedAlong: boolean;
}

/** The same, with everything that is to be written. */
export interface ResultToWrite extends AttemptResult {
  readonly parked: Readonly<Record<string, Parked>>;
  readonly base: Readonly<Record<string, unknown>>;
  readonly seen: string | null;
  readonly notices: readonly Notice[];
  /** Objects that have what this record was to get. */
  readonly waits: readonly WaitingValue[];
  readonly link: "insert" | "update" | "end" | "none";
  /** The source that a creation sent; null: none, or HubSpot executed nothing. */
  readonly source: SentSource | null;
}

export function resultOf(
  rules: Rules,
  attempt: Attempt,
  {
    outcome,
    taken,
    hinted,
    writing,
  }: {
    readonly outcome: SendOutcome | undefined;
    readonly taken: ReadonlyMap<ObjectId, RecordId>;
    readonly hinted: ReadonlySet<ObjectId>;
    readonly writing: ReadonlySet<ObjectId>;
  },
): ResultToWrite {
  const { plan } = attempt;
  const common = {
    attempt,
    objectId: attempt.objectId,
    changes: [],
    parked: {},
    base: {},
    seen: null,
    notices: [],
    waits: [],
    waitsForField: false,
    hint: null,
    link: "none" as const,
    changedAlong: false,
    source: null,
  };
  if (outcome === undefined || outcome.kind === "unknown") {
    return {
      ...common,
      outcome: "failed",
      code: "unknown_outcome",
      reason:
        "HubSpot's response was lost. Counterpart will read HubSpot before it writes again.",
      done: false,
    };
  }
  if (outcome.kind === "error")
    return refusedResult(rules, attempt, { outcome, hinted, writing, common });
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
  const { objectType } = plan.pair;
  const elsewhere = `HubSpot returned a ${objectType} that is linked to another ${objectType} in the workspace.`;
  const other = taken.get(object.id);
  if (other !== undefined && other !== attempt.recordId) {
    return {
      ...common,
      outcome: "failed",
      code: "linked_elsewhere",
      reason: elsewhere,
      objectId: object.id,
      notices: [
        {
          kind: "problem",
          code: "linked_elsewhere",
          recordId: attempt.recordId,
          objectId: object.id,
          field: "",
          cause: elsewhere,
          fix: linkedElsewhereFix,
          details: { otherRecordId: other },
        },
      ],
      waits: [waitFor(attempt, object.id, other)],
      done: true,
    };
  }
  const created = attempt.operation === "create";
  const read = readResponse(
    rules,
    plan,
    object,
    outcome.refused,
    created && outcome.created !== false,
  );
  const { parked, early } = refusedTooEarly(read.parked, writing);
  const left =
    outcome.cleared === true ? leftClear(attempt, read.parked) : null;
  const base = { ...read.base, ...left?.base };
  const source = sentSourceOf(rules, attempt, outcome.refused);
  const took = changesOf(plan).filter(
    (change) =>
      change.side === "workspace" ||
      (!(change.field in read.parked) &&
        (source === null ||
          source.rejected === null ||
          change.property !== source.property)),
  );
  const reason =
    source === null || source.rejected === null
      ? plan.decision.reason
      : `${plan.decision.reason} ${source.rejected}`;
  return {
    ...common,
    outcome: took.length > 0 || created ? plan.decision.outcome : "failed",
    code: took.length > 0 || created ? plan.decision.code : "field_parked",
    reason:
      took.length > 0 || created ? reason : "HubSpot rejected the values.",
    objectId: object.id,
    source,
    // What went to the workspace was journalled with it.
    changes: [
      ...took.filter((change) => change.side === "hubspot"),
      ...(left?.changes ?? []),
    ],
    base,
    parked,
    seen: object.updatedAt.toISOString(),
    notices: noticesOf(rules, plan, parked),
    ...waitsFor(attempt, parked),
    done: !early,
    link: created && other === undefined ? "insert" : "update",
    changedAlong: hasChangedAlong(rules, attempt, object),
  };
}

function refusedResult(
  rules: Rules,
  attempt: Attempt,
  {
    outcome,
    hinted,
    writing,
    common,
  }: {
    readonly outcome: Extract<SendOutcome, { kind: "error" }>;
    readonly hinted: ReadonlySet<ObjectId>;
    readonly writing: ReadonlySet<ObjectId>;
    readonly common: Omit<
      ResultToWrite,
      "outcome" | "code" | "reason" | "done"
    >;
  },
): ResultToWrite {
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
        waits: [waitFor(attempt, error.existingId, null)],
        done: true,
      };
    }
    return {
      ...common,
      outcome: "failed",
      code: "exists_already",
      reason: `HubSpot already has this ${plan.pair.objectType}. Counterpart will link it.`,
      done: false,
      hint: error.existingId,
    };
  }
  if (attempt.operation === "update" && error.code === "missing") {
    return {
      ...common,
      outcome: "failed",
      code: "object_missing",
      reason: `HubSpot no longer has this ${plan.pair.objectType}. Counterpart will check what happened to it.`,
      done: false,
    };
  }
  const refused = parkedOf(rules, attempt, outcome);
  const { parked, early } = refusedTooEarly(refused, writing);
  if (attempt.operation === "update" && Object.keys(refused).length > 0) {
    const left = outcome.cleared === true ? leftClear(attempt, refused) : null;
    return {
      ...common,
      ...left,
      outcome: "failed",
      code: "field_parked",
      reason: "HubSpot rejected the values.",
      parked,
      notices: noticesOf(rules, plan, parked),
      ...waitsFor(attempt, parked),
      // What it does not blame was not sent without the rest, and goes alone next time.
      done:
        !early &&
        plan.decision.fields.every(
          ({ kind, field }) => kind !== "to-hubspot" || field in refused,
        ),
      link: "update",
    };
  }
  const notice = refusalNotice(plan, error);
  return {
    ...common,
    outcome: "failed",
    code: "refused_by_hubspot",
    reason: notice.cause,
    notices: [notice],
    done: true,
  };
}

/** The line for what was done in HubSpot; what went to the workspace was told before the call. */
export function journalLine(verdict: ResultToWrite): JournalLine[] {
  const { attempt, outcome, changes } = verdict;
  const line = {
    recordId: attempt.recordId,
    objectId: verdict.objectId,
    code: verdict.code,
    reason: verdict.reason,
    changes,
  };
  if (!verdict.done) return [];
  if (outcome === "failed") return [{ ...line, action: "failed" }];
  if (attempt.operation === "archive") return [{ ...line, action: "deleted" }];
  if (attempt.operation === "create") return [{ ...line, action: "created" }];
  return changes.length === 0 ? [] : [{ ...line, action: "updated" }];
}

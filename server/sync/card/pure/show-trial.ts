import { named } from "../../../settings/product.ts";
import type { ObjectType } from "../../../settings/object-type.ts";
import { changesOf } from "../../decide/plan.ts";
import type { Refusal } from "../../installation/pure/installation-gate.ts";
import type { Decision, Outcome } from "../../model.ts";
import type { ReadCard } from "../../preview/read-card.ts";
import { nameOf } from "../../values/shown-text.ts";
import { trialChecks } from "./check-rows.ts";
import type { ChangeRow, CheckRow, FieldRow } from "./card-view.ts";
import { changeRows, wordsOf } from "./change-rows.ts";
import { fieldRows } from "./field-rows.ts";

/** What one kind of sync would do to a pair, and why. */
export type TrialOutcome = {
  outcome: Outcome;
  code: string;
  reason: string;
  /** What a person can do about a problem. */
  fix: string | null;
  changes: ChangeRow[];
  moreChanges: number;
};

/** What settings would do to one pair. http publishes the same shape as a schema; the compiler compares the two. */
export type Trial = {
  objectType: ObjectType;
  record: { id: string; name: string } | null;
  object: { id: string } | null;
  linked: boolean;
  /** Why nothing of this type syncs now, or would by these settings. */
  paused: { code: string; reason: string } | null;
  automatic: { hubspot: TrialOutcome; workspace: TrialOutcome };
  /** Criteria, exists already, enabled, failed: in this order (AP-115), as these settings have it. */
  checks: Omit<CheckRow, "remedy" | "press">[];
  sync: TrialOutcome;
  /** Null: HubSpot has nothing to pull. */
  pull: TrialOutcome | null;
  /** Null: the workspace has nothing to push. */
  push: TrialOutcome | null;
  fields: FieldRow[];
  moreFields: number;
};

const mostChanges = 50;
const mostFields = 50;

/** Returns what settings would do to the pair that was read by them, in sentences and in the product's name. Pure. */
export function showTrial(look: ReadCard, paused: Refusal | null): Trial {
  const { rules, reading, record, objectId, objectType } = look;
  const { pair } = reading;
  const { productName } = rules.settings;
  const say = (text: string): string => named(text, productName);
  const outcomeOf = (decision: Decision): TrialOutcome => {
    const changes = changeRows(look, changesOf({ pair, decision }));
    return {
      outcome: decision.outcome,
      code: decision.code,
      reason: say(decision.reason),
      fix: decision.problem === null ? null : say(decision.problem.fix),
      changes: changes.slice(0, mostChanges),
      moreChanges: Math.max(0, changes.length - mostChanges),
    };
  };
  const fields = fieldRows(
    rules,
    pair,
    {
      pull: reading.pull.decision,
      push: reading.push.decision,
      automatic: reading.automatic.hubspot,
    },
    wordsOf(look),
  );
  return {
    objectType,
    record:
      record === null
        ? null
        : { id: record.id, name: nameOf(record.properties, record.id) },
    object: objectId === null ? null : { id: objectId },
    linked: look.linked,
    paused:
      paused === null
        ? null
        : { code: paused.code, reason: say(paused.reason) },
    automatic: {
      hubspot: outcomeOf(reading.automatic.hubspot),
      workspace: outcomeOf(reading.automatic.workspace),
    },
    checks: trialChecks(rules, pair).map((check) => ({
      ...check,
      label: say(check.label),
      reason: say(check.reason),
    })),
    sync: outcomeOf(reading.sync.decision),
    pull: pair.object === null ? null : outcomeOf(reading.pull.decision),
    push: pair.record === null ? null : outcomeOf(reading.push.decision),
    fields: fields.slice(0, mostFields).map((row) => ({
      ...row,
      onPull: { ...row.onPull, reason: say(row.onPull.reason) },
      onPush: { ...row.onPush, reason: say(row.onPush.reason) },
      note: row.note === null ? null : say(row.note),
    })),
    moreFields: Math.max(0, fields.length - mostFields),
  };
}

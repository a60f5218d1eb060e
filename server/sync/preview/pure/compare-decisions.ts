import type { Decision, FieldOutcome, Rules } from "../../model.ts";
import { labelOf } from "../../values/shown-text.ts";
import type { Moved, PastLine } from "./past-line.ts";

/** Whether another document would have made something else of what a line of the journal tells. Pure. */

export interface TwoDecisions {
  readonly line: PastLine;
  readonly moved: readonly Moved[];
  /** Under the settings that are saved. */
  readonly was: Decision;
  /** Under the others. */
  readonly would: Decision;
}

/** Returns whether the saved settings lead to what the line says: if not, the pair can't be told from the journal. */
export function isRepeated({ line, moved, was }: TwoDecisions): boolean {
  switch (line.action) {
    case "created":
      return (
        was.outcome === "created" && moved.every((it) => hasMoved(was, it))
      );
    case "updated":
      return moved.length > 0 && moved.every((it) => hasMoved(was, it));
    case "linked":
      return was.code === "linked" && moved.every((it) => hasMoved(was, it));
    default:
      return was.code === line.code;
  }
}

const hasMoved = (decision: Decision, { field, to }: Moved): boolean =>
  outcomeOf(decision, field)?.kind === `to-${to}`;

const outcomeOf = (
  { fields }: Decision,
  name: string,
): FieldOutcome | undefined => fields.find(({ field }) => field === name);

/**
 * Returns why the other settings would have led to something else, in a sentence, or null if they wouldn't have. Of an
 * update, only the values count that it moved: of others, the journal doesn't say what HubSpot had.
 * @param rules of the other settings
 */
export function differenceOf(
  rules: Rules,
  { line, moved, was, would }: TwoDecisions,
): string | null {
  if (line.action !== "updated" && would.code !== was.code) return would.reason;
  const others = moved.filter(
    (it) =>
      outcomeText(outcomeOf(was, it.field), it) !==
      outcomeText(outcomeOf(would, it.field), it),
  );
  if (others.length === 0) return null;
  return others
    .map((it) => sentenceOf(rules, line, it, outcomeOf(would, it.field)))
    .join(" ");
}

const outcomeText = (
  outcome: FieldOutcome | undefined,
  { property }: Moved,
): string =>
  outcome === undefined || outcome.property !== property
    ? "not mapped"
    : JSON.stringify([outcome.kind, outcome.value ?? null]);

/** What would have become of one value. */
function sentenceOf(
  rules: Rules,
  { objectType }: PastLine,
  { field, property, to }: Moved,
  outcome: FieldOutcome | undefined,
): string {
  const label = labelOf(objectType, rules, field, property);
  const target = to === "hubspot" ? "HubSpot" : "the workspace";
  if (outcome === undefined || outcome.property !== property)
    return `${label} wouldn't have been synced, because it isn't mapped this way.`;
  switch (outcome.kind) {
    case "held":
      return `${label} would have waited for someone to choose a value.`;
    case "parked":
      return `${label} would have been rejected: ${outcome.parked?.message ?? outcome.code}`;
    case "waiting":
      return `${label} would have waited, because automatic sync to ${target} is off.`;
    case "to-hubspot":
    case "to-workspace":
      return outcome.kind === `to-${to}`
        ? `${label} would have got another value in ${target}.`
        : `${label} would have been overwritten in ${to === "hubspot" ? "the workspace" : "HubSpot"} instead.`;
    case "same":
    case "settled":
    case "unasked":
      return `${label} wouldn't have been written to ${target}.`;
  }
}

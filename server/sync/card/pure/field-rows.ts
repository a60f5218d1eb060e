import type { FieldMapping } from "../../../settings/mapping.ts";
import { FILL_ONLY } from "../../decide/fill-only.ts";
import { NEWEST_UNKNOWN, newestUnknown } from "../../decide/newest.ts";
import type { Decision, FieldOutcome, Pair, Rules } from "../../model.ts";
import { meaningOf } from "../../values/meaning.ts";
import type { Meaning } from "../../values/meaning.ts";
import { own, sameValue } from "../../values/value.ts";
import type { Effect, FieldRow } from "./card-view.ts";
import {
  shownField,
  shownProperty,
  shownText,
} from "../../values/shown-text.ts";
import type { Words } from "../../values/shown-text.ts";

/** What decide says of a pair for Pull, Push, and automatic sync. */
export interface Decisions {
  readonly pull: Decision;
  readonly push: Decision;
  readonly automatic: Decision;
}

const active: readonly FieldOutcome["kind"][] = [
  "to-workspace",
  "to-hubspot",
  "held",
  "parked",
  "waiting",
  "unasked",
];

/** The fields that something would happen to, are parked or held, in the mapping's order. Pure. */
export function fieldRows(
  rules: Rules,
  pair: Pair,
  decisions: Decisions,
  words: Words,
): FieldRow[] {
  return rules.settings[pair.objectType].mappings.flatMap((mapping) => {
    // A button whose own side doesn't exist can't be clicked, whatever decide says of the other side.
    const pull =
      pair.object === null ? undefined : outcomeOf(decisions.pull, mapping);
    const push =
      pair.record === null ? undefined : outcomeOf(decisions.push, mapping);
    const automatic = outcomeOf(decisions.automatic, mapping);
    const all = [automatic, pull, push];
    if (!all.some((one) => one !== undefined && active.includes(one.kind)))
      return [];
    const parked = all.find((one) => one?.kind === "parked");
    const meaning = meaningOf(
      mapping,
      own(rules.definitions, mapping.property),
    );
    const state = stateOf(pair, mapping, meaning, automatic, parked);
    return [
      {
        field: mapping.field,
        label: own(rules.definitions, mapping.property)?.label ?? mapping.field,
        property: mapping.property,
        workspace: shownField(
          mapping,
          own(pair.record?.properties, mapping.field),
          words,
        ),
        hubspot: shownProperty(
          mapping,
          own(pair.object?.properties, mapping.property),
          words,
        ),
        state,
        onPull: effectOf(words, mapping, pull, "HubSpot has nothing to pull"),
        onPush: effectOf(
          words,
          mapping,
          push,
          "The workspace has nothing to push",
        ),
        note:
          parked !== undefined
            ? parkedReason(parked)
            : state === "held"
              ? `${automatic?.code === NEWEST_UNKNOWN ? newestUnknown("it") : "Both sides changed it."} Choose a value to keep.`
              : automatic?.kind === "unasked" ||
                  automatic?.kind === "waiting" ||
                  automatic?.code === FILL_ONLY
                ? reasonOf(automatic)
                : null,
      },
    ];
  });
}

const outcomeOf = (
  decision: Decision,
  mapping: FieldMapping,
): FieldOutcome | undefined =>
  decision.fields.find((field) => field.field === mapping.field);

function stateOf(
  pair: Pair,
  mapping: FieldMapping,
  meaning: Meaning,
  automatic: FieldOutcome | undefined,
  parked: FieldOutcome | undefined,
): FieldRow["state"] {
  if (
    automatic?.kind === "held" ||
    pair.held.some(({ field }) => field === mapping.field)
  )
    return "held";
  if (parked !== undefined) return "parked";
  // What is not there has changed nothing.
  if (pair.record === null || pair.object === null) return "differs";
  const base = own(pair.link?.base, mapping.field);
  if (base === undefined || base.p !== mapping.property) return "differs";
  const w = own(pair.record?.properties, mapping.field);
  const h = own(pair.object?.properties, mapping.property);
  const ours = !sameValue(meaning, w, base.w);
  const theirs =
    !sameValue(meaning, h, base.h) || (base.filled === true && !ours);
  if (ours && theirs) return "changed_in_both";
  if (ours) return "changed_in_workspace";
  return theirs ? "changed_in_hubspot" : "differs";
}

function effectOf(
  words: Words,
  mapping: FieldMapping,
  outcome: FieldOutcome | undefined,
  otherwise: string,
): Effect {
  if (outcome === undefined)
    return { writes: "nothing", value: null, reason: otherwise };
  const reason =
    outcome.kind === "waiting"
      ? (turns[outcome.code] ?? reasonOf(outcome))
      : outcome.kind === "parked"
        ? "Counterpart will retry when the value changes. To retry now, click Retry"
        : reasonOf(outcome);
  if (outcome.kind === "to-workspace")
    return {
      writes: "workspace",
      value: shownField(mapping, outcome.value, words),
      reason,
    };
  if (outcome.kind === "to-hubspot")
    return {
      writes: "hubspot",
      value: shownProperty(mapping, outcome.value, words),
      reason,
    };
  return { writes: "nothing", value: null, reason };
}

/** Why a click doesn't change a field that is pending for the other button. */
const turns: Readonly<Record<string, string>> = {
  automatic_pull_off: "This value is pending until you pull it",
  automatic_push_off: "This value is pending until you push it",
  missing_scope: "This value is pending until you push it",
};

const reasons: Readonly<Record<string, string>> = {
  same: "Neither side has changed it",
  agree: "Both sides have the same value",
  echo: "Both sides have the same value",
  blank: "A blank never overwrites data",
  blank_filled: "The other side is blank",
  direction: "The mapping goes one way",
  [FILL_ONLY]: "This field is only filled in if it's blank",
  manual: "The side whose button you click wins",
  hubspot_changed: "Only HubSpot changed it",
  workspace_changed: "Only the workspace changed it",
  created: "The other side doesn't have this value yet",
  conflict_held: "Both sides changed it. Choose a value to keep",
  [NEWEST_UNKNOWN]: `${newestUnknown("it")} Choose a value to keep`,
  automatic_pull_off: "Automatic pull is off",
  automatic_push_off: "Automatic push is off",
  missing_scope: "Counterpart doesn't have permission to write this value",
  mapped_later: "This field was mapped after the two were linked",
};

const winners = {
  initiator: "the side that acts wins",
  hubspot: "HubSpot wins",
  workspace: "the workspace wins",
  newest: "the newer change wins",
  hold: "you choose a value to keep",
} as const;

const notTaken = ({ parked }: FieldOutcome): string =>
  parked === undefined
    ? "This value was rejected"
    : `${parked.side === "hubspot" ? "HubSpot" : "The workspace"} rejected it`;

function reasonOf(outcome: FieldOutcome): string {
  if (outcome.code === "conflict")
    return `Both sides changed it, and ${winners[outcome.policy ?? "initiator"]}`;
  return reasons[outcome.code] ?? "This value stays as it is";
}

const parkedReason = (outcome: FieldOutcome): string => {
  const said = shownText(outcome.parked?.message) ?? outcome.parked?.code;
  return said === undefined
    ? notTaken(outcome)
    : `${notTaken(outcome)}: ${said}`;
};

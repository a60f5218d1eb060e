import { NEWEST_UNKNOWN, winnerOf } from "./newest.ts";
import {
  isLeftToPerson,
  mergeField,
  parkElsewhere,
  startingBlank,
  yieldTo,
} from "./three-way-field.ts";
import type { FieldCase } from "./three-way-field.ts";
import { PARKED_TOGETHER, parkTogether } from "./park-together.ts";
import type { FieldOutcome, Side } from "../model.ts";

/**
 * Three-way merge of fields that are decided together, the one whose policy counts first. Pure. Each is merged by itself;
 * if that would write some to one side and some to the other, or leave some to a person, one side or a person decides on
 * all of them. What can't be written keeps the others from being written.
 */
export function mergeTogether(cases: readonly FieldCase[]): FieldOutcome[] {
  const merged = cases.map((it) => ({ it, own: mergeField(freed(it)) }));
  const decided = decideSide(merged);
  const outcomes = merged.map(({ it, own }) => {
    const source = sourceOf(own);
    if (source === null || decided === null || source === decided) return own;
    if (decided === "person")
      return own.kind === "parked"
        ? own
        : held(own, merged[0]?.it.policy === "newest");
    return yieldTo(freed(it), decided);
  });
  const whole = parkTogether(keepWhole(cases, outcomes), ({ field }) => {
    const it = cases.find(({ mapping }) => mapping.field === field);
    return { h: it?.h ?? null, was: it?.parked };
  });
  return whole.map((outcome, place) => {
    const it = cases[place];
    return it === undefined ? outcome : startingBlank(it, outcome);
  });
}

/**
 * A stage and its pipeline go to HubSpot so that the object never is in a pipeline that doesn't have its stage. A stage that
 * stays the same in the workspace is another one in HubSpot once its pipeline is another one, and goes along; a pipeline
 * goes along with a stage of it; a stage whose pipeline can't go stays; and a pipeline without a stage gives way to HubSpot's.
 */
function keepWhole(
  cases: readonly FieldCase[],
  outcomes: readonly FieldOutcome[],
): readonly FieldOutcome[] {
  const place = cases.findIndex(({ stages = null }) => stages !== null);
  const [it, own] = [cases[place], outcomes[place]];
  const stages = it?.stages ?? null;
  if (it === undefined || own === undefined || stages === null) return outcomes;
  const isSent = ({ kind }: FieldOutcome): boolean => kind === "to-hubspot";
  const others = outcomes.filter((outcome) => outcome !== own);
  if (!isSent(own)) {
    if (!others.some(isSent) || stages.target.has(it.h ?? "")) return outcomes;
    const followed = yieldTo(freed(it), "workspace");
    return isOnItsWay(own) || isOnItsWay(followed)
      ? outcomes.with(place, isOnItsWay(own) ? own : followed)
      : outcomes.map((outcome, at) => {
          const other = cases[at];
          if (!isSent(outcome) || other === undefined) return outcome;
          const back = yieldTo(freed(other), "hubspot");
          return isSent(back)
            ? parkElsewhere(other, String(back.value), {
                it,
                id: it.h ?? "",
              })
            : back;
        });
  }
  if (others.some(isSent) || stages.present.has(String(own.value)))
    return outcomes;
  const along = outcomes.map((outcome, at) => {
    const other = cases[at];
    return at === place || other === undefined
      ? outcome
      : yieldTo(freed(other), "workspace");
  });
  return along.some((outcome, at) => at !== place && isOnItsWay(outcome))
    ? along
    : outcomes.with(
        place,
        parkElsewhere(it, String(own.value), { it, id: String(own.value) }),
      );
}

/** It's sent, or what keeps it from being sent is parked, which parks the others. */
const isOnItsWay = ({ kind, parked }: FieldOutcome): boolean =>
  kind === "to-hubspot" || (kind === "parked" && parked?.side === "hubspot");

/** What was parked for another field's sake is tried again with that one. */
const freed = (it: FieldCase): FieldCase =>
  it.parked?.code === PARKED_TOGETHER ? { ...it, parked: undefined } : it;

interface Merged {
  readonly it: FieldCase;
  readonly own: FieldOutcome;
}

/** The side from which all of them are synced, or a person; null if they agree on it by themselves. */
function decideSide(merged: readonly Merged[]): Side | "person" | null {
  const [first] = merged;
  if (first === undefined) return null;
  const sources = new Set(merged.flatMap(({ own }) => sourceOf(own) ?? []));
  if (sources.has("person")) return "person";
  if (sources.size < 2) return null;
  const { policy, trigger } = first.it;
  if (trigger.manual) return trigger.initiator;
  if (merged.some(({ it }) => isLeftToPerson({ ...it, policy })))
    return "person";
  return winnerOf(first.it) ?? "person";
}

/** Where a field's value comes from, or would come from; null if nothing of it moves. */
function sourceOf({
  kind,
  code,
  parked,
}: FieldOutcome): Side | "person" | null {
  switch (kind) {
    case "to-workspace":
      return "hubspot";
    case "to-hubspot":
      return "workspace";
    case "held":
      return "person";
    case "parked":
      return parked?.side === "workspace" ? "hubspot" : "workspace";
    case "waiting":
      if (code === "would_undo") return null;
      return code === "automatic_pull_off" ? "hubspot" : "workspace";
    case "same":
    case "settled":
    case "unasked":
      return null;
  }
}

const held = (
  { field, property, kind, code }: FieldOutcome,
  byTime: boolean,
): FieldOutcome => ({
  field,
  property,
  kind: "held",
  code: kind === "held" ? code : byTime ? NEWEST_UNKNOWN : "conflict_held",
  policy: "hold",
});

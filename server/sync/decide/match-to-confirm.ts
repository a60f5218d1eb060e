import type { ObjectId } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { Decision, Pair, Rules, Trigger } from "../model.ts";
import { doNothing, skip } from "./decision.ts";

/** Matches by email or domain in a portal that links none without asking (BN-021). Pure. */

/** The code of a match that someone has to confirm. */
export const MATCH_TO_CONFIRM = "match_to_confirm";

/** The objects of which one may be the record's: those that match it, the pair's own first. */
export const candidatesOf = ({ object, ambiguous }: Pair): ObjectId[] =>
  object === null
    ? []
    : [object.id, ...ambiguous.filter((id) => id !== object.id)];

/** A person chose this very pair, and has confirmed what that does. What is synced along with it was not chosen. */
const isConfirmed = (trigger: Trigger): boolean =>
  trigger.manual &&
  trigger.bypassConditions &&
  trigger.confirmed === true &&
  trigger.pushedWith === undefined;

const asks = (
  { settings }: Pick<Rules, "settings">,
  { objectType }: Pair,
): boolean => settings[objectType].matching === "ask";

/** Whether linking the pair takes a confirmation: nothing but an email or domain says that the two are the same. */
export const isToBeConfirmed = (
  rules: Pick<Rules, "settings">,
  pair: Pair,
): boolean => pair.guessed === true && pair.link === null && asks(rules, pair);

/** Holds a match that nobody has confirmed: neither side is linked, created, or changed. Null: it may be linked. */
export function holdMatch(
  rules: Pick<Rules, "settings">,
  pair: Pair,
  trigger: Trigger,
): Decision | null {
  if (!isToBeConfirmed(rules, pair) || isConfirmed(trigger)) return null;
  const { objectType: type } = pair;
  const { names, identity } = descriptorOf(type);
  const same = identity?.kind ?? "identity";
  const [id, ...more] = candidatesOf(pair);
  const cause =
    more.length === 0
      ? `The ${type} ${id} in HubSpot has the same ${same}. Confirm that the two are the same ${type}.`
      : `${more.length + 1} ${names.plural} in HubSpot have the same ${same}. Choose the one that is the same ${type}.`;
  return {
    ...doNothing(MATCH_TO_CONFIRM, cause),
    outcome: "held",
    problem: {
      code: MATCH_TO_CONFIRM,
      cause,
      fix: `If they're the same, link them. If not, change one ${same}.`,
    },
  };
}

/** An object that may be the one of a record which someone has to choose: it gets no record of its own before that. */
export function holdCandidate(
  rules: Pick<Rules, "settings">,
  pair: Pair,
  trigger: Trigger,
): Decision | null {
  if (pair.candidate !== true || !asks(rules, pair) || isConfirmed(trigger))
    return null;
  const { objectType: type } = pair;
  const { identity } = descriptorOf(type);
  return skip(
    MATCH_TO_CONFIRM,
    `A ${type} in the workspace has the same ${identity?.kind ?? "identity"}. Someone has to choose which ${type} in HubSpot it is.`,
  );
}

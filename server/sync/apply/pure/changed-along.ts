import type { HubSpotObject } from "../../../hubspot/gateway.ts";
import { meaningOf } from "../../values/meaning.ts";
import type { Rules } from "../../model.ts";
import { isBlank, own, sameValue } from "../../values/value.ts";
import type { Attempt } from "../attempt.ts";

/**
 * Whether HubSpot's answer to a write has other values of mapped properties than it had before, although the record
 * does not have them: a new contact's stage, a company's website, a deal's close date, an owner whom a rule assigned.
 * The answer's date is the newest that the link has seen, so a daily check would not come upon them. A property that
 * the answer leaves out says nothing. Pure.
 */
export function hasChangedAlong(
  rules: Rules,
  { plan: { pair }, sent }: Pick<Attempt, "plan" | "sent">,
  answered: HubSpotObject,
): boolean {
  return rules.settings[pair.objectType].mappings.some((mapping) => {
    const { property, direction } = mapping;
    const now = own(answered.properties, property);
    const given = own(sent, property);
    // An owner whom a rule assigns is sent although the record has none.
    const isAssigned =
      given !== undefined && isBlank(given.w) && given.h !== "";
    if (
      direction === "push" ||
      now === undefined ||
      (given !== undefined && !isAssigned)
    )
      return false;
    return !sameValue(
      meaningOf(mapping, own(rules.definitions, property)),
      now,
      own(pair.object?.properties, property) ?? null,
    );
  });
}

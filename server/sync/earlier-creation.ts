import { creationKeyProperty } from "./identity.ts";
import type { ObjectState, OpenAttempt, Pair, Rules } from "./model.ts";
import { isBlank } from "./value.ts";

/** What is known of a creation of ours that has not been settled. Pure. */

/** The creation, its answer lost or yet to come, that made the pair's object: the object carries its key. */
export const creationOf = ({
  attempts,
  object,
}: Pick<Pair, "attempts" | "object">): OpenAttempt | undefined =>
  attempts.findLast(
    (attempt) => attempt.operation === "create" && carriesKey(object, attempt),
  );

/**
 * A creation of the pair's record that may yet turn out to have made another object than this one: nothing is linked
 * before that is known, or HubSpot would be left with two.
 */
export function mayHaveMadeAnother(
  rules: Rules,
  { attempts, object, objectType, record }: Pair,
): boolean {
  const open = attempts.findLast((attempt) => attempt.operation === "create");
  if (open === undefined || object === null || carriesKey(object, open))
    return false;
  if (!rules.uniqueProperty && holdsAllSent(object, open.sent)) return false;
  // A worker is at it, or was until a moment ago.
  if (open.underWay === true) return true;
  // The key has been asked for, and HubSpot knows it not.
  if (rules.uniqueProperty) return false;
  // Without a key it is found by search, once that shows it; but an email cannot be there twice.
  return (
    open.recent === true &&
    (objectType === "company" || isBlank(record?.properties["email"]))
  );
}

function carriesKey(object: ObjectState | null, attempt: OpenAttempt): boolean {
  return (
    typeof attempt.creationKey === "string" &&
    attempt.creationKey.toLowerCase() ===
      object?.properties[creationKeyProperty]?.toLowerCase()
  );
}

/** The object has every value of a creation, to the letter. */
export const holdsAllSent = (
  { properties }: Pick<ObjectState, "properties">,
  sent: OpenAttempt["sent"],
): boolean =>
  Object.entries(sent).every(
    ([property, value]) => properties[property] === value.h,
  );

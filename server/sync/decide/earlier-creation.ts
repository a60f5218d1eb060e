import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { creationKeyProperty } from "../values/identity.ts";
import { meaningOf } from "../values/meaning.ts";
import type { ObjectState, OpenAttempt, Pair, Rules } from "../model.ts";
import { isBlank, own, sameValue } from "../values/value.ts";

/** What is known of a creation of ours that has not been settled. Pure. */

/** What tells whether a value is the one that was sent. */
type Known = Pick<Rules, "settings" | "definitions">;

/**
 * The creation, not settled yet, that made the pair's object: HubSpot has named it, or it carries the creation's key, or
 * in a portal that has no room for the key, what was sent.
 */
export const creationOf = (
  rules: Rules,
  { attempts, object, objectType }: Pair,
): OpenAttempt | undefined =>
  attempts.findLast(
    (attempt) =>
      attempt.operation === "create" &&
      hasMade(rules, objectType, attempt, object),
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
  if (
    open === undefined ||
    object === null ||
    hasMade(rules, objectType, open, object)
  )
    return false;
  // A worker is at it, or was until a moment ago.
  if (open.underWay === true) return true;
  // The key has been asked for, and HubSpot knows it not.
  if (rules.uniqueProperty) return false;
  // Without a key it is found by search, once that shows it; but an email cannot be there twice.
  return (
    open.recent === true && !hasUniqueIdentity({ objectType, record }, open)
  );
}

/**
 * Whether the record has, and its open creation sent, a value that HubSpot refuses to give to a second object: then the
 * creation can't be doubled.
 */
export function hasUniqueIdentity(
  { objectType, record }: Pick<Pair, "objectType" | "record">,
  { sent }: Pick<OpenAttempt, "sent">,
): boolean {
  const { identity } = descriptorOf(objectType);
  return (
    identity !== null &&
    identity.unique &&
    !isBlank(record?.properties[identity.field]) &&
    !isBlank(own(sent, identity.property)?.h)
  );
}

function hasMade(
  rules: Rules,
  type: ObjectType,
  { creationKey, made, sent }: OpenAttempt,
  object: ObjectState | null,
): boolean {
  if (object === null) return false;
  const { properties, ourValues = {} } = object;
  // HubSpot has named it: no likeness counts against that.
  if (typeof made === "string") return object.id === made;
  return (
    (typeof creationKey === "string" &&
      creationKey.toLowerCase() ===
        properties[creationKeyProperty]?.toLowerCase()) ||
    (!rules.uniqueProperty &&
      isMadeOf(rules, type, sent, (property) => [
        properties[property],
        ...(own(ourValues, property) ?? []).map(({ value }) => value),
      ]))
  );
}

/**
 * Every value of a creation is among those that its property has or has had, as it was sent or as HubSpot rewrites it (a
 * domain without its protocol). One that sent nothing tells nothing.
 */
export function isMadeOf(
  { settings, definitions }: Known,
  type: ObjectType,
  sent: OpenAttempt["sent"],
  valuesOf: (property: string) => readonly (string | null | undefined)[],
): boolean {
  const isSame = (
    property: string,
    value: string,
    other: string | null | undefined,
  ): boolean => {
    if (other === value) return true;
    const mapping = settings[type].mappings.find(
      (candidate) => candidate.property === property,
    );
    return (
      mapping !== undefined &&
      typeof other === "string" &&
      sameValue(meaningOf(mapping, own(definitions, property)), value, other)
    );
  };
  // Every object has the same source: it tells none from another.
  const telling = Object.entries(sent).filter(
    ([, { source }]) => source !== true,
  );
  return (
    telling.length > 0 &&
    telling.every(([property, { h }]) =>
      valuesOf(property).some((value) => isSame(property, h, value)),
    )
  );
}

import { objectIdOf } from "../../settings/object-id.ts";
import type { ObjectId } from "../../settings/object-type.ts";

/** The ids that a webhook event carries beside its own, and what is wrong with them. Pure. */

type EventBody = Readonly<Record<string, unknown>>;

/** HubSpot merges 250 objects into one at most, one or a few by one event. */
const MOST_IDS = 1_000;

const idFields: Readonly<Record<string, readonly string[]>> = {
  merge: ["objectId", "primaryObjectId", "newObjectId", "mergedObjectIds"],
  associationChange: ["objectId", "fromObjectId", "toObjectId"],
};

/** All object ids under a name: one, a list, or none. What is no object id is left out. */
export const idsIn = (event: EventBody, name: string): ObjectId[] =>
  valuesIn(event, name).flatMap((value) => objectIdOf(value) ?? []);

/**
 * Returns what is wrong with the ids of an event of this kind, for operators and without any of its values, or null.
 * An event with one wrong id isn't understood in part: what it says of the others may be wrong too.
 */
export function idFault(kind: string, event: EventBody): string | null {
  for (const name of idFields[kind] ?? ["objectId"]) {
    const values = valuesIn(event, name);
    if (values.length > MOST_IDS) return `${name} has too many ids`;
    if (values.some((value) => objectIdOf(value) === null))
      return `${name} isn't an object id`;
  }
  return null;
}

function valuesIn(event: EventBody, name: string): readonly unknown[] {
  const value = event[name];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

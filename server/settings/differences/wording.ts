import type { Policy } from "../mapping.ts";
import type { ObjectType } from "../types/index.ts";
import { descriptorOf } from "../types/index.ts";

/** How sentences about settings name what an admin typed or chose. Pure. */

/** Characters of a value that a sentence shows. */
const MAX_SHOWN = 60;
/** Values of a list that a sentence shows. */
const MAX_LISTED = 5;

/** Returns a value cut to what a sentence has room for. */
export const shown = (text: string): string =>
  text.length <= MAX_SHOWN
    ? text
    : `${text.slice(0, MAX_SHOWN).toWellFormed()}…`;

/** Returns the first values of a list, and how many more there are. */
export function listed(values: readonly string[]): string {
  const more = values.length - MAX_LISTED;
  const first = values.slice(0, MAX_LISTED).map(shown).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}

/** Returns a number with its noun: 1 day, 7 days, 1,000 days. */
export const counted = (count: number, one: string): string =>
  `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;

/** Returns a field as people name it inside a sentence: its label, or a custom field's own name. */
export function fieldName(type: ObjectType, field: string): string {
  const { fields } = descriptorOf(type);
  const label = Object.hasOwn(fields, field) ? fields[field]?.label : undefined;
  if (label === undefined) return field;
  // "First name" begins in lower case inside a sentence; "LinkedIn URL" is a name.
  const [first = ""] = label.split(" ");
  return /\p{Lu}/u.test(first.slice(1))
    ? label
    : label.charAt(0).toLowerCase() + label.slice(1);
}

/** Who wins a conflict, as the end of a sentence. */
export const winners: Readonly<Record<Policy, string>> = {
  initiator: "the side that starts the sync wins",
  hubspot: "HubSpot wins",
  workspace: "the workspace wins",
  newest: "the newer change wins",
  hold: "someone chooses the value to keep",
};

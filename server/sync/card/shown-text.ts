import type { FieldMapping } from "../../settings/mapping.ts";
import type { Owners, Properties } from "../model.ts";
import { isBlank, own } from "../value.ts";

/** Values as a card shows them: short text, so that a card stays far below the megabyte that HubSpot takes. */

const longest = 250;

/** Text of at most 250 characters; null for what is blank. */
export function shownText(value: unknown): string | null {
  if (isBlank(value)) return null;
  const text =
    typeof value === "string"
      ? value
      : Array.isArray(value)
        ? value.join("; ")
        : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** HubSpot's form of a value; an owner is shown by email, not by number. */
export function shownProperty(
  mapping: FieldMapping | undefined,
  value: unknown,
  owners: Owners,
): string | null {
  return mapping?.conversion.kind === "owner" && typeof value === "string"
    ? shownText(own(owners.emailById, value) ?? value)
    : shownText(value);
}

/** What a person calls a record. */
export function nameOf(properties: Properties, id: string): string {
  const full = ["first_name", "last_name"]
    .flatMap((field) => shownText(properties[field]) ?? [])
    .join(" ");
  return (
    [
      full,
      ...["name", "email", "domain"].map((field) =>
        shownText(properties[field]),
      ),
    ].find((name) => name !== null && name !== "") ?? id
  );
}

/** "1 value", "3 values". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

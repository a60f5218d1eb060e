import type { ObjectType } from "../settings/object-type.ts";

/** Which key identifies a type: the record's field and HubSpot's property. */
export const identityKeys = {
  contact: { kind: "email", field: "email", property: "email" },
  company: { kind: "domain", field: "domain", property: "domain" },
} as const satisfies Record<
  ObjectType,
  { kind: "email" | "domain"; field: string; property: string }
>;

/** The property in which an object carries the key of the creation that made it. */
export const creationKeyProperty = "counterpart_record_id";

/**
 * A contact's email or a company's domain in canonical form, or null without one.
 * The database computes the same in identity_key(); a test holds the two against each other.
 */
export function identityOf(
  objectType: ObjectType,
  value: unknown,
): string | null {
  if (typeof value !== "string") return null;
  const text = lowerCase(withoutSpaces(value));
  if (objectType === "contact") return text === "" ? null : text;
  const domain = text
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, "")
    .replace(/[/?#:].*$/s, "")
    .replace(/^www\./, "");
  return domain === "" ? null : domain;
}

/** Letter by letter, as Postgres does: JavaScript alone makes two letters of "İ" and another sigma at a word's end. */
const lowerCase = (text: string): string =>
  /^[ -~]*$/.test(text)
    ? text.toLowerCase()
    : Array.from(text, (letter) => Array.from(letter.toLowerCase())[0]).join(
        "",
      );

/** As btrim(): spaces alone, and in one pass, since a pattern would take minutes over a value that is mostly spaces. */
function withoutSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === " ") start += 1;
  while (end > start && text[end - 1] === " ") end -= 1;
  return text.slice(start, end);
}

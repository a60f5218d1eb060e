import { mayEscapeUnstorable, storableText } from "../storable-text.ts";

/**
 * Lenient readers of JSON that somebody else wrote. HubSpot documents every field of an error as optional and sends
 * ids now as numbers, now as strings; objects come by the hundred, so these are plain checks and no schema.
 */

export type JsonRecord = Readonly<Record<string, unknown>>;

/** The object, or null when it is anything else. */
export function asRecord(value: unknown): JsonRecord | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : null;
}

/** The list, or an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text, also from a number; null for anything else. */
export function asText(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" && Number.isFinite(value)
    ? String(value)
    : null;
}

/** A number, also from its text; null for anything else. */
export function asNumber(value: unknown): number | null {
  const number =
    typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** All texts of a list, or the one text where a list was expected. */
export function asTexts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map(asText).filter((text) => text !== null);
}

/**
 * Parsed JSON, or undefined: an answer of 5xx may be HTML, or nothing at all. HubSpot keeps text that Postgres cannot:
 * half a surrogate pair, U+0000. It is made well-formed here, where it enters, in values and names, so that what is
 * compared later is what can be stored.
 */
export function parseJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return mayEscapeUnstorable.test(text) ? wellFormed(parsed) : parsed;
  } catch {
    return undefined;
  }
}

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(wellFormed);
  const record = asRecord(value);
  return record === null
    ? value
    : Object.fromEntries(
        Object.entries(record).map(([name, held]) => [
          storableText(name),
          wellFormed(held),
        ]),
      );
}

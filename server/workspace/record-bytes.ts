import { toJson } from "../database/json.ts";
import { isRawNumber, plainDecimal } from "../decimal.ts";
import type { ObjectType } from "../settings/object-type.ts";

/**
 * The most bytes that a record's values can take, so that no page and no batch of records exhausts a process' memory.
 * Migration 0023 enforces the same number.
 */
export const MAX_RECORD_BYTES = 1_048_576;

/**
 * Returns the bytes of a record's properties as Postgres writes them: JSON text in UTF-8, with a blank after each colon
 * and comma, and numbers without an exponent. Postgres computes the same in `record.bytes`. Pure.
 */
export function recordBytes(
  properties: Readonly<Record<string, unknown>>,
): number {
  return bytesOf(properties);
}

function bytesOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(toJson(value));
  if (Array.isArray(value))
    return listBytes(
      value.length,
      sum(value, (item) => bytesOf(item)),
    );
  if (typeof value === "object" && value !== null && !isRawNumber(value)) {
    const entries = Object.entries(value).filter(
      ([, held]) => held !== undefined,
    );
    return listBytes(
      entries.length,
      sum(
        entries,
        ([name, held]) => bytesOf(name) + ": ".length + bytesOf(held),
      ),
    );
  }
  const text = JSON.stringify(value);
  return (plainDecimal(text) ?? text).length;
}

/** Brackets or braces, and a comma with its blank between each two. */
const listBytes = (count: number, parts: number): number =>
  2 + 2 * Math.max(0, count - 1) + parts;

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}

/** Returns the sentence that says that a record's values are too large. */
export const tooLarge = (
  type: ObjectType,
  bytes: number,
  verb: "have" | "would have" = "have",
): string =>
  `This ${type}'s values ${verb} ${bytes.toLocaleString("en-US")} bytes. A record can have at most ${MAX_RECORD_BYTES.toLocaleString("en-US")} (1 MB).`;

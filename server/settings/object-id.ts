import type { ObjectId } from "./object-type.ts";

/** What is an object id in HubSpot, wherever one comes in. Pure. */

/** Digits without a leading zero; a bigint has 19 at most. */
export const objectIdPattern = /^[1-9]\d{0,18}$/;
/** The greatest id that our database keeps. */
const GREATEST = 2n ** 63n - 1n;

export const isObjectId = (text: string): boolean =>
  objectIdPattern.test(text) && (text.length < 19 || BigInt(text) <= GREATEST);

/**
 * Returns a value of somebody else's as an object id, or null if it's none. HubSpot writes ids as numbers, some senders
 * as text; a number that a double doesn't keep exactly is none.
 */
export function objectIdOf(value: unknown): ObjectId | null {
  if (typeof value === "number")
    return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === "string" && isObjectId(value) ? value : null;
}

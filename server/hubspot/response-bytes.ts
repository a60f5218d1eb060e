import type { HubSpotObject } from "./gateway.ts";

/**
 * The most bytes of a response that lists objects. A property of HubSpot's has up to 65,536 characters, a mapping up to
 * 500 properties, and a page up to 200 objects: more than a process has memory for. Of what is larger, fewer objects are
 * asked for at once. One object is read whatever its size.
 */
export const RESPONSE_BYTES = 16 * 1_048_576;

/** The characters of the values of objects: about their bytes. */
export function valuesLength(
  objects: Iterable<Pick<HubSpotObject, "properties">>,
): number {
  let length = 0;
  for (const { properties } of objects)
    for (const name in properties) length += properties[name]?.length ?? 0;
  return length;
}

import type { FieldMapping } from "../../settings/mapping.ts";
import type { BaseEntry } from "../model.ts";
import { holdsNothing } from "../values/value.ts";

/** Mappings that only fill in blanks (BN-014): what automatic sync leaves alone. A person's click replaces it. Pure. */

/** The code of a field whose two values stay different, because neither is blank. */
export const FILL_ONLY = "fill_only";

/** Whether automatic sync may not replace what a side has. */
export const replacesNothing = (
  { write, conversion }: Pick<FieldMapping, "write" | "conversion">,
  has: unknown,
): boolean => write === "fill" && !holdsNothing(conversion, has);

/** Whether a reconciled field is different on both sides because of that. */
export const isLeft = (
  { write }: Pick<FieldMapping, "write">,
  { left }: BaseEntry,
): boolean => write === "fill" && left !== undefined;

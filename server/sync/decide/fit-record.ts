import {
  MAX_RECORD_BYTES,
  recordBytes,
  tooLarge,
} from "../../workspace/record-bytes.ts";
import { fail } from "./decision.ts";
import { identityKeyOf } from "../values/identity.ts";
import type { Decision, Pair, Properties } from "../model.ts";

/** What a record's size forbids. Pure. */

/** The code of a pair whose record has, or would get, more values than a record can have. */
export const RECORD_TOO_LARGE = "record_too_large";

/**
 * Of a live record whose values were not loaded, since they exceed the limit or share their email or domain with too
 * many others: a problem in place of any decision that compares values. Null if they were loaded.
 */
export function unread({ record, objectType }: Pair): Decision | null {
  if (record === null || record.deletedAt !== null) return null;
  const bytes = record.omittedBytes ?? null;
  if (bytes === null) return null;
  return bytes > MAX_RECORD_BYTES
    ? fail(
        RECORD_TOO_LARGE,
        `This ${objectType} isn't synced: it's too large. ${tooLarge(objectType, bytes)}`,
        "Shorten the longest values in the workspace, or move them to a table of your own. It then syncs by itself.",
      )
    : fail(
        RECORD_TOO_LARGE,
        `This ${objectType} isn't synced: too many large records in the workspace have the same ${identityKeyOf(objectType)?.kind ?? "identity"}.`,
        "Delete the duplicates, or shorten their longest values. Then retry.",
      );
}

/** The decision as it is, or a problem if the record would get too large by it: then nothing of the pair is written. */
export function fit(pair: Pair, decision: Decision): Decision {
  const after = afterwards(pair, decision);
  if (after === null) return decision;
  const bytes = recordBytes(after) + (pair.record?.unloadedBytes ?? 0);
  return bytes <= MAX_RECORD_BYTES
    ? decision
    : fail(
        RECORD_TOO_LARGE,
        `HubSpot's values don't fit in the workspace. With them, ${lowerFirst(tooLarge(pair.objectType, bytes, "would have"))}`,
        "Shorten the values in HubSpot, or map fewer long properties. Then retry.",
      );
}

/** What the record would have; null if its values don't change. */
function afterwards(
  { record }: Pair,
  { workspace }: Decision,
): Properties | null {
  if (workspace.kind === "create") return workspace.properties;
  if (workspace.kind !== "update") return null;
  const after = { ...record?.properties, ...workspace.set };
  for (const field of workspace.clear) delete after[field];
  return after;
}

const lowerFirst = (text: string): string =>
  text.charAt(0).toLowerCase() + text.slice(1);

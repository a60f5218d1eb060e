import type { Side } from "../model.ts";

/** The policy `newest`: of two changes, the later one wins. Pure. */

/** The code of a conflict in which that can't be told. */
export const NEWEST_UNKNOWN = "newest_unknown";

/** When each side last changed a field, epoch ms; undefined: unknown. */
export interface ChangeTimes {
  readonly workspace: number | undefined;
  readonly hubspot: number | undefined;
}

/** Returns the side that changed later; HubSpot if both did at once; null if a time is unknown. */
export const newestSide = ({
  workspace,
  hubspot,
}: ChangeTimes): Side | null => {
  if (workspace === undefined || hubspot === undefined) return null;
  return hubspot >= workspace ? "hubspot" : "workspace";
};

/** Why a person must choose, in a sentence. @param what the fields' names */
export const newestUnknown = (what: string): string =>
  `Both sides changed ${what}, and it isn't known which change is newer.`;

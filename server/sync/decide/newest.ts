import type { Policy } from "../../settings/mapping.ts";
import type { Side, Trigger } from "../model.ts";

/** The side that a policy names in a conflict; by `newest`, the one that changed later. Pure. */

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

/** The side that the policy names; null: a person chooses. */
export function winnerOf({
  policy,
  trigger,
  changedAt,
}: {
  readonly policy: Policy;
  readonly trigger: Pick<Trigger, "initiator">;
  readonly changedAt?: ChangeTimes;
}): Side | null {
  switch (policy) {
    case "initiator":
      return trigger.initiator;
    case "newest":
      return changedAt === undefined ? null : newestSide(changedAt);
    case "hold":
      return null;
    case "hubspot":
    case "workspace":
      return policy;
  }
}

/** Why a person must choose, in a sentence. @param what the fields' names */
export const newestUnknown = (what: string): string =>
  `Both sides changed ${what}, and it isn't known which change is newer.`;

import type { Decision } from "../model.ts";

/**
 * What can keep a pair from being synced. decide takes the first stop that applies; "why not?" shows, for each of four
 * questions, the first one that does (checks.ts). Pure.
 */

/** What a person asks of a record that wasn't synced, in this order (AP-115). */
export const checkNames = ["criteria", "exists", "enabled", "error"] as const;
export type CheckName = (typeof checkNames)[number];

export interface Stop<Of> {
  readonly check: CheckName;
  /** What is decided if this is what stops it; null: it doesn't. */
  readonly find: (of: Of) => Decision | null;
}

/** Returns what is decided because of the first stop that applies; null: nothing stops it. */
export function firstStop<Of>(
  stops: readonly Stop<Of>[],
  of: Of,
): Decision | null {
  for (const { find } of stops) {
    const decision = find(of);
    if (decision !== null) return decision;
  }
  return null;
}

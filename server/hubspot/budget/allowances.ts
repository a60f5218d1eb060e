import type { Allowance } from "./rolling-log.ts";

/** Which of HubSpot's limits a call counts against. */
export type LimitKind = "general" | "search" | "associations";

/** What every installed app may use; HubSpot's headers can only say so, or less. */
const mostCalls = 110;
const firstCalls = 100;
const bulkShare = 0.8;

/**
 * HubSpot counts when a request arrives, we when it is granted: one that was slow on its way lies later in HubSpot's
 * window than in ours. The margin covers that difference.
 */
const marginMs = 200;

/** The limits to keep: 100 calls in ten seconds until the headers taught more, five searches a second. */
export function allowanceOf(
  kind: LimitKind,
  learned: number | null,
): Allowance {
  if (kind === "search") {
    return { limit: 5, bulkLimit: 4, windowMs: 1_000 + marginMs };
  }
  const limit = Math.max(1, Math.min(learned ?? firstCalls, mostCalls));
  return {
    limit,
    bulkLimit: Math.max(1, Math.floor(limit * bulkShare)),
    windowMs: 10_000 + marginMs,
  };
}

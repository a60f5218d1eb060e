import type { Trigger } from "../model.ts";

/**
 * Sync now: each field moves from the side that changed, whatever the switches say, with nothing forced; what both
 * have changed waits for a choice.
 */
export const bothWays: Trigger = {
  initiator: "workspace",
  manual: false,
  bypassConditions: false,
  retryParked: false,
  opens: "both",
};

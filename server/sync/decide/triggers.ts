import type { Trigger } from "../model.ts";

/** A trigger for automatic work of a side. */
export const automatic = (initiator: Trigger["initiator"]): Trigger => ({
  initiator,
  manual: false,
  bypassConditions: false,
  retryParked: false,
});

/**
 * The trigger of a click: its side's values replace what changed, and conditions don't apply to a chosen record.
 * @param confirmed newer values of the other side may be replaced, because the person has seen them
 */
export const manualTrigger = (
  initiator: Trigger["initiator"],
  confirmed: boolean,
): Trigger => ({
  initiator,
  manual: true,
  bypassConditions: true,
  retryParked: false,
  confirmed,
});

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

/** The source of runs both ways that bring saved mappings to the pairs that are linked already. */
export const APPLIES_MAPPINGS = "settings";

/** The trigger of such a run. */
export const mappingsApplied: Trigger = { ...bothWays, appliesMappings: true };

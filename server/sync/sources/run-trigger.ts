import type { Trigger } from "../model.ts";
import { bothWays } from "../both-ways.ts";
import type { Run } from "../runs.ts";

/**
 * A run's trigger: its side is the initiator (AC-006). A person's choice of these very records overrides conditions
 * (AP-075, AC-016); a run over all of them follows the rules (AC-008, AC-009).
 */
export const triggerOf = (run: Run): Trigger =>
  run.kind === "both"
    ? bothWays
    : {
        initiator: run.kind === "push" ? "workspace" : "hubspot",
        manual: run.manual,
        bypassConditions: run.manual && run.mode === "selection",
        // What HubSpot did not take waits for another value, mapping or definition, or for its own Retry.
        retryParked: false,
        confirmed: run.confirmed,
      };

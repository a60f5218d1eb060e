import { REFUSAL } from "../../brake/pure/choice.ts";
import type { Trigger } from "../../model.ts";
import {
  APPLIES_MAPPINGS,
  bothWays,
  mappingsApplied,
} from "../../decide/triggers.ts";
import type { Run } from "../../runs/runs.ts";

/**
 * A run's trigger: its side is the initiator (AC-006). A person's choice of these very records overrides conditions
 * (AP-075, AC-016); a run over all of them follows the rules (AC-008, AC-009).
 */
export const triggerOf = (run: Run): Trigger => {
  if (run.kind === "both")
    return run.source === APPLIES_MAPPINGS ? mappingsApplied : bothWays;
  const initiator = run.kind === "push" ? "workspace" : "hubspot";
  // What was held goes on as the automatic sync that it was.
  return run.scope.attentionId !== undefined
    ? {
        initiator,
        manual: false,
        bypassConditions: false,
        retryParked: false,
        approved: true,
        ...(run.source === REFUSAL ? { refused: true } : {}),
      }
    : triggerOfRun(run, initiator);
};

const triggerOfRun = (run: Run, initiator: Trigger["initiator"]): Trigger => ({
  initiator,
  manual: run.manual,
  bypassConditions: run.manual && run.mode === "selection",
  // What HubSpot did not take waits for another value, mapping or definition, or for its own Retry.
  retryParked: false,
  confirmed: run.confirmed,
});

import { REFUSAL } from "../../brake/pure/choice.ts";
import type { Trigger } from "../../model.ts";
import { bothWays, startedBy } from "../../decide/triggers.ts";
import { personNamed } from "../../people/pure/actor.ts";
import type { Run } from "../../runs/runs.ts";

/** What decides a run's trigger. */
export type StartedRun = Pick<
  Run,
  "kind" | "mode" | "manual" | "confirmed" | "source" | "requestedBy" | "scope"
>;

/**
 * A run's trigger: its side is the initiator (AC-006). A person's choice of these very records overrides conditions
 * (AP-075, AC-016); a run over all of them follows the rules (AC-008, AC-009). What a person's run creates may be that
 * person's (AP-023, AP-033).
 */
export const triggerOf = (run: StartedRun): Trigger => {
  const person = personNamed(run.requestedBy);
  if (run.kind === "both") return startedBy(bothWays, person);
  const initiator = run.kind === "push" ? "workspace" : "hubspot";
  // What was held goes on as the automatic sync that it was, and not as its approver's.
  return run.scope.attentionId !== undefined
    ? {
        initiator,
        manual: false,
        bypassConditions: false,
        retryParked: false,
        approved: true,
        ...(run.source === REFUSAL ? { refused: true } : {}),
      }
    : startedBy(triggerOfRun(run, initiator), person);
};

const triggerOfRun = (
  run: StartedRun,
  initiator: Trigger["initiator"],
): Trigger => ({
  initiator,
  manual: run.manual,
  bypassConditions: run.manual && run.mode === "selection",
  // What HubSpot did not take waits for another value, mapping or definition, or for its own Retry.
  retryParked: false,
  confirmed: run.confirmed,
});

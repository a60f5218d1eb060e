import { FairSlots } from "../fair-slots.ts";
import type { PortalId } from "../settings/object-type.ts";
import { CancelledError, UnavailableError } from "./errors.ts";
import type { Timing } from "./timing.ts";

/** Calls of this process that may be on their way at once; one portal alone gets a third. */
export const MOST_CALLS = 64;
/** Of these, those that bulk work leaves to cards. */
const FOR_INTERACTIVE = 16;

/** The right to have a call on its way, so that a HubSpot that is slow for one portal is slow for no other. */
export type CallSlots = {
  /**
   * Resolves with the function that gives the slot back. Throws `UnavailableError` when the calls of this portal leave no
   * time for another, `CancelledError` when the signal ends the wait.
   */
  take(
    portalId: PortalId,
    timing: Pick<Timing, "priority" | "signal" | "deadlineAt" | "answerMs">,
  ): Promise<() => void>;
};

export function createCallSlots(): CallSlots {
  const slots = new FairSlots<PortalId>(MOST_CALLS, FOR_INTERACTIVE);
  return {
    take: async (portalId, { priority, signal, deadlineAt, answerMs }) => {
      const free = await slots.take({
        key: portalId,
        urgent: priority === "interactive",
        until: deadlineAt - answerMs,
        signal,
      });
      if (free !== null) return free;
      throw signal?.aborted
        ? new CancelledError(signal.reason)
        : new UnavailableError("too many calls in progress", null);
    },
  };
}

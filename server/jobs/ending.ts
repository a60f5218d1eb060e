import type { Cause } from "../causes.ts";
import { causeOf } from "../causes.ts";
import { codeOf, LOCK_TIMEOUT } from "../database/errors.ts";
import { LeaseLost } from "../database/fence.ts";
import {
  CancelledError,
  DisconnectedError,
  WaitError,
} from "../hubspot/errors.ts";
import type { Ending } from "./lane-store.ts";

export type Outcome =
  "done" | "waited" | "failed" | "lost" | "disconnected" | "cancelled";

const LONGEST_BACK_OFF_SECONDS = 300;
/** A lock of the product's may be given back at any moment; each try waits for it, too. */
const LONGEST_WAIT_FOR_LOCK_SECONDS = 15;

/** What an error that ended a turn means to its lane; no ending where the lane is no longer ours. */
export function endingOf(
  error: unknown,
  { failures, stopped }: { failures: number; stopped: boolean },
): { outcome: Outcome; ending: Ending | null; cause?: Cause } {
  if (error instanceof LeaseLost) return { outcome: "lost", ending: null };
  if (error instanceof WaitError)
    return { outcome: "waited", ending: { is: "waiting", until: error.until } };
  if (error instanceof DisconnectedError)
    return { outcome: "disconnected", ending: { is: "resting", next: null } };
  // Asked to stop: whatever came of that is no failure, and the next worker goes on at once.
  if (stopped || error instanceof CancelledError)
    return { outcome: "cancelled", ending: { is: "resting", next: 0 } };
  const cause = causeOf(error);
  const seconds = backOffSeconds(failures);
  const ending: Ending = {
    is: "failed",
    seconds:
      codeOf(error) === LOCK_TIMEOUT
        ? Math.min(seconds, LONGEST_WAIT_FOR_LOCK_SECONDS)
        : seconds,
    error: nameOf(error),
    cause,
  };
  return { outcome: "failed", ending, cause };
}

/** 1 s after the first failure in a row, doubled with each, at most five minutes; spread by a quarter either way. */
export function backOffSeconds(
  failures: number,
  random: () => number = Math.random,
): number {
  const base = Math.min(LONGEST_BACK_OFF_SECONDS, 2 ** Math.min(failures, 30));
  return base * (0.75 + random() / 2);
}

// The class and a code, never the message: it may carry a person's data, and this is stored.
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code: unknown = "code" in error ? error.code : undefined;
  return typeof code === "string" ? `${error.name} ${code}` : error.name;
}

import { UnavailableError, WaitError, type HubSpotError } from "./errors.ts";
import type { CallOptions, Priority } from "./gateway.ts";

/** CallOptions with the moment at which they end, so that several requests can share one deadline. */
export type Timing = {
  readonly priority: Priority;
  readonly signal: AbortSignal | undefined;
  /** Epoch ms. */
  readonly deadlineAt: number;
  /** A request is not sent with less time than this for HubSpot's answer: its outcome would be unknown. */
  readonly answerMs: number;
};

const deadlines = { interactive: 8_000, bulk: 30_000 } as const;
const answerMs = 5_000;

/** A pause up to this long bulk work sits out; a longer one moves its due time. */
const shortPauseMs = 2_500;

/** Before a read that failed is repeated, once for each. */
const repeatAfterMs = [250, 1_000] as const;

/** Starts the clock. */
export function timingOf(options: CallOptions): Timing {
  const ms = options.deadlineMs ?? deadlines[options.priority];
  return {
    priority: options.priority,
    signal: options.signal,
    deadlineAt: Date.now() + ms,
    answerMs: Math.min(answerMs, ms / 2),
  };
}

/** How long to wait before the same request is made again; null: the error is the caller's. */
export function retryDelay(
  error: HubSpotError,
  timing: Timing,
  repeats: number,
): number | null {
  const room = timing.deadlineAt - timing.answerMs - Date.now();
  if (error instanceof WaitError) {
    const ms = Math.max(0, error.until.getTime() - Date.now());
    const most =
      timing.priority === "interactive" ? room : Math.min(room, shortPauseMs);
    return ms <= most ? ms : null;
  }
  if (error instanceof UnavailableError) {
    const ms = repeatAfterMs[repeats];
    return ms !== undefined && ms <= room ? ms : null;
  }
  return null;
}

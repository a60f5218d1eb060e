/** The limits of one kind of call, as HubSpot counts them: calls within a window that rolls. */
export type Allowance = {
  readonly limit: number;
  /** How many of them bulk work may use. */
  readonly bulkLimit: number;
  readonly windowMs: number;
};

/** How many calls are wanted. */
export type Wish = { readonly interactive: number; readonly bulk: number };

export type Grant = {
  /** The log to keep: oldest first, epoch ms. */
  readonly log: readonly number[];
  readonly granted: Wish;
  /** When the first call that was not granted can be, epoch ms; null when all were. */
  readonly nextAt: number | null;
};

/** When a log has room for one more below `limit`. */
function roomAt(
  log: readonly number[],
  limit: number,
  { windowMs }: Allowance,
  now: number,
): number {
  const oldest = log[log.length - limit];
  return oldest === undefined ? now : oldest + windowMs;
}

/**
 * Grants calls out of a rolling window: interactive ones first, bulk ones while the window as a whole is below their
 * share. Never more than `limit` moments of the log lie within any window.
 */
export function grantCalls(
  log: readonly number[],
  now: number,
  allowance: Allowance,
  wish: Wish,
): Grant {
  const { limit, bulkLimit, windowMs } = allowance;
  const kept = log.filter((moment) => moment > now - windowMs);
  // clocks of two hosts differ: a moment before one already granted would break the order
  const moment = Math.max(now, kept.at(-1) ?? now);
  const interactive = Math.min(
    wish.interactive,
    Math.max(0, limit - kept.length),
  );
  const bulk = Math.min(
    wish.bulk,
    Math.max(0, bulkLimit - kept.length - interactive),
  );
  const next = [
    ...kept,
    ...Array.from({ length: interactive + bulk }, () => moment),
  ];
  const missing =
    interactive < wish.interactive
      ? limit
      : bulk < wish.bulk
        ? bulkLimit
        : null;
  return {
    log: next,
    granted: { interactive, bulk },
    nextAt:
      missing === null
        ? null
        : Math.max(now + 1, roomAt(next, missing, allowance, now)),
  };
}

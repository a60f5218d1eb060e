/**
 * Waits between attempts, in minutes, as they are at most: ten retries in 24 hours. HubSpot says only that delays vary; the
 * growth is ours.
 */
const waits: readonly number[] = [1, 4, 15, 40, 80, 130, 190, 260, 320, 400];

/**
 * Milliseconds until the retry after `attempt` (from 0), between three fifths and the whole of its wait; `timeScale` 0.01 makes
 * a minute 0.6 seconds. null when it was the last.
 */
export function retryDelay(
  attempt: number,
  timeScale: number,
  random: () => number,
): number | null {
  const minutes = waits[attempt];
  return minutes === undefined
    ? null
    : minutes * 60_000 * timeScale * (0.6 + 0.4 * random());
}

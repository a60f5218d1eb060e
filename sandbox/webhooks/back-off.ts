/**
 * Waits between attempts, in minutes: ten retries spread over 24 hours. HubSpot says only that delays vary; the growth is ours.
 */
const waits: readonly number[] = [1, 3, 10, 30, 60, 120, 180, 240, 300, 420];

/**
 * Milliseconds until the retry after `attempt` (from 0), up to a quarter more or less than its mean; `timeScale` 0.01 makes a
 * minute 0.6 seconds. null when it was the last.
 */
export function retryDelay(
  attempt: number,
  timeScale: number,
  random: () => number,
): number | null {
  const minutes = waits[attempt];
  return minutes === undefined
    ? null
    : minutes * 60_000 * timeScale * (0.75 + random() / 2);
}

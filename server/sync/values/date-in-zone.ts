/** Days as people in a time zone count them. Pure. */

/**
 * Returns the date that a clock in the zone shows at a time, as 2026-11-30. HubSpot keeps the close date of a deal as a
 * time, and shows the day of it.
 * @param ms epoch milliseconds
 */
export const dateIn = (timeZone: string, ms: number): string =>
  new Date(ms + offsetAt(timeZone, ms)).toISOString().replace(/T.*$/, "");

/**
 * Returns the epoch milliseconds of midday on a date in the zone. People in other zones see the same date, which they
 * would not see of midnight, and no clock is put forward or back at midday.
 */
export function middayIn(timeZone: string, date: string): number {
  const midday = Date.parse(`${date}T12:00:00Z`);
  // The offset at midday UTC may be that of before, or of after, a change of the clocks.
  const near = midday - offsetAt(timeZone, midday);
  return midday - offsetAt(timeZone, near);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** How far a zone's clocks are ahead of UTC, in milliseconds. A zone that isn't known is UTC. */
function offsetAt(timeZone: string, ms: number): number {
  const parts = clockOf(timeZone).formatToParts(ms);
  const shown: Record<string, number> = {};
  for (const { type, value } of parts) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour, minute, second } = shown;
  const isBeforeChrist = parts.some(
    ({ type, value }) => type === "era" && value.startsWith("B"),
  );
  const wall = new Date(0);
  wall.setUTCFullYear(isBeforeChrist ? 1 - year : year, month - 1, day);
  wall.setUTCHours(hour ?? 0, minute ?? 0, second ?? 0);
  return wall.getTime() - Math.floor(ms / 1_000) * 1_000;
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = newClock(timeZone) ?? newClock("UTC");
  if (clock === null) throw new Error("There are no clocks.");
  clocks.set(timeZone, clock);
  return clock;
}

function newClock(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

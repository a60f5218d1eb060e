const size = 2048;
const times = new Float64Array(size).fill(Number.NaN);
const texts: string[] = Array.from({ length: size }, () => "");

/**
 * A time in ms as ISO text; a whole second shows no milliseconds, as HubSpot's answers have it. Remembered, since a page of
 * rows names few different times, and names each several times.
 */
export function isoTime(ms: number): string {
  const at = (Math.abs(ms) % size) | 0;
  if (times[at] !== ms) {
    times[at] = ms;
    texts[at] = new Date(ms).toISOString().replace(".000Z", "Z");
  }
  return texts[at] ?? "";
}

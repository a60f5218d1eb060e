const size = 2048;
const times = new Float64Array(size).fill(Number.NaN);
const texts: string[] = Array.from({ length: size }, () => "");

/**
 * Returns a time in milliseconds as ISO text. As in HubSpot's responses, a whole second has no milliseconds. Results are
 * cached, because a page of rows repeats a few times often.
 */
export function isoTime(ms: number): string {
  const at = (Math.abs(ms) % size) | 0;
  if (times[at] !== ms) {
    times[at] = ms;
    texts[at] = new Date(ms).toISOString().replace(".000Z", "Z");
  }
  return texts[at] ?? "";
}

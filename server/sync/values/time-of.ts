/** Times as HubSpot and Postgres write them. Pure. */

const isoTime =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?)?$/i;

/**
 * Returns the epoch milliseconds of a time; null where the text names none. Known are ISO 8601, what Postgres prints
 * of a timestamptz, timestamp or date, and epoch milliseconds, as HubSpot may send them. A time without a zone is UTC
 * on every machine; digits beyond milliseconds are cut off, since HubSpot keeps none. "infinity", years before 1 or
 * after 9999, and days that no month has (Date.parse takes February 30 for March 2) name no time here.
 */
export function timeOf(text: string): number | null {
  if (/^-?\d{10,}$/.test(text)) return withinYears(Number(text));
  const [
    whole,
    year = "",
    month = "",
    day = "",
    hour = "00",
    minute = "00",
    second = "00",
    fraction = "",
    zone = "Z",
  ] = isoTime.exec(text) ?? [];
  if (whole === undefined || Number(second) > 59) return null;
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
  const ms = Date.parse(wall);
  // 24:00 is the next day's midnight, and rightly so.
  const expected = hour === "24" ? `${year}-${month}-${day}` : wall;
  const shown = hour === "24" ? ms - 86_400_000 : ms;
  if (Number.isNaN(ms) || !new Date(shown).toISOString().startsWith(expected))
    return null;
  const offset = offsetOf(zone);
  return offset === null ? null : withinYears(ms - offset);
}

/** A zone's distance from UTC in milliseconds; null where no zone is that far away. Old ones have seconds, too. */
function offsetOf(zone: string): number | null {
  if (/^z$/i.test(zone)) return 0;
  const [hours = "", minutes = "00", seconds = "00"] =
    zone.slice(1).match(/\d{2}/g) ?? [];
  if (Number(hours) > 15 || Number(minutes) > 59 || Number(seconds) > 59)
    return null;
  const distance =
    ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return zone.startsWith("-") ? -distance : distance;
}

const first = Date.parse("0001-01-01T00:00:00.000Z");
const last = Date.parse("9999-12-31T23:59:59.999Z");

const withinYears = (ms: number): number | null =>
  ms >= first && ms <= last ? ms : null;

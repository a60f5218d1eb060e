const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Now, and the language in which the user reads dates. */
export type Clock = { now: number; locale: string };

// In numbers: 40 hours ago is one day, and may be the day before yesterday.
const distance = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/**
 * A moment as a person reads it: "just now", "5 minutes ago", "in 3 hours", "1 day ago"; more than a week away,
 * the date and time in the user's own notation.
 * @param iso ISO 8601; anything else is returned unchanged
 */
export function when(iso: string, { now, locale }: Clock): string {
  const moment = Date.parse(iso);
  if (Number.isNaN(moment)) return iso;
  const away = moment - now;
  const far = Math.abs(away);
  // The server's clock may be a little ahead of the browser's.
  if (far < MINUTE) return "just now";
  if (far < HOUR) return distance.format(Math.trunc(away / MINUTE), "minute");
  if (far < DAY) return distance.format(Math.trunc(away / HOUR), "hour");
  if (far < 7 * DAY) return distance.format(Math.trunc(away / DAY), "day");
  return dateAndTime(iso, locale);
}

/** A moment's date and time in the user's own notation and time zone; anything else is returned unchanged. */
export function dateAndTime(iso: string, locale: string): string {
  const moment = Date.parse(iso);
  if (Number.isNaN(moment)) return iso;
  return new Intl.DateTimeFormat(knownLocale(locale), {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(moment);
}

/** HubSpot writes some locales its own way ("en_us"); one that cannot be read falls back to English. */
function knownLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale.replaceAll("_", "-"))[0] ?? "en";
  } catch {
    return "en";
  }
}

const starters = new Map([
  ["schedule", "on schedule"],
  ["webhook", "after a change in HubSpot"],
  ["sweep", "by the daily check"],
  ["merge", "after a merge in HubSpot"],
  // Connected again, resumed after a pause, switched on again.
  ["reconnect", "when sync was resumed"],
  ["setup", "in the first pull"],
  ["install", "in the first pull"],
  ["upkeep", "in the first pull"],
  ["scope-regained", "in the first pull"],
  ["api", "through the API"],
]);

/** Who or what started a sync, after its time: "5 minutes ago on schedule". */
export function startedBy(by: string, productName: string): string {
  // A parent that synced with a child has the child's own cause before the plus sign, and the child's type after it.
  const [cause = "", alongWith] = by.split("+");
  const started =
    cause.toLowerCase() === "product"
      ? `after a change in ${productName}`
      : starters.get(cause.toLowerCase());
  if (started === undefined) return `by ${by}`;
  return alongWith === undefined ? started : `with a ${alongWith}, ${started}`;
}

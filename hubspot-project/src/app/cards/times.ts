const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Now, and the language in which the user reads dates. */
export type Clock = { now: number; locale: string };

const distance = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/**
 * A moment as a person would say it: "just now", "5 minutes ago", "in 3 hours", "yesterday"; further off than a week,
 * the date and time in the user's own notation.
 * @param iso ISO 8601; anything else is given back as it is
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

/** Who or what started a sync, as the end of a sentence that began with "Pulled 5 minutes ago". */
export function startedBy(by: string): string {
  switch (by.toLowerCase()) {
    case "schedule":
      return "on schedule";
    case "webhook":
      return "after a change in HubSpot";
    case "product":
      return "after a change in the workspace";
    case "sweep":
      return "by the daily comparison";
    case "merge":
      return "after a merge in HubSpot";
    case "reconnect":
      return "after connecting again";
    case "setup":
    case "install":
      return "with everything else";
    case "api":
      return "through the API";
    default:
      return `by ${by}`;
  }
}

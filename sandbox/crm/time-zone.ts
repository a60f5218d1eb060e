/** How far a time zone is ahead of UTC at a moment: `text` as `+01:00`, `ms` negative to the west. */
export function utcOffset(
  timeZone: string,
  at: number,
): { readonly text: string; readonly ms: number } {
  const named = new Intl.DateTimeFormat("en", {
    timeZone,
    timeZoneName: "longOffset",
  })
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName")?.value;
  const [, sign = "+", hours = "00", minutes = "00"] =
    /^GMT([+-])(\d\d):(\d\d)/.exec(named ?? "") ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return {
    text: `${sign}${hours}:${minutes}`,
    ms: sign === "-" ? -ms : ms,
  };
}

/** Whether there is a time zone of this name. */
export function isTimeZone(name: unknown): boolean {
  if (typeof name !== "string") return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

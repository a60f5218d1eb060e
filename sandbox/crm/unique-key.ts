/** Emails are the same in any case; other unique values are as written. */
export function uniqueKey(name: string, value: string): string {
  return name === "email" ? value.trim().toLowerCase() : value;
}

/**
 * The text of a jsonb parameter. Postgres keeps no U+0000 in jsonb and HubSpot may send one: it is dropped, from
 * values and names. (pg would turn an array into a Postgres array, so jsonb columns take this text, not the value.)
 */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes("\\u0000")) return text;
  // An escaped backslash before "u0000" is text that only looks like the escape.
  return text.replace(/\\(?:u0000|.)/g, (escape) =>
    escape === "\\u0000" ? "" : escape,
  );
}

import { isObject } from "../read-body.ts";

/**
 * Returns an email's sender and recipient properties, derived from its headers. All are blank if the headers are not a JSON
 * object. Several recipients are joined by `;`.
 */
export function emailParties(
  headers: string,
): readonly (readonly [name: string, value: string])[] {
  const { from, to } = parse(headers);
  return [
    ...partyValues("hs_email_from", isObject(from) ? [from] : []),
    ...partyValues("hs_email_to", Array.isArray(to) ? to.filter(isObject) : []),
  ];
}

function parse(headers: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(headers);
    return isObject(json) ? json : {};
  } catch {
    return {};
  }
}

function partyValues(
  prefix: string,
  parties: readonly Readonly<Record<string, unknown>>[],
): [string, string][] {
  const joined = (field: string) =>
    parties
      .map((party) => party[field])
      .filter((value) => typeof value === "string")
      .map((value) => (field === "email" ? addressIn(value) : value))
      .filter((value) => value !== "")
      .join(";");
  return [
    [`${prefix}_email`, joined("email")],
    [`${prefix}_firstname`, joined("firstName")],
    [`${prefix}_lastname`, joined("lastName")],
  ];
}

/** Returns the address in `Ann Lee<ann@x.example>`, or the text itself. */
function addressIn(text: string): string {
  const open = text.lastIndexOf("<");
  const close = text.indexOf(">", open);
  return (open < 0 || close < 0 ? text : text.slice(open + 1, close)).trim();
}

import type { Conversion, FieldMapping } from "../settings/mapping.ts";
import type { Owners, PropertyDefinition } from "./model.ts";

/** Values in canonical form, and carried from one side to the other. Pure. */

export type Converted<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Nothing typed: absent, null, empty or only white space, or a list of nothing but that. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return value.trim() === "";
  return Array.isArray(value) && value.every(isBlank);
}

/** A value under its own key: a property may well be called "constructor", which every object inherits. */
export const own = <T>(
  values: Readonly<Record<string, T>> | undefined,
  key: string,
): T | undefined =>
  values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;

const numberText = (text: string): string => {
  const trimmed = text.trim();
  const number = Number(trimmed);
  return trimmed !== "" && Number.isFinite(number) ? String(number) : trimmed;
};

const isoTime =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** ISO 8601, or epoch milliseconds as HubSpot may send them; a time without a zone is UTC, on every machine. */
const timeOf = (text: string): number => {
  if (/^-?\d{10,}$/.test(text)) return Number(text);
  const [, day, time = "00:00", zone = "Z"] = isoTime.exec(text) ?? [];
  if (day === undefined) return Number.NaN;
  const parsed = Date.parse(
    `${day}T${time}${zone.replace(/^(.\d\d)(\d\d)$/, "$1:$2").toUpperCase()}`,
  );
  // Date.parse takes February 30 for March 2.
  const real = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(real) && new Date(real).toISOString().startsWith(day)
    ? parsed
    : Number.NaN;
};

const dateText = (text: string, withTime: boolean): string => {
  const trimmed = text.trim();
  const date = new Date(timeOf(trimmed));
  if (Number.isNaN(date.getTime())) return trimmed;
  const iso = date.toISOString();
  return withTime ? iso : iso.replace(/T.*$/, "");
};

const truths: Readonly<Record<string, string>> = {
  true: "true",
  yes: "true",
  "1": "true",
  false: "false",
  no: "false",
  "0": "false",
};

const setText = (parts: readonly string[]): string =>
  [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ""))]
    .sort()
    .join(";");

const asText = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (
    typeof value === "number" ||
    typeof value === "boolean" ||
    typeof value === "bigint"
  ) {
    return String(value);
  }
  return JSON.stringify(value);
};

/**
 * A value as a string that is equal exactly when the value means the same: for comparing a side with its own base.
 * Blank is "". The same form serves either side, since it depends on the meaning and not on the spelling.
 */
export function canonical(conversion: Conversion, value: unknown): string {
  if (isBlank(value)) return "";
  switch (conversion.kind) {
    case "text":
    case "options":
      return asText(value).trim();
    case "email":
    case "owner":
      return asText(value).trim().toLowerCase();
    case "number":
      return numberText(asText(value));
    case "date":
      return dateText(asText(value), false);
    case "datetime":
      return dateText(asText(value), true);
    case "boolean":
      return (
        own(truths, asText(value).trim().toLowerCase()) ?? asText(value).trim()
      );
    case "set":
      return setText(
        (Array.isArray(value) ? value : [value])
          .filter((part) => !isBlank(part))
          .flatMap((part) => asText(part).split(";")),
      );
  }
}

/** Holds no data in the mapping's own terms: of a set, ";" is as blank as "". */
export const holdsNothing = (conversion: Conversion, value: unknown): boolean =>
  canonical(conversion, value) === "";

export const sameValue = (
  conversion: Conversion,
  left: unknown,
  right: unknown,
): boolean => canonical(conversion, left) === canonical(conversion, right);

/**
 * A record's value as HubSpot is to be sent it. Blank becomes "" (which clears).
 * Refused with a code where the mapping or HubSpot's definition rules it out; the caller parks the field.
 */
export function toHubSpot(
  mapping: FieldMapping,
  value: unknown,
  owners: Owners,
  definition: PropertyDefinition | undefined,
): Converted<string> {
  const { conversion } = mapping;
  if (definition?.readOnly === true) {
    return {
      ok: false,
      code: "read_only_property",
      message: `HubSpot does not let anyone set ${definition.label}.`,
    };
  }
  if (holdsNothing(conversion, value)) return { ok: true, value: "" };
  const text =
    conversion.kind === "text" ? asText(value) : canonical(conversion, value);
  if (conversion.kind === "owner") {
    const id = own(owners.idByEmail, text);
    return id === undefined
      ? {
          ok: false,
          code: "unknown_owner",
          message: `HubSpot has no active owner ${text}.`,
        }
      : { ok: true, value: id };
  }
  if (conversion.kind === "options") {
    const option = conversion.pairs.find(
      (pair) => pair.workspace === text,
    )?.hubspot;
    return option === undefined
      ? {
          ok: false,
          code: "unmapped_option",
          message: `"${text}" is mapped to no option of ${definition?.label ?? mapping.property}.`,
        }
      : { ok: true, value: option };
  }
  if (conversion.kind === "number" && !Number.isFinite(Number(text))) {
    return {
      ok: false,
      code: "invalid_number",
      message: `"${text}" is not a number.`,
    };
  }
  const options = definition?.options;
  if (options !== null && options !== undefined) {
    const sent = conversion.kind === "set" ? text.split(";") : [text.trim()];
    const stranger = sent.find((part) => !options.includes(part));
    if (stranger !== undefined) {
      return {
        ok: false,
        code: "invalid_option",
        message: `"${stranger}" is not an option of ${definition?.label ?? mapping.property}. HubSpot allows: ${options.slice(0, 20).join(", ")}.`,
      };
    }
    return { ok: true, value: sent.join(";") };
  }
  return { ok: true, value: text };
}

/** HubSpot's value as the record is to hold it; null is blank. */
export function toWorkspace(
  mapping: FieldMapping,
  value: string | null,
  owners: Owners,
): Converted<unknown> {
  const { conversion } = mapping;
  if (value === null || holdsNothing(conversion, value))
    return { ok: true, value: null };
  switch (conversion.kind) {
    case "text":
      return { ok: true, value };
    case "email":
    case "date":
    case "datetime":
      return { ok: true, value: canonical(conversion, value) };
    case "number": {
      const number = Number(value.trim());
      return Number.isFinite(number)
        ? { ok: true, value: number }
        : {
            ok: false,
            code: "invalid_number",
            message: `"${value}" is not a number.`,
          };
    }
    case "boolean":
      return own(truths, value.trim().toLowerCase()) === undefined
        ? {
            ok: false,
            code: "invalid_boolean",
            message: `"${value}" is neither yes nor no.`,
          }
        : { ok: true, value: canonical(conversion, value) === "true" };
    case "set":
      return { ok: true, value: canonical(conversion, value).split(";") };
    case "owner": {
      const email = own(owners.emailById, value.trim());
      return email === undefined
        ? {
            ok: false,
            code: "unknown_owner",
            message: `HubSpot's owner ${value} is not in the owner list.`,
          }
        : { ok: true, value: email };
    }
    case "options": {
      const text = value.trim();
      const option = conversion.pairs.find(
        (pair) => pair.hubspot === text,
      )?.workspace;
      return option === undefined
        ? {
            ok: false,
            code: "unmapped_option",
            message: `HubSpot's "${text}" is mapped to no value here.`,
          }
        : { ok: true, value: option };
    }
  }
}

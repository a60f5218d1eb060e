import type { Conversion, FieldMapping } from "../settings/mapping.ts";
import type { Owners, PropertyDefinition } from "./model.ts";

/** Values in canonical form, and carried from one side to the other. Pure. */

export type Converted<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Nothing typed: absent, null, empty or only white space, or an empty list. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return value.trim() === "";
  return Array.isArray(value) && value.length === 0;
}

const numberText = (text: string): string => {
  const trimmed = text.trim();
  const number = Number(trimmed);
  return trimmed !== "" && Number.isFinite(number) ? String(number) : trimmed;
};

const dateText = (text: string, withTime: boolean): string => {
  const trimmed = text.trim();
  const time = /^-?\d{10,}$/.test(trimmed)
    ? Number(trimmed)
    : Date.parse(trimmed);
  if (Number.isNaN(time)) return trimmed;
  const iso = new Date(time).toISOString();
  return withTime ? iso : iso.slice(0, 10);
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
      return truths[asText(value).trim().toLowerCase()] ?? asText(value).trim();
    case "set":
      return setText(
        Array.isArray(value) ? value.map(asText) : asText(value).split(";"),
      );
  }
}

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
  if (isBlank(value)) return { ok: true, value: "" };
  const text =
    conversion.kind === "text" ? asText(value) : canonical(conversion, value);
  if (conversion.kind === "owner") {
    const id = owners.idByEmail[text];
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
  if (isBlank(value) || value === null) return { ok: true, value: null };
  const { conversion } = mapping;
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
      return { ok: true, value: canonical(conversion, value) === "true" };
    case "set":
      return { ok: true, value: canonical(conversion, value).split(";") };
    case "owner": {
      const email = owners.emailById[value.trim()];
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

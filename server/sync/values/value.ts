import { isRoundingOf, jsonNumber, plainDecimal } from "../../decimal.ts";
import type { Conversion, FieldMapping } from "../../settings/mapping.ts";
import { objectTypes } from "../../settings/types/index.ts";
import type { DeclaredField } from "../../workspace/declared-field.ts";
import { misfit } from "../../workspace/declared-field.ts";
import { canonicalDomain, canonicalEmail, identityKeyOf } from "./identity.ts";
import { dateIn, middayIn } from "./date-in-zone.ts";
import type { Meaning } from "./meaning.ts";
import { meaningOf } from "./meaning.ts";
import type { Owners, PropertyDefinition } from "../model.ts";
import { phoneDigits } from "./phone.ts";
import { timeOf } from "./time-of.ts";
import { webAddress } from "./web-address.ts";
import { trimmed, visible } from "./white-space.ts";

/** Values in canonical form, and carried from one side to the other. Pure. */

export type Converted<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Nothing typed: absent, null, empty or only white space, or a list of nothing but that. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return trimmed(value) === "";
  return Array.isArray(value) && value.every(isBlank);
}

/** A value under its own key: a property may well be called "constructor", which every object inherits. */
export const own = <T>(
  values: Readonly<Record<string, T>> | undefined,
  key: string,
): T | undefined =>
  values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;

const timeText = (text: string): string => {
  const ms = timeOf(text);
  return ms === null ? text : new Date(ms).toISOString();
};

/** A day, which is the same in every zone, or the day of a time. */
const dateText = (text: string, timeZone: string): string => {
  const ms = timeOf(text);
  if (ms === null) return text;
  return dateIn(/^\d{4}-\d{2}-\d{2}$/.test(text) ? "UTC" : timeZone, ms);
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
export function canonical(meaning: Meaning, value: unknown): string {
  if (isBlank(value)) return "";
  switch (meaning.kind) {
    case "text":
    case "options":
      return trimmed(asText(value));
    case "email":
    case "owner":
      return canonicalEmail(asText(value));
    case "phone":
      return phoneDigits(asText(value)) ?? trimmed(asText(value));
    case "domain":
      return canonicalDomain(asText(value));
    case "web-address":
      return webAddress(trimmed(asText(value))) ?? trimmed(asText(value));
    case "number":
      return plainDecimal(asText(value).trim()) ?? asText(value).trim();
    case "date":
      return dateText(
        asText(value).trim(),
        "timeZone" in meaning ? meaning.timeZone : "UTC",
      );
    case "datetime":
      return timeText(asText(value).trim());
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
  meaning: Meaning,
  left: unknown,
  right: unknown,
): boolean =>
  left === right || canonical(meaning, left) === canonical(meaning, right);

/**
 * Whether HubSpot's answer shows that it took what was sent: the same value, or the number rounded to the places that
 * the property keeps. HubSpot's definitions don't say how many these are, so only an answer shows it.
 */
export function isTaken(
  meaning: Meaning,
  answered: string | null,
  sent: unknown,
): boolean {
  if (sameValue(meaning, answered, sent)) return true;
  if (meaning.kind !== "number") return false;
  const held = plainDecimal((answered ?? "").trim());
  const given = plainDecimal(asText(sent ?? "").trim());
  return held !== null && given !== null && isRoundingOf(held, given);
}

/** Why a canonical text is no number or no time, where the mapping calls for one; null: nothing is wrong with it. */
function faultIn(
  { kind }: Conversion,
  text: string,
): Extract<Converted<never>, { ok: false }> | null {
  if (kind === "number" && plainDecimal(text) === null)
    return {
      ok: false,
      code: "invalid_number",
      message: `"${text}" isn't a number that can be synced.`,
    };
  if ((kind === "date" || kind === "datetime") && timeOf(text) === null)
    return {
      ok: false,
      code: "invalid_date",
      message: `"${text}" isn't a date that can be synced.`,
    };
  return null;
}

/** Text goes as typed, but what identifies goes without what nobody sees: HubSpot would store a domain of its own. */
const asSent = ({ property }: FieldMapping, text: string): string =>
  objectTypes.some((type) => identityKeyOf(type)?.property === property)
    ? visible(text)
    : text;

/**
 * A record's value as HubSpot is to be sent it. Blank becomes "" (which clears).
 * Refused with a code where the mapping or HubSpot's definition rules it out; the caller parks the field.
 * @param among of a stage: those of its pipeline, which are the only ones that it may become; null: any
 */
export function toHubSpot(
  mapping: FieldMapping,
  value: unknown,
  owners: Owners,
  definition: PropertyDefinition | undefined,
  among: ReadonlySet<string> | null = null,
): Converted<string> {
  const { conversion } = mapping;
  if (definition?.readOnly === true) {
    return {
      ok: false,
      code: READ_ONLY_PROPERTY,
      message: `HubSpot doesn't allow changes to ${definition.label}.`,
    };
  }
  if (holdsNothing(conversion, value)) return { ok: true, value: "" };
  const meaning = meaningOf(mapping, definition);
  const text =
    conversion.kind === "text"
      ? asSent(mapping, asText(value))
      : canonical(meaning, value);
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
    const mapped = conversion.pairs.filter((pair) => pair.workspace === text);
    const option = mapped.find(
      ({ hubspot }) => among === null || among.has(hubspot),
    )?.hubspot;
    const label = definition?.label ?? mapping.property;
    return option === undefined
      ? {
          ok: false,
          code: UNMAPPED_OPTION,
          message:
            mapped.length === 0
              ? `"${text}" isn't mapped to an option of ${label}.`
              : `"${text}" isn't mapped to an option of ${label} in this pipeline.`,
        }
      : { ok: true, value: option };
  }
  const fault = faultIn(conversion, text);
  if (fault !== null) return fault;
  if ("timeZone" in meaning)
    return {
      ok: true,
      value: new Date(middayIn(meaning.timeZone, text)).toISOString(),
    };
  const options = definition?.options;
  if (options !== null && options !== undefined) {
    const sent = conversion.kind === "set" ? text.split(";") : [text.trim()];
    const stranger = sent.find((part) => !options.includes(part));
    if (stranger !== undefined) {
      return {
        ok: false,
        code: "invalid_option",
        message: `"${stranger}" isn't an option of ${definition?.label ?? mapping.property}. HubSpot allows: ${options.slice(0, 20).join(", ")}.`,
      };
    }
    const [stage = ""] = sent;
    return among === null || among.has(stage)
      ? { ok: true, value: sent.join(";") }
      : {
          ok: false,
          code: STAGE_ELSEWHERE,
          message: stageElsewhere(mapping, definition, stage),
        };
  }
  return { ok: true, value: text };
}

/** The code of a value that the mapping's pairs don't name. */
export const UNMAPPED_OPTION = "unmapped_option";
/** The property can't be written by an app. */
export const READ_ONLY_PROPERTY = "read_only_property";

/** The code of a stage that is one of another pipeline. */
export const STAGE_ELSEWHERE = "stage_not_in_pipeline";

/** Says that a stage is one of another pipeline. */
export const stageElsewhere = (
  { property }: FieldMapping,
  definition: PropertyDefinition | undefined,
  stage: string,
): string =>
  `${definition?.label ?? property} "${stage}" isn't a stage of this pipeline.`;

/** The code of a value of HubSpot's that a field of the portal's own can't have. */
export const FIELD_MISFIT = "field_misfit";

/**
 * HubSpot's value as the record is to hold it; null is blank.
 * @param definition what HubSpot says of the property: the time zone of its days
 * @param declared the field, if the portal has declared it: what doesn't fit it is refused
 */
export function toWorkspace(
  mapping: FieldMapping,
  value: string | null,
  owners: Owners,
  definition: PropertyDefinition | undefined,
  declared?: DeclaredField,
): Converted<unknown> {
  const converted = convertedToWorkspace(mapping, value, owners, definition);
  if (declared === undefined || value === null) return converted;
  if (!converted.ok || converted.value === null) return converted;
  const needed = misfit(declared, converted.value);
  return needed === null
    ? converted
    : {
        ok: false,
        code: FIELD_MISFIT,
        message: `"${value}" doesn't fit the field ${declared.label}, which must be ${needed}.`,
      };
}

function convertedToWorkspace(
  mapping: FieldMapping,
  value: string | null,
  owners: Owners,
  definition: PropertyDefinition | undefined,
): Converted<unknown> {
  const { conversion } = mapping;
  if (value === null || holdsNothing(conversion, value))
    return { ok: true, value: null };
  switch (conversion.kind) {
    case "text":
      return { ok: true, value };
    case "email":
      return { ok: true, value: canonical(conversion, value) };
    case "date":
    case "datetime":
    case "number": {
      const text = canonical(meaningOf(mapping, definition), value);
      return (
        faultIn(conversion, text) ?? {
          ok: true,
          value: conversion.kind === "number" ? jsonNumber(text) : text,
        }
      );
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
            message: owners.withoutEmail?.includes(value.trim())
              ? `The settings give the email of HubSpot's owner ${value} to another owner.`
              : `HubSpot's owner ${value} isn't in the owner list.`,
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
            code: UNMAPPED_OPTION,
            message: `HubSpot's "${text}" isn't mapped to a value in the workspace.`,
          }
        : { ok: true, value: option };
    }
  }
}

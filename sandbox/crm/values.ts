import type { CrmState } from "./crm-state.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Property } from "./property.ts";
import { isoTime } from "./time.ts";

/** A value as HubSpot stores it, or why it does not. */
export type Rewritten =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: string; readonly message: string };

const longest = 65_536;

/**
 * What becomes of a value that is written: blanks trimmed, emails lower-cased, dates and booleans in one form; with the
 * portal option `rewrites: 'more'` also phone numbers, domains, multi-selects and numbers.
 * @param before what the property holds now, for values that begin with `;` and so add to it
 */
export function rewriteValue(
  state: CrmState,
  store: ObjectStore,
  property: Property,
  given: unknown,
  before: string | undefined,
): Rewritten {
  if (given === null || given === undefined) return { ok: true, value: "" };
  if (
    typeof given !== "string" &&
    typeof given !== "number" &&
    typeof given !== "boolean"
  ) {
    return {
      ok: false,
      code: "INVALID_STRING",
      message: `${JSON.stringify(given)} was not a valid value.`,
    };
  }
  const text = String(given).trim();
  if (text === "") return { ok: true, value: "" };
  if (text.length > longest) {
    return {
      ok: false,
      code: "STRING_TOO_LONG",
      message: `The value is longer than ${String(longest)} characters.`,
    };
  }
  const more = state.options.rewrites === "more";
  switch (property.type) {
    case "number":
      return rewriteNumber(text, more);
    case "date":
      return rewriteDate(text);
    case "datetime":
      return rewriteDateTime(text);
    case "bool":
      return rewriteOption(property, text.toLowerCase());
    case "enumeration":
      return rewriteEnumeration(state, store, property, text, before, more);
    case "phone_number":
    case "string":
    case "json":
    case "object_coordinates":
      return rewriteText(property, text, more);
  }
}

function rewriteText(
  property: Property,
  text: string,
  more: boolean,
): Rewritten {
  if (property.name === "email") {
    const email = text.toLowerCase();
    return /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(email)
      ? { ok: true, value: email }
      : {
          ok: false,
          code: "INVALID_EMAIL",
          message: `Email address ${text} is invalid`,
        };
  }
  if (!more) return { ok: true, value: text };
  if (property.fieldType === "phonenumber")
    return { ok: true, value: rewritePhone(text) };
  if (property.name === "domain") {
    return {
      ok: true,
      value: text
        .toLowerCase()
        .replace(/^https?:\/\//, "")
        .replace(/^www\./, "")
        .replace(/\/.*$/, ""),
    };
  }
  return { ok: true, value: text };
}

/** `+1 (415) 555-0100` becomes `+14155550100`; what does not look like a number stays as it is. */
function rewritePhone(text: string): string {
  const digits = text.replace(/\D/g, "");
  if (digits.length < 6 || /[a-z]/i.test(text)) return text;
  return text.startsWith("+") ? `+${digits}` : digits;
}

function rewriteNumber(text: string, more: boolean): Rewritten {
  const [whole, sign = "", before = "", after = "", only = "", exponent = "0"] =
    /^([-+]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([-+]?\d{1,3}))?$/i.exec(text) ??
    [];
  if (whole === undefined) {
    return {
      ok: false,
      code: "INVALID_LONG",
      message: `${text} was not a valid long.`,
    };
  }
  return {
    ok: true,
    value: more
      ? twoPlaces(sign, before, after + only, Number(exponent))
      : text,
  };
}

/** Rounded half up to two decimal places, digit by digit: numbers have more digits than a double keeps. */
function twoPlaces(
  sign: string,
  before: string,
  fraction: string,
  exponent: number,
): string {
  const shift = fraction.length - exponent;
  const digits = BigInt(before + fraction);
  const thousandths =
    shift <= 3
      ? digits * 10n ** BigInt(3 - shift)
      : digits / 10n ** BigInt(shift - 3);
  const hundredths = String((thousandths + 5n) / 10n).padStart(3, "0");
  const whole = hundredths.slice(0, -2);
  const places = hundredths.slice(-2).replace(/0+$/, "");
  const value = places === "" ? whole : `${whole}.${places}`;
  return sign === "-" && value !== "0" ? `-${value}` : value;
}

function rewriteDate(text: string): Rewritten {
  const wrong: Rewritten = {
    ok: false,
    code: "INVALID_DATE",
    message: `${text} is not a valid date.`,
  };
  if (/^-?\d+$/.test(text)) {
    const ms = Number(text);
    if (ms % 86_400_000 !== 0 || Math.abs(ms) > 8.64e15) return wrong;
    return { ok: true, value: new Date(ms).toISOString().slice(0, 10) };
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return wrong;
  const date = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ||
    date.toISOString().slice(0, 10) !== text
    ? wrong
    : { ok: true, value: text };
}

/** A time without a zone is one of UTC, wherever the sandbox runs. */
function rewriteDateTime(text: string): Rewritten {
  const wrong: Rewritten = {
    ok: false,
    code: "INVALID_DATE",
    message: `${text} is not a valid date.`,
  };
  if (!/^-?\d+$/.test(text) && !/^\d{4}-\d{2}-\d{2}(T|$)/.test(text))
    return wrong;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes("T");
  const date = new Date(
    /^-?\d+$/.test(text) ? Number(text) : hasZone ? text : `${text}Z`,
  );
  return Number.isNaN(date.getTime()) || !isRealDay(text)
    ? wrong
    : { ok: true, value: isoTime(date.getTime()) };
}

/** JavaScript's Date takes February 30 for March 2. */
function isRealDay(text: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}(?=T|$)/.exec(text)?.[0];
  return (
    day === undefined ||
    new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
  );
}

function rewriteOption(property: Property, text: string): Rewritten {
  if (property.options.some((option) => option.value === text))
    return { ok: true, value: text };
  const allowed = property.options
    .map((option) => `label: ${option.label}\nvalue: ${option.value}`)
    .join(", ");
  return {
    ok: false,
    code: "INVALID_OPTION",
    message: `${text} was not one of the allowed options: [${allowed}]`,
  };
}

function rewriteEnumeration(
  state: CrmState,
  store: ObjectStore,
  property: Property,
  text: string,
  before: string | undefined,
  more: boolean,
): Rewritten {
  if (
    property.referencedObjectType === "OWNER" &&
    property.fieldType !== "checkbox"
  ) {
    return state.owners.find(text) === undefined
      ? {
          ok: false,
          code: "INVALID_OWNER_ID",
          message: `Owner with ID ${text} does not exist`,
        }
      : { ok: true, value: text };
  }
  const { pipeline } = store.type;
  if (property.name === pipeline?.pipeline) {
    return state.pipelines.find(store.type.name, text) === undefined
      ? {
          ok: false,
          code: "INVALID_OPTION",
          message: `Pipeline ID "${text}" is not valid`,
        }
      : { ok: true, value: text };
  }
  if (property.name === pipeline?.stage) {
    return state.pipelines.stage(store.type.name, text) === undefined
      ? {
          ok: false,
          code: "INVALID_OPTION",
          message: `${text} was not one of the allowed options: []`,
        }
      : { ok: true, value: text };
  }
  if (property.fieldType === "checkbox")
    return rewriteMultiple(property, text, before, more);
  const { currencies } = state.options;
  if (
    property.name === "deal_currency_code" &&
    currencies?.includes(text) === false
  )
    return rewriteOption(property, text);
  if (property.externalOptions || property.options.length === 0)
    return { ok: true, value: text };
  return rewriteOption(property, text);
}

function rewriteMultiple(
  property: Property,
  text: string,
  before: string | undefined,
  more: boolean,
): Rewritten {
  const start =
    text.startsWith(";") && before !== undefined ? before.split(";") : [];
  const chosen = new Set(
    [...start, ...text.split(";")]
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  );
  const open = property.externalOptions || property.options.length === 0;
  if (!open) {
    for (const part of chosen) {
      const checked = rewriteOption(property, part);
      if (!checked.ok) return checked;
    }
  }
  if (!more || open) return { ok: true, value: [...chosen].join(";") };
  const inOrder = property.options
    .filter((option) => chosen.has(option.value))
    .map((option) => option.value);
  return { ok: true, value: inOrder.join(";") };
}

import { keepDigits, mayBeInexact } from "./database/json.ts";
import { plainDecimal } from "./decimal.ts";

/**
 * JSON from outside: what is accepted here can be checked, stored as jsonb, and written as JSON again. Pure.
 */

/** Lists and objects within one another. Ours are 6 deep at most; V8's and Postgres's own recursion end at some thousands. */
export const MAX_JSON_DEPTH = 64;
/** Values of one body: 1,000 records of 200 fields. A value that a schema refuses costs a few hundred bytes. */
export const MAX_JSON_VALUES = 200_000;

export type JsonRefusal = {
  readonly code:
    | "malformed_json"
    | "json_too_deep"
    | "json_too_many_values"
    | "number_out_of_range"
    | "name_not_allowed";
  readonly reason: string;
};

export type ReadJson =
  | { readonly ok: true; readonly value: unknown }
  | ({ readonly ok: false } & JsonRefusal);

/**
 * Parses JSON from outside. Returns a refusal for text that is not JSON, that is nested more than 64 deep, that has more
 * than 200,000 values, that has a number of more than 1,000 digits (1e999999 is infinite as a double, and an error in
 * Postgres), or that has the name __proto__ (which schemas pass by in silence). A number whose digits a double would not keep becomes its plain decimal text, as in parseExactly.
 */
export function readJson(text: string): ReadJson {
  const size = sizeRefusal(text);
  if (size !== null) return { ok: false, ...size };
  const reviver = new CheckingReviver();
  try {
    const value: unknown =
      mayBeInexact.test(text) || mayNeedCheck.test(text)
        ? JSON.parse(text, reviver.revive)
        : JSON.parse(text);
    return reviver.refusal === null
      ? { ok: true, value }
      : { ok: false, ...reviver.refusal };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {
      ok: false,
      code: "malformed_json",
      reason: "The body is not JSON.",
    };
  }
}

/** An exponent of three digits or more, or the name __proto__, its underscores as escapes perhaps. */
const mayNeedCheck = /\d[eE][+-]?\d{3}|__proto__|\\u005f/i;

/** Notes what JSON.parse's own result no longer shows; costs five times the parsing without. */
class CheckingReviver {
  refusal: JsonRefusal | null = null;

  readonly revive = (
    name: string,
    value: unknown,
    context?: { readonly source?: string },
  ): unknown => {
    if (
      typeof value === "number" &&
      context?.source !== undefined &&
      plainDecimal(context.source) === null
    )
      this.refusal = {
        code: "number_out_of_range",
        reason: "A number in the body has more than 1,000 digits.",
      };
    if (name === "__proto__")
      this.refusal = {
        code: "name_not_allowed",
        reason: "The body has the name __proto__, which can't be used.",
      };
    return keepDigits(name, value, context);
  };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Reads the structure alone, before anything is built of it: 8 MB of brackets become 500 MB of lists. */
function sizeRefusal(text: string): JsonRefusal | null {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        depth++;
        values++;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
        values++;
        break;
      default:
        break;
    }
    if (depth > MAX_JSON_DEPTH)
      return {
        code: "json_too_deep",
        reason: `The body has lists or objects nested more than ${MAX_JSON_DEPTH} deep.`,
      };
    if (values > MAX_JSON_VALUES)
      return {
        code: "json_too_many_values",
        reason: `The body has more than ${MAX_JSON_VALUES} values.`,
      };
  }
  return null;
}

/** Returns where the string that begins at `start` ends: its closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = start; ;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
  }
}

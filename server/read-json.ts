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
 * Postgres), or that has the name __proto__ (which schemas pass by in silence). A number whose digits a double would not
 * keep becomes its plain decimal text, as in parseExactly.
 */
export function readJson(text: string): ReadJson {
  const refusal = structureRefusal(text);
  if (refusal !== null) return { ok: false, ...refusal };
  const names = new NameCheck();
  try {
    const value: unknown =
      mayBeInexact.test(text) || mayNeedCheck.test(text)
        ? JSON.parse(text, names.revive)
        : JSON.parse(text);
    return names.refusal === null
      ? { ok: true, value }
      : { ok: false, ...names.refusal };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {
      ok: false,
      code: "malformed_json",
      reason: "The body isn't JSON.",
    };
  }
}

/** An exponent of three digits or more, or the name __proto__, its underscores as escapes perhaps. */
const mayNeedCheck = /\d[eE][+-]?\d{3}|__proto__|\\u005f/i;

/** Keeps the digits of numbers, and notes a name that JSON.parse's own result no longer shows. */
class NameCheck {
  refusal: JsonRefusal | null = null;

  readonly revive = (
    name: string,
    value: unknown,
    context?: { readonly source?: string },
  ): unknown => {
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
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Reads the text itself, before anything is built of it: 8 MB of brackets become 500 MB of lists, and of a name that
 * comes twice, JSON.parse keeps one value, while Postgres reads both.
 */
function structureRefusal(text: string): JsonRefusal | null {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === COMMA) values++;
    else if (character === OPEN_LIST || character === OPEN_OBJECT) {
      depth++;
      values++;
    } else if (character === CLOSE_LIST || character === CLOSE_OBJECT) depth--;
    else if (character >= DIGIT_0 && character <= DIGIT_9) {
      const end = endOfNumber(text, at);
      if (end - at > SHORT && plainDecimal(text.slice(at, end)) === null)
        return {
          code: "number_out_of_range",
          reason: "A number in the body has more than 1,000 digits.",
        };
      at = end - 1;
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

/** Characters of the shortest number that may have more than 1,000 digits: 1e1000. */
const SHORT = 5;
const numberEnd = /[^0-9.eE+-]/g;

/** Returns where the number that begins at `start`, its sign left out, ends. */
function endOfNumber(text: string, start: number): number {
  numberEnd.lastIndex = start;
  return numberEnd.exec(text)?.index ?? text.length;
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

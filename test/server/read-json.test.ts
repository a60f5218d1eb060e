import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  MAX_JSON_DEPTH,
  MAX_JSON_VALUES,
  readJson,
} from "../../server/read-json.ts";

test("whatever JSON.stringify writes within the limits is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 8 }),
      fc.constantFrom(undefined, 2),
      (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!/[0-9.]{16}|[eE][+-]?[0-9]{3}|"__proto__"/.test(text));
        expect(readJson(text)).toEqual({
          ok: true,
          value: JSON.parse(text) as unknown,
        });
      },
    ),
  );
});

describe("depth and number of values", () => {
  const nested = (depth: number, within = ""): string =>
    "[".repeat(depth) + within + "]".repeat(depth);
  const listOf = (values: number): string =>
    `[${Array.from({ length: values - 1 }, () => "0").join(",")}]`;

  test.each([
    ["the deepest", nested(MAX_JSON_DEPTH), true],
    ["one deeper", nested(MAX_JSON_DEPTH + 1), false],
    ["objects, one deeper", '{"a":'.repeat(65) + "1" + "}".repeat(65), false],
    ["100,000 deep", nested(100_000), false],
    ["brackets without an end", "[".repeat(4_000_000), false],
    ["brackets within a string", JSON.stringify(nested(1_000)), true],
    [
      "brackets within a string of escapes",
      JSON.stringify(`\\"${nested(1_000)}\\`),
      true,
    ],
    [
      "brackets after a string that ends with a backslash",
      `["\\\\",${nested(64)}]`,
      false,
    ],
    [
      "neighbors",
      `[${Array.from({ length: 99 }, () => "[]").join(",")}]`,
      true,
    ],
    ["as many values as may be", listOf(MAX_JSON_VALUES), true],
    ["one more", listOf(MAX_JSON_VALUES + 2), false],
  ])("%s", (_name, text, ok) => {
    expect(readJson(text).ok).toBe(ok);
  });
});

test.each(["__proto__", "\\u005f_proto\\u005F_"])(
  "the name %s is refused",
  (name) => {
    expect(readJson(`[{"a":{"${name}":1}}]`)).toMatchObject({
      ok: false,
      code: "name_not_allowed",
    });
    expect(readJson(`{"a":"${name}"}`).ok).toBe(true);
  },
);

describe("numbers", () => {
  test.each([
    ["1e999999", "number_out_of_range"],
    ["-1E+999999", "number_out_of_range"],
    ["1e-999999", "number_out_of_range"],
    ["1e99999999999", "number_out_of_range"],
    ["1".repeat(1_001), "number_out_of_range"],
    ["1e308x", "malformed_json"],
    ["1e-", "malformed_json"],
    ["NaN", "malformed_json"],
    ["", "malformed_json"],
    ['"\u0001"', "malformed_json"],
  ])("%s is refused", (number, code) => {
    expect(readJson(number)).toMatchObject({ ok: false, code });
    expect(readJson(`{"a":[1,${number}]}`)).toMatchObject({ ok: false, code });
  });

  test("of a name that comes twice, both values are checked", () => {
    for (const text of ['{"a":1e999999,"a":2}', '{"a":{"b":1e999999},"a":2}'])
      expect(readJson(text)).toMatchObject({ code: "number_out_of_range" });
  });

  test.each([
    ["1e308", 1e308],
    ["0e999999", 0],
    ["1e309", `1${"0".repeat(309)}`],
    ["1e-400", `0.${"0".repeat(399)}1`],
    ["12345678901234567890", "12345678901234567890"],
    ["-0.10", -0.1],
    ['"1e999999"', "1e999999"],
  ])("%s keeps its digits", (text, value) => {
    expect(readJson(`[${text}]`)).toEqual({ ok: true, value: [value] });
  });
});

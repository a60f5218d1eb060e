import { sql } from "kysely";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExactly, toJson } from "../../../server/database/json.ts";
import { plainDecimal } from "../../../server/decimal.ts";
import { parseJson } from "../../../server/hubspot/json.ts";
import { storableText } from "../../../server/storable-text.ts";
import { useDatabase } from "../../database.ts";

const at = useDatabase();

/** Text with what Postgres cannot keep, and with what only looks like it. */
const oddText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\u0000",
        "\ud83d",
        "\ude00",
        "\ud83d\ude00",
        "\\u0000",
        "\\ud83d",
        "\\",
        '"',
        "u0000",
        "\u0001",
        "\ufffd",
        "é",
      ),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

/**
 * JSON with odd text in values, and in the names that pass. JSON.parse of Node 24.21 takes a name that JSON escapes for
 * another one now and then, once in a million such documents: `[{"\\":1,"a\"":1}]` may become `[{"\\":1,"a\\":1}]`. No name
 * of HubSpot's or of a field has such a character.
 */
const oddJson = (passes: (name: string) => boolean) =>
  fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      oddText,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(oddText.filter(passes), tie("any"), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
    ),
  })).any;

const needsNoEscape = (name: string): boolean =>
  !JSON.stringify(name).includes("\\");

/** The same with storable text everywhere. */
function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      storableText(name),
      storable(part),
    ]),
  );
}

describe("7-A9 JSON for Postgres", () => {
  test("any value is stored, as its storable text; and stored again it is the same", async () => {
    const drawn = [
      // Halves that only a NUL parts.
      "\ud83d\u0000\ude00",
      ...fc.sample(
        oddJson((name) => needsNoEscape(storableText(name))),
        500,
      ),
    ];
    const { rows } = await sql<{ value: unknown; again: boolean }>`
      select t.value, t.value = a.value as again
      from rows from (
        unnest(${drawn.map(toJson)}::text[]),
        unnest(${drawn.map((value) => toJson(storable(value)))}::text[])
      ) as p(one, other), lateral (select p.one::jsonb as value) t, lateral (select p.other::jsonb as value) a`.execute(
      at.database.owner,
    );
    expect(rows).toHaveLength(drawn.length);
    for (const [index, { value, again }] of rows.entries()) {
      expect(again).toBe(true);
      expect(value).toEqual(storable(drawn[index]));
    }
  });

  test("what HubSpot sends is, once parsed, what is stored", () => {
    fc.assert(
      fc.property(oddJson(needsNoEscape), (value) => {
        const parsed = parseJson(JSON.stringify(value));
        expect(parsed).toEqual(storable(value));
        expect(JSON.stringify(parsed)).toBe(toJson(parsed));
      }),
    );
  });

  test("so are names", () => {
    expect(parseJson('{"a\\u0000b":1,"\\ud83d":2}')).toEqual({
      ab: 1,
      "\ufffd": 2,
    });
  });

  test("an answer that is no JSON is still none", () => {
    expect(parseJson("<html>\\u0000</html>")).toBeUndefined();
  });
});

describe("7-A11 numbers in JSON", () => {
  const number = fc
    .tuple(
      fc.boolean(),
      fc.bigInt({ min: 0n, max: 10n ** 25n }),
      fc.integer({ min: 0, max: 12 }),
    )
    .map(([negative, digits, places]) => {
      const text = String(digits).padStart(places + 1, "0");
      const cut = text.length - places;
      return `${negative ? "-" : ""}${text.slice(0, cut)}${places > 0 ? `.${text.slice(cut)}` : ""}`;
    });

  test("come out of Postgres with the digits that they went in with", async () => {
    const drawn = fc.sample(number, 500);
    const { rows } = await sql<{ value: { a: unknown; b: unknown[] } }>`
      select jsonb_build_object('a', n, 'b', jsonb_build_array(n, 'x', true)) as value
      from unnest(${drawn}::numeric[]) as n`.execute(at.database.owner);
    for (const [index, { value }] of rows.entries()) {
      const plain = plainDecimal(drawn[index] ?? "");
      expect(plainDecimal(String(value.a))).toBe(plain);
      expect(value.b).toEqual([value.a, "x", true]);
    }
  });

  test.each([
    ['{"a":4300000000000000001}', { a: "4300000000000000001" }],
    ['{"a":[9007199254740993,1.5]}', { a: ["9007199254740993", 1.5] }],
    ['{"a":9007199254740992}', { a: 9_007_199_254_740_992 }],
    ['{"a":0.30000000000000004}', { a: 0.1 + 0.2 }],
    ['{"a":0.4000000000000000222}', { a: "0.4000000000000000222" }],
    ['{"a":"4300000000000000001"}', { a: "4300000000000000001" }],
    ['{"a":1000000000000000000000}', { a: 1e21 }],
    [`{"a":1${"0".repeat(400)}}`, { a: `1${"0".repeat(400)}` }],
    ['{"a":1.5,"b":null,"c":true}', { a: 1.5, b: null, c: true }],
    [
      '{"__proto__":1234567890123456789}',
      JSON.parse('{"__proto__":"1234567890123456789"}'),
    ],
  ])("%s is %j", (text, value) => {
    expect(parseExactly(text)).toEqual(value);
  });
});

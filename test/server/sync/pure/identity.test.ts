import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { objectTypes } from "../../../../server/settings/object-type.ts";
import type { ObjectType } from "../../../../server/settings/object-type.ts";
import {
  canonicalDomain,
  canonicalEmail,
  identityKeyOf,
  identityOf,
} from "../../../../server/sync/values/identity.ts";
import { useDatabase } from "../../../database.ts";
import { fc } from "./properties.ts";

const db = useDatabase({ poolSize: 1 });

/** What the database makes of many values, in one statement. */
async function identitiesInDatabase(
  type: ObjectType,
  values: readonly string[],
): Promise<(string | null)[]> {
  const documents = values.map((value) => ({
    [identityKeyOf(type)?.field ?? ""]: value,
  }));
  const { rows } = await sql<{ identity: string | null }>`
    select identity_key(${type}, document) as identity
    from jsonb_array_elements(${JSON.stringify(documents)}::jsonb) with ordinality as d(document, position)
    order by position`.execute(db.database.owner);
  return rows.map((row) => row.identity);
}

/** What Unicode calls white space, what draws as nothing, and what lower-casing or folding treats in its own way. */
const odd = Array.from(
  [
    "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2003\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
    "\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u206f\ufeff\uffa0",
    "\u0001\u001f\u007f\u009f\u0300\u0308\u0345",
    "İIıßẞΣσςÄÖÜÉЯԱǅϴKÅΩᾈﬃＷ．。｡｀",
    "\u{1f468}\u200d\u{1f469}",
    "\u{10400}",
    "\u{e0001}",
  ].join(""),
);

const spelled = fc.array(
  fc.oneof(
    fc.constantFrom(
      "www.",
      "WWW.",
      "http://",
      "HTTPS://",
      "a+b-c.d://",
      "//",
      "user:secret@",
      "/path",
      "?q",
      "#h",
      ":8080",
      "Example",
      ".com",
      "xn--mnchen-3ya.de",
      "MÜNCHEN.de",
      "@",
      ".",
      "\r\n",
    ),
    fc.constantFrom(...odd),
  ),
  { maxLength: 8 },
);
// Postgres text holds neither a zero byte nor half a surrogate pair.
const anyIdentity = fc.oneof(
  spelled.map((parts) => parts.join("")),
  fc
    .string({ unit: "binary", maxLength: 20 })
    .filter((text) => !text.includes("\u0000") && text.isWellFormed()),
  fc.emailAddress(),
  fc.webUrl(),
);

describe("the key that identifies a record", () => {
  test.each<[ObjectType, string, string | null]>([
    ["contact", " Ann@Example.COM ", "ann@example.com"],
    ["contact", "ann@example.com\n", "ann@example.com"],
    ["contact", "\t ann@example.com\r\n", "ann@example.com"],
    ["contact", "\ufeffann@example.com\u00a0\u0085\u3000", "ann@example.com"],
    ["contact", "an\u200bn@exam\u00adple.com", "ann@example.com"],
    ["contact", "an\u200cn@example.com", "an\u200cn@example.com"],
    ["contact", "ann @example.com", "ann @example.com"],
    ["contact", "İ@Σας.example", "i@σας.example"],
    ["contact", "  ", null],
    ["contact", "\u2028\u200b\u200d", null],
    [
      "contact",
      `${"a".repeat(308)}@example.com`,
      `${"a".repeat(308)}@example.com`,
    ],
    ["contact", `${"a".repeat(309)}@example.com`, null],
    ["company", "https://www.Example.com/about?x#y", "example.com"],
    ["company", "example.com:8080", "example.com"],
    ["company", "WWW.EXAMPLE.COM", "example.com"],
    ["company", "ws.example\n", "ws.example"],
    ["company", "\tws.example\r\n", "ws.example"],
    ["company", "\u00a0ws.example\u2003/about", "ws.example"],
    ["company", "ws.example.", "ws.example"],
    ["company", "ws.example. .", "ws.example"],
    ["company", "//ws.example/", "ws.example"],
    ["company", "https://user:secret@ws.example:8080/", "ws.example"],
    ["company", "info@ws.example", "ws.example"],
    ["company", "www.www.ws.example", "ws.example"],
    ["company", "www.com", "www.com"],
    ["company", "www.com.", "www.com"],
    ["company", "MÜNCHEN.de", "münchen.de"],
    ["company", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de"],
    ["company", "https://", null],
    ["company", "www.", null],
    ["company", "n/a", null],
    ["company", "none", null],
    ["company", "..", null],
    ["company", "Acme Inc. Berlin", null],
    ["company", `${"a".repeat(245)}.example`, `${"a".repeat(245)}.example`],
    ["company", `${"a".repeat(246)}.example`, null],
  ])("of a %s with %j is %j", async (type, value, expected) => {
    expect(identityOf(type, value)).toBe(expected);
    expect(await identitiesInDatabase(type, [value])).toEqual([expected]);
  });

  test("7-A5 equal spellings are equal as values too, and never become empty", () => {
    expect(canonicalEmail(" Ann@Example.com\n")).toBe("ann@example.com");
    expect(canonicalDomain("https://www.X.example/\n")).toBe("x.example");
    expect(canonicalDomain(" N/A ")).toBe("n/a");
    expect(canonicalDomain("\u200b\n")).toBe("");
  });

  test.each([null, undefined, 5, true, ["a@b.c"]])(
    "nothing but text identifies: not %j",
    (value) => {
      expect(identityOf("contact", value)).toBeNull();
    },
  );

  test.each(objectTypes)(
    "7-A5 of a %s is the same here and in the database, whatever was typed",
    async (type) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyIdentity, { minLength: 400, maxLength: 500 }),
          async (values) => {
            expect(await identitiesInDatabase(type, values)).toEqual(
              values.map((value) => identityOf(type, value)),
            );
          },
        ),
        { numRuns: 20, endOnFailure: true },
      );
    },
  );

  // Ideographs and Hangul syllables, which are all alike, are left to the random strings above.
  test.each([
    [0x1, 0x1400],
    [0x1400, 0x3400],
    [0xa640, 0xac00],
    [0xf900, 0x11000],
    [0x1e000, 0x1fb00],
    [0xe0000, 0xe0200],
  ])(
    "7-A5 each character from %i to %i counts for the same here and in the database, at an end and inside",
    async (from, to) => {
      const characters = Array.from({ length: to - from }, (_, at) =>
        String.fromCodePoint(from + at),
      );
      for (const type of objectTypes) {
        const values = characters.map((each) => `${each}a.${each}b${each}`);
        const there = await identitiesInDatabase(type, values);
        expect(
          values.filter((value, at) => identityOf(type, value) !== there[at]),
        ).toEqual([]);
      }
    },
  );

  test.each(objectTypes)(
    "7-A5 of a %s is its own canonical form, and nothing throws",
    (type) => {
      const anyText = fc.oneof(
        anyIdentity,
        fc.string({ unit: "binary" }),
        // half a surrogate pair, as JavaScript may hold it
        fc
          .array(fc.constantFrom("\ud83d", "\u0000", "a", ".", "\n"))
          .map((parts) => parts.join("")),
      );
      fc.assert(
        fc.property(anyText, (value) => {
          const identity = identityOf(type, value);
          if (identity !== null)
            expect(identityOf(type, identity)).toBe(identity);
        }),
        { numRuns: 3_000 },
      );
    },
  );

  test("7-A5 what is no text identifies nothing in the database either", async () => {
    const { rows } = await sql<{ identity: string | null }>`
      select identity_key('contact', d) as identity
      from unnest(array['{"email": 5}', '{"email": ["a@b.c"]}', '{"email": null}', '{}']::jsonb[]) as d`.execute(
      db.database.owner,
    );
    expect(rows.map((row) => row.identity)).toEqual([null, null, null, null]);
  });

  test("7-A5 a very long text takes no time and is no identity", async () => {
    for (const text of [
      "\n".repeat(300_000),
      "www.".repeat(75_000),
      ".".repeat(300_000),
      "a.".repeat(150_000),
      "@:/".repeat(100_000),
    ])
      for (const type of objectTypes)
        expect(await identitiesInDatabase(type, [`x${text}x`])).toEqual([
          identityOf(type, `x${text}x`),
        ]);
  });
});

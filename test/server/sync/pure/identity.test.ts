import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { objectTypes } from "../../../../server/settings/object-type.ts";
import type { ObjectType } from "../../../../server/settings/object-type.ts";
import { identityKeys, identityOf } from "../../../../server/sync/identity.ts";
import { UNIQUE_PROPERTY } from "../../../../server/sync/prepare-portal.ts";
import { creationKeyProperty } from "../../../../server/sync/identity.ts";
import { useDatabase } from "../../../database.ts";
import { fc } from "./properties.ts";

const db = useDatabase({ poolSize: 1 });

/** What the database makes of many values, in one statement. */
async function identitiesInDatabase(
  type: ObjectType,
  values: readonly string[],
): Promise<(string | null)[]> {
  const documents = values.map((value) => ({
    [identityKeys[type].field]: value,
  }));
  const { rows } = await sql<{ identity: string | null }>`
    select identity_key(${type}, document) as identity
    from jsonb_array_elements(${JSON.stringify(documents)}::jsonb) with ordinality as d(document, position)
    order by position`.execute(db.database.owner);
  return rows.map((row) => row.identity);
}

const spelled = fc.array(
  fc.constantFrom(
    "www.",
    "WWW.",
    "http://",
    "HTTPS://",
    "a+b-c.d://",
    "//",
    "/path",
    "?q",
    "#h",
    ":8080",
    " ",
    "\t",
    "\n",
    "Example",
    ".com",
    "@",
    "ÄÖÜ",
    "İ",
    "ΣΑΣ",
    "ẞ",
    "ß",
    ".",
  ),
  { maxLength: 8 },
);
// Postgres text holds neither a zero byte nor half a surrogate pair.
const anyIdentity = fc.oneof(
  spelled.map((parts) => parts.join("")),
  fc
    .string({ unit: "grapheme", maxLength: 20 })
    .filter((text) => !text.includes("\u0000") && text.isWellFormed()),
  fc.emailAddress(),
  fc.webUrl(),
);

describe("the key that identifies a record", () => {
  test.each<[ObjectType, string, string | null]>([
    ["contact", " Ann@Example.COM ", "ann@example.com"],
    ["contact", "  ", null],
    ["company", "https://www.Example.com/about?x#y", "example.com"],
    ["company", "example.com:8080", "example.com"],
    ["company", "WWW.EXAMPLE.COM", "example.com"],
    ["company", "https://", null],
    ["company", "www.", null],
  ])("of a %s with %j is %j", (type, value, expected) => {
    expect(identityOf(type, value)).toBe(expected);
  });

  test.each([null, undefined, 5, true, ["a@b.c"]])(
    "nothing but text identifies: not %j",
    (value) => {
      expect(identityOf("contact", value)).toBeNull();
    },
  );

  test.each(objectTypes)(
    "of a %s is the same here and in the database, whatever was typed",
    async (type) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyIdentity, { minLength: 50, maxLength: 100 }),
          async (values) => {
            expect(await identitiesInDatabase(type, values)).toEqual(
              values.map((value) => identityOf(type, value)),
            );
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  test("a creation's key is read from the property that holds it", () => {
    expect(creationKeyProperty).toBe(UNIQUE_PROPERTY);
  });
});

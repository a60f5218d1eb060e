import fc from "fast-check";
import type {
  Conversion,
  FieldMapping,
} from "../../../../server/settings/mapping.ts";

/** What fast-check draws from: few values, so that equal ones, rewritten ones and blanks meet often. */
export { fc };

export const manyToOne: Conversion = {
  kind: "options",
  pairs: [
    { workspace: "a", hubspot: "x" },
    { workspace: "A", hubspot: "x" },
    { workspace: "b", hubspot: "y" },
    { workspace: "b", hubspot: "x y" },
  ],
};

/** Any pairs, many to one both ways, the same value twice or more often. */
const anyPairs: fc.Arbitrary<Conversion> = fc
  .array(
    fc.record({
      workspace: fc.constantFrom("a", "A", "b", "x"),
      hubspot: fc.constantFrom("x", "y", "x y", "b"),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((pairs) => ({ kind: "options", pairs }));

export const anyConversion: fc.Arbitrary<Conversion> = fc.oneof(
  anyPairs,
  fc.constantFrom<Conversion>(
    { kind: "text" },
    { kind: "email" },
    { kind: "number" },
    { kind: "date" },
    { kind: "datetime" },
    { kind: "boolean" },
    { kind: "set" },
    { kind: "owner" },
    manyToOne,
  ),
);

const telling = fc.constantFrom(
  "",
  " ",
  "a",
  "A",
  " a ",
  "b",
  "x",
  "y",
  "x y",
  "a;b",
  "b;a;",
  ";",
  "5",
  "5.0",
  "5.4",
  "true",
  "Yes",
  "no",
  "7",
  "8",
  "ann@example.com",
  "Ann@Example.com",
  "bob@example.com",
  "2026-01-31",
  "2026-01-31T10:00:00+01:00",
  "1769853600000",
  "2026-01-31 09:00:00+00",
  "+1 (415) 555-0100",
  "+14155550100",
  "9007199254740993",
  "9007199254740993.0",
  "constructor",
  "__proto__",
);

export const anyText: fc.Arbitrary<string | null> = fc.oneof(
  { weight: 8, arbitrary: telling },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme" }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

export const anyWorkspaceValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: anyText },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      5,
      0,
      true,
      false,
      [],
      [""],
      ["a"],
      ["b", "a"],
      ["a", " a"],
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
);

/** One mapping of every kind, with any direction, policy, write mode and clearing. */
export const anyMappings: fc.Arbitrary<FieldMapping[]> = fc
  .array(
    fc.record({
      direction: fc.constantFrom("both", "pull", "push"),
      policy: fc.constantFrom(
        undefined,
        "initiator",
        "hubspot",
        "workspace",
        "newest",
        "hold",
      ),
      write: fc.constantFrom(undefined, "overwrite", "fill"),
      clear: fc.boolean(),
      conversion: anyConversion,
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((drawn) =>
    drawn.map(({ policy, write, ...rest }, index): FieldMapping => ({
      ...rest,
      field: `field_${index}`,
      property: `property_${index}`,
      ...(policy === undefined ? {} : { policy }),
      ...(write === undefined ? {} : { write }),
    })),
  );

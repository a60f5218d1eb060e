import { describe, expect, test } from "vitest";
import type { Mapping } from "../../hubspot-project/src/app/settings/document.ts";
import {
  conversionOf,
  fitted,
  formFaults,
  newMapping,
  valuesOf,
  withSuggested,
  withValues,
  withWrite,
} from "../../hubspot-project/src/app/settings/mappings.ts";
describe("a way to map that fits", () => {
  const both = { direction: "both", note: null } as const;
  const mapping = { ...newMapping(), field: "level", property: "tier" };

  test("the usual one is taken, unless what was chosen fits, too", () => {
    const options = {
      kind: "options",
      pairs: [{ workspace: "Gold", hubspot: "t1" }],
    };
    const fittings = [
      { conversion: { kind: "number" }, ...both },
      { conversion: options, ...both },
    ];
    expect(fitted(mapping, fittings).conversion).toEqual({ kind: "number" });
    const chosen = {
      kind: "options",
      pairs: [{ workspace: "a", hubspot: "b" }],
    };
    expect(
      fitted({ ...mapping, conversion: chosen }, fittings).conversion,
    ).toEqual(chosen);
    expect(conversionOf("options", { kind: "number" }, fittings)).toEqual(
      options,
    );
    expect(conversionOf("options", chosen, fittings)).toEqual(chosen);
  });

  test("what can't be pushed is pulled only; what doesn't fit at all stays as it was chosen", () => {
    expect(
      fitted(mapping, [
        { conversion: { kind: "date" }, direction: "pull", note: "no time" },
      ]),
    ).toMatchObject({ direction: "pull", conversion: { kind: "date" } });
    expect(fitted(mapping, [])).toEqual(mapping);
  });
});

describe("options, paired one by one", () => {
  const pairs = {
    kind: "options",
    pairs: [
      { workspace: "new", hubspot: "lead" },
      { workspace: "old", hubspot: "customer" },
      { workspace: "warm", hubspot: "lead" },
    ],
  };

  test("an option has all its values", () => {
    expect(valuesOf(pairs, "lead")).toEqual(["new", "warm"]);
    expect(valuesOf(pairs, "other")).toEqual([]);
  });

  test("other pairs keep their places, because the first one that names a value is used", () => {
    expect(withValues(pairs, "lead", ["warm", "hot"]).pairs).toEqual([
      { workspace: "warm", hubspot: "lead" },
      { workspace: "hot", hubspot: "lead" },
      { workspace: "old", hubspot: "customer" },
    ]);
    expect(withValues(pairs, "customer", []).pairs).toEqual([
      { workspace: "new", hubspot: "lead" },
      { workspace: "warm", hubspot: "lead" },
    ]);
  });

  test("by name: options and values that were paired keep their partners, and an option with a semicolon is one", () => {
    expect(
      withSuggested(pairs, [
        { workspace: "Lead", hubspot: "lead" },
        { workspace: "old", hubspot: "other" },
        { workspace: "A; B", hubspot: "a;b" },
        { workspace: "AB", hubspot: "a;b" },
      ]).pairs,
    ).toEqual([
      ...pairs.pairs,
      { workspace: "A; B", hubspot: "a;b" },
      { workspace: "AB", hubspot: "a;b" },
    ]);
  });
});

test("a mapping fills in blanks only, or replaces values, which needs no word in the document", () => {
  expect(withWrite(newMapping(), true).write).toBe("fill");
  expect(withWrite(withWrite(newMapping(), true), false)).toEqual(newMapping());
});

describe("what is wrong with a form", () => {
  const others: Mapping[] = [
    { ...newMapping(), field: "phone", property: "phone" },
  ];
  test.each([
    ["nothing chosen", newMapping(), true, ["field", "property"]],
    [
      "a field that is mapped",
      { ...newMapping(), field: "phone", property: "fax" },
      true,
      ["field"],
    ],
    [
      "a property that is written",
      { ...newMapping(), field: "fax", property: "phone" },
      true,
      ["property"],
    ],
    [
      "a property that is only read twice",
      {
        ...newMapping(),
        field: "fax",
        property: "phone",
        direction: "pull" as const,
      },
      true,
      [],
    ],
    [
      "values of different types",
      { ...newMapping(), field: "fax", property: "fax" },
      false,
      ["conversion"],
    ],
    [
      "options without pairs",
      {
        ...newMapping(),
        field: "fax",
        property: "fax",
        conversion: { kind: "options", pairs: [] },
      },
      true,
      ["conversion"],
    ],
  ])("%s", (_what, mapping, fits, places) => {
    expect(Object.keys(formFaults(mapping, others, fits))).toEqual(places);
  });
});

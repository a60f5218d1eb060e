import { describe, expect, test } from "vitest";
import type { Mapping } from "../../hubspot-project/src/app/settings/document.ts";
import {
  fittingConversions,
  formFaults,
  mappedByName,
  newMapping,
  valuesOf,
  withValues,
} from "../../hubspot-project/src/app/settings/mappings.ts";
import type { Property } from "../../hubspot-project/src/app/settings/page-answer.ts";
import { fieldMappingSchema } from "../../server/settings/mapping.ts";
import { objectTypes } from "../../server/settings/types/index.ts";
import { mappingFault } from "../../server/workspace/fields.ts";
import { mappingFindings } from "../../server/sync/installation/pure/mapping-findings.ts";
import { page, properties } from "./sample-page.ts";

const [contact, company] = page().types;
if (contact === undefined || company === undefined)
  throw new Error("The sample has two types.");

const property = (some: Partial<Property>): Property => {
  const [made] = properties(some).results;
  if (made === undefined) throw new Error("One was made.");
  return made;
};

describe("the conversions that are offered", () => {
  test.each([
    ["a text", {}, "phone", ["text", "email"]],
    ["a number for a text", { type: "number" }, "phone", []],
    [
      "a number for a field of the product's own",
      { type: "number" },
      "score",
      ["number"],
    ],
    ["a date", { type: "date" }, "phone", ["date"]],
    ["one of a list", { type: "enumeration" }, "stage", ["text", "options"]],
    [
      "several of a list for a text",
      { type: "enumeration", several: true },
      "stage",
      ["text"],
    ],
    [
      "several of a list",
      { type: "enumeration", several: true },
      "tags",
      ["set", "text"],
    ],
    ["an owner", { type: "enumeration", owner: true }, "phone", ["owner"]],
    ["yes or no", { type: "bool" }, "vip", ["boolean"]],
  ] as const)("%s", (_what, some, field, kinds) => {
    expect(fittingConversions(property(some), contact, field)).toEqual(kinds);
  });

  test("a number fits a standard field for numbers, and nothing else does", () => {
    expect(
      fittingConversions(property({ type: "number" }), company, "employees"),
    ).toEqual(["number"]);
    expect(fittingConversions(property({}), company, "employees")).toEqual([]);
  });

  test("the server accepts each of them, and warns of none", () => {
    for (const type of [
      "string",
      "number",
      "date",
      "datetime",
      "bool",
      "enumeration",
    ])
      for (const several of [false, true])
        for (const field of ["phone", "stage", "my_field"])
          for (const kind of fittingConversions(
            property({ type, several }),
            contact,
            field,
          )) {
            const mapping = fieldMappingSchema.parse({
              field,
              property: "x",
              direction: "both",
              clear: false,
              conversion:
                kind === "options"
                  ? { kind, pairs: [{ workspace: "a", hubspot: "b" }] }
                  : { kind },
            });
            expect(mappingFault(objectTypes.at(-1) ?? "contact", mapping)).toBe(
              null,
            );
            const definition = {
              type,
              fieldType: several ? "checkbox" : "select",
              readOnly: false,
              options: null,
              label: "X",
            };
            expect(
              mappingFindings(mapping, {
                definition,
                field: undefined,
                owners: { idByEmail: {}, emailById: {} },
                held: [],
              }),
            ).toEqual([]);
          }
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

  test("by name: options that have values keep them, and an option with a semicolon is one", () => {
    expect(
      mappedByName(pairs, [
        { value: "lead", label: "Lead" },
        { value: "a;b", label: "A; B" },
      ]).pairs,
    ).toEqual([...pairs.pairs, { workspace: "A; B", hubspot: "a;b" }]);
  });
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

import { describe, expect, test } from "vitest";
import type { Conversion } from "../../../../server/settings/mapping.ts";
import {
  driftEntry,
  pushedProperties,
  requiredEntry,
} from "../../../../server/sync/installation/pure/drift-entry.ts";
import type { MappingFacts } from "../../../../server/sync/installation/pure/mapping-findings.ts";
import { mappingFindings } from "../../../../server/sync/installation/pure/mapping-findings.ts";
import { rulesNote } from "../../../../server/sync/installation/pure/property-rules.ts";
import { defaultSettings } from "../../../../server/settings/schema.ts";
import type { Settings } from "../../../../server/settings/schema.ts";
import type { DeclaredField } from "../../../../server/workspace/declared-field.ts";
import { mapped } from "./situation.ts";

const definition = {
  type: "enumeration",
  fieldType: "select",
  readOnly: false,
  options: ["gold", "silver"],
  label: "Tier",
};
const facts = (more: Partial<MappingFacts> = {}): MappingFacts => ({
  definition,
  field: undefined,
  owners: {
    idByEmail: { "ann@example.com": "7" },
    emailById: { "7": "ann@example.com", "8": "bob@example.com" },
  },
  held: [],
  ...more,
});
const options = (...pairs: [string, string][]): Conversion => ({
  kind: "options",
  pairs: pairs.map(([workspace, hubspot]) => ({ workspace, hubspot })),
});
const declared = (
  type: DeclaredField["type"],
  ...values: string[]
): DeclaredField => ({
  name: "tier",
  label: "Our tier",
  type,
  options: values.map((value) => ({ value, label: value })),
});
const codes = (
  mapping: Parameters<typeof mapped>[2],
  more: Partial<MappingFacts> = {},
) =>
  mappingFindings(mapped("tier", "tier", mapping), facts(more)).map(
    ({ code, values }) => [code, values?.hubspot ?? null],
  );

describe("X-11 what won't work of a mapping", () => {
  test("nothing, if everything fits", () => {
    expect(codes({}, { held: ["gold"] })).toEqual([]);
    expect(
      codes(
        { conversion: options(["g", "gold"]) },
        { held: ["silver"], field: declared("option", "g") },
      ),
    ).toEqual([]);
  });

  test.each<
    [string, Parameters<typeof mapped>[2], Partial<MappingFacts>, unknown]
  >([
    [
      "a property that is gone",
      {},
      { definition: undefined, held: ["gold"] },
      ["property_missing", null],
    ],
    [
      "a property that became read-only",
      {},
      { definition: { ...definition, readOnly: true } },
      ["property_read_only", null],
    ],
    [
      "a property of another type",
      {},
      { definition: { ...definition, type: "number", options: null } },
      ["property_type", null],
    ],
    [
      "options that pairs name",
      { conversion: options(["g", "gold"], ["b", "bronze"], ["t", "tin"]) },
      {},
      ["option_missing", ["bronze", "tin"]],
    ],
    [
      "an option that objects have",
      {},
      { held: ["gold", "bronze"] },
      ["option_removed", ["bronze"]],
    ],
    [
      "an option of several",
      { conversion: { kind: "set" } },
      { held: ["tin"] },
      ["option_removed", ["tin"]],
    ],
    [
      "owners who have left, or are gone altogether",
      { conversion: { kind: "owner" } },
      { definition: { ...definition, options: null }, held: ["7", "8", "9"] },
      ["owner_departed", ["8", "9"]],
    ],
    [
      "a field of a type that the conversion doesn't fit",
      {},
      { field: declared("number") },
      ["field_type", null],
    ],
    [
      "a field that lacks an option of HubSpot's",
      {},
      { field: declared("option", "gold") },
      ["field_options", ["silver"]],
    ],
    [
      "a field that lacks an option of a pair",
      { conversion: options(["g", "gold"], ["s", "silver"]) },
      { field: declared("option", "g") },
      ["field_options", ["silver"]],
    ],
  ])("%s", (_what, mapping, more, expected) => {
    expect(codes(mapping, more)).toEqual([expected]);
  });

  test.each<[string, Parameters<typeof mapped>[2], Partial<MappingFacts>]>([
    [
      "a read-only property",
      { direction: "pull" },
      { definition: { ...definition, readOnly: true } },
    ],
    [
      "another type",
      { direction: "pull" },
      { definition: { ...definition, type: "number", options: null } },
    ],
    ["a removed option", { direction: "pull" }, { held: ["bronze"] }],
    [
      "a departed owner",
      { direction: "pull", conversion: { kind: "owner" } },
      { definition: { ...definition, options: null }, held: ["8"] },
    ],
    [
      "a field of another type",
      { direction: "push" },
      { field: declared("number") },
    ],
    [
      "an option that the field lacks",
      { direction: "push" },
      { field: declared("option", "gold") },
    ],
    [
      "an owner, before owners were read",
      { conversion: { kind: "owner" } },
      {
        definition: { ...definition, options: null },
        owners: { idByEmail: {}, emailById: {} },
        held: ["8"],
      },
    ],
  ])("%s is none where nothing flows that way", (_what, mapping, more) => {
    expect(codes(mapping, more)).toEqual([]);
  });

  test("a pair has its own place, and the entry names all of them, the mapping, and the records", () => {
    const mapping = mapped("tier", "tier", {
      conversion: options(["g", "gold"], ["b", "bronze"], ["t", "tin"]),
    });
    const [finding] = mappingFindings(mapping, facts());
    expect(finding?.places.map(({ path }) => path)).toEqual([
      ["conversion", "pairs", 1, "hubspot"],
      ["conversion", "pairs", 2, "hubspot"],
    ]);
    expect(finding?.places[1]).toMatchObject({
      cause: "HubSpot's Tier has no option tin.",
      fix: "Add it in HubSpot, or choose another one.",
    });
    if (finding === undefined) throw new Error("Nothing was found.");
    const found = { index: 3, mapping, label: "Tier" };
    expect(driftEntry("contact", found, { finding, records: 2 })).toEqual({
      objectType: "contact",
      field: "tier",
      code: "option_missing",
      cause:
        "The mapping of tier no longer fits. HubSpot's Tier has no options bronze, tin. This concerns 2 contacts.",
      fix: "Add them in HubSpot, or choose other ones.",
      details: {
        path: "settings.contact.mappings.3.conversion.pairs.1.hubspot",
        property: "tier",
        label: "Tier",
        records: 2,
        values: ["bronze", "tin"],
      },
    });
  });

  test("values that break a rule of the property are counted, and only rules that can be checked before are named", () => {
    const checked = {
      rules: [
        { type: "MAX_LENGTH", arguments: ["5"] },
        { type: "ALPHANUMERIC", arguments: ["NUMERIC_ONLY"] },
        { type: "REGEX", arguments: ["^x"] },
      ],
      records: 4,
    };
    const mapping = mapped("fax_no", "fax");
    const fax = { definition: { ...definition, options: null, label: "Fax" } };
    const [finding] = mappingFindings(mapping, facts({ ...fax, checked }));
    expect(finding).toMatchObject({
      code: "property_rule",
      cause:
        "HubSpot's Fax must have at most 5 characters, and have digits only, and some values don't.",
      fix: "Correct these values, or change the rule in HubSpot.",
      records: 4,
      values: null,
    });
    expect(
      mappingFindings(
        mapping,
        facts({ ...fax, checked: { ...checked, records: 0 } }),
      ),
    ).toEqual([]);
    expect(rulesNote("Fax", checked.rules)).toBe(
      "HubSpot's Fax must have at most 5 characters, and have digits only. HubSpot checks Fax by a rule that Counterpart can't check itself.",
    );
    expect(rulesNote("Fax", [])).toBeNull();
  });

  test("properties that HubSpot requires, unless a push gives them a value", () => {
    const required = [
      { name: "region", label: "Region", records: 2, listedOnly: false },
      { name: "tier", label: "Tier", records: 3, listedOnly: false },
    ];
    const filledBy = (
      direction: "both" | "pull",
      source: Settings["contact"]["source"] = null,
    ) => {
      const mappings = [mapped("tier", "tier", { direction })];
      const contact = { ...defaultSettings.contact, mappings, source };
      return pushedProperties({ ...defaultSettings, contact }, "contact");
    };
    const filled = filledBy("both");
    expect(requiredEntry("contact", filled, [], 9)).toBeNull();
    expect(requiredEntry("contact", filled, required.slice(1), 9)).toBeNull();
    expect(
      requiredEntry(
        "contact",
        filledBy("both", { property: "region", value: "EU" }),
        required,
        9,
      ),
    ).toBeNull();
    // One that only the schema lists concerns what isn't in HubSpot yet.
    expect(
      requiredEntry(
        "contact",
        filled,
        required.map((each) => ({ ...each, records: 0, listedOnly: true })),
        9,
      )?.details.records,
    ).toBe(9);
    expect(requiredEntry("contact", filled, required, 9)).toMatchObject({
      field: "",
      cause:
        "HubSpot requires a value for Region, and no mapping pushes one. This concerns 2 contacts.",
      fix: "Map a field to this property, or make it optional in HubSpot.",
    });
    expect(
      requiredEntry("contact", filledBy("pull"), required, 9),
    ).toMatchObject({
      cause:
        "HubSpot requires a value for Region, Tier, and no mapping pushes one. This concerns 3 contacts.",
      fix: "Map a field to these properties, or make them optional in HubSpot.",
      details: { property: "region", records: 3 },
    });
  });
});

import { describe, expect, test } from "vitest";
import { isEnabled } from "../../../server/settings/enabled-types.ts";
import {
  defaultSettings,
  settingsSchema,
  typeSettingsSchema,
} from "../../../server/settings/schema.ts";
import {
  associationKinds,
  descriptorOf,
  listedTypes,
  objectTypeOf,
  objectTypes,
  parentKindsOf,
} from "../../../server/settings/types/index.ts";
import { parentsFirst } from "../../../server/settings/types/parents-first.ts";

describe("the object types", () => {
  test("each is listed by its own name, and no two share a route, path, type id, or name", () => {
    const all = listedTypes.map((type) => descriptorOf(type));
    expect(all.map(({ names }) => names.singular)).toEqual(listedTypes);
    for (const unique of [
      all.map(({ names }) => names.plural),
      all.map(({ names }) => names.route),
      all.map(({ hubspot }) => hubspot.path),
      all.map(({ hubspot }) => hubspot.typeId),
      all.map(({ hubspot }) => hubspot.eventName),
    ])
      expect(new Set(unique).size).toBe(listedTypes.length);
  });

  test("are found by HubSpot's type ids", () => {
    for (const type of objectTypes)
      expect(objectTypeOf(descriptorOf(type).hubspot.typeId)).toBe(type);
    expect(objectTypeOf("0-999")).toBeUndefined();
  });

  test("an identity is a field that is mapped to its property, both ways", () => {
    for (const type of objectTypes) {
      const { identity, fields } = descriptorOf(type);
      if (identity === null) continue;
      expect(fields[identity.field]?.mapping?.property).toBe(identity.property);
    }
  });

  test("a parent is synced before its children", () => {
    for (const { from, to } of associationKinds)
      expect(objectTypes.indexOf(to)).toBeLessThan(objectTypes.indexOf(from));
  });

  test("a type has one kind of association to another, one with a primary parent at most, and settings for each", () => {
    for (const type of listedTypes) {
      const kinds = parentKindsOf(type);
      expect(new Set(kinds.map(({ to }) => to)).size).toBe(kinds.length);
      expect(
        kinds.filter(({ primary }) => primary !== null).length,
      ).toBeLessThan(2);
      const keys = kinds.flatMap(({ settings }) => Object.values(settings));
      expect(new Set(keys).size).toBe(keys.length);
    }
    expect(new Set(associationKinds.map(({ name }) => name)).size).toBe(
      associationKinds.length,
    );
  });

  test("fields that are decided together are fields of the type, each of one group", () => {
    for (const type of listedTypes) {
      const { together, fields } = descriptorOf(type);
      const grouped = together.flat();
      expect(new Set(grouped).size).toBe(grouped.length);
      for (const field of grouped) expect(fields).toHaveProperty(field);
    }
  });

  test("a type without parents has no settings about them", () => {
    const { from, to, settings } = associationKinds[0];
    const ofChild: Readonly<Record<string, unknown>> = defaultSettings[from];
    for (const key of Object.values(settings)) {
      expect(ofChild).toHaveProperty(key);
      expect(
        settingsSchema.safeParse({
          ...defaultSettings,
          [to]: { ...defaultSettings[to], [key]: ofChild[key] },
        }).success,
      ).toBe(false);
    }
  });
});

describe("the order of types", () => {
  test("is their own where none depends on another", () => {
    expect(parentsFirst(["b", "a"], [])).toEqual(["b", "a"]);
  });

  test("puts the parents of parents first", () => {
    expect(
      parentsFirst(
        ["note", "contact", "deal", "company"],
        [
          { from: "note", to: "deal" },
          { from: "deal", to: "contact" },
          { from: "deal", to: "company" },
          { from: "contact", to: "company" },
        ],
      ),
    ).toEqual(["company", "contact", "deal", "note"]);
  });

  test("does not exist for types that belong to themselves", () => {
    expect(() =>
      parentsFirst(
        ["a", "b"],
        [
          { from: "a", to: "b" },
          { from: "b", to: "a" },
        ],
      ),
    ).toThrow("belongs to itself");
  });
});

describe("a type is synced", () => {
  const type = descriptorOf(objectTypes[0] ?? listedTypes[0]);
  const { hubspot } = type;
  const { read, write, readDefinitions, writeDefinitions } = hubspot.scopes;
  const optional = { ...type, hubspot: { ...hubspot, required: false } };
  const required = { ...type, hubspot: { ...hubspot, required: true } };

  test.each([
    ["required, whatever HubSpot granted", required, [], false, true],
    [
      "on, with all scopes that it needs",
      optional,
      [read, write, readDefinitions],
      true,
      true,
    ],
    [
      "on, and HubSpot granted too little",
      optional,
      [read, write],
      true,
      false,
    ],
    [
      "off, whatever HubSpot granted",
      optional,
      [read, write, readDefinitions, writeDefinitions],
      false,
      false,
    ],
  ] as const)("or not: %s", (_case, type, scopes, isOn, synced) => {
    expect(isEnabled(type, scopes, isOn)).toBe(synced);
  });

  test("by a switch in its settings if it's optional, and without one if it's required", () => {
    const settings = defaultSettings[associationKinds[0].to];
    const withSwitch = { ...settings, enabled: true };
    expect(typeSettingsSchema(optional, []).parse(withSwitch)).toEqual(
      withSwitch,
    );
    expect(typeSettingsSchema(optional, []).safeParse(settings).success).toBe(
      false,
    );
    expect(typeSettingsSchema(required, []).safeParse(withSwitch).success).toBe(
      false,
    );
  });
});

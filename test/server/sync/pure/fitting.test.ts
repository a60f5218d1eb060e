import { describe, expect, test } from "vitest";
import type { PropertyDefinition } from "../../../../server/hubspot/gateway.ts";
import {
  fieldFor,
  fieldTypeOf,
  fittingOf,
  fittingTypes,
  MOST_OPTIONS,
} from "../../../../server/sync/installation/pure/fitting.ts";
import type { FieldType } from "../../../../server/workspace/declared-field.ts";
import { fieldTypes } from "../../../../server/workspace/declared-field.ts";
import { pullFit } from "../../../../server/workspace/field-mappings.ts";

const property = (
  more: Partial<PropertyDefinition> = {},
): PropertyDefinition => ({
  name: "tier",
  label: "Tier",
  type: "string",
  fieldType: "text",
  groupName: "contactinformation",
  description: "",
  options: [],
  calculated: false,
  externalOptions: false,
  referencedObjectType: null,
  hasUniqueValue: false,
  hubspotDefined: false,
  hidden: false,
  writable: true,
  ...more,
});
const choices = (...values: string[]) =>
  values.map((value) => ({
    value,
    label: value.toUpperCase(),
    hidden: false,
  }));
const select = property({
  type: "enumeration",
  fieldType: "select",
  options: choices("gold", "silver"),
});
const free = () => false;

const ofType: Readonly<Record<FieldType, PropertyDefinition>> = {
  text: property(),
  number: property({ type: "number", fieldType: "number" }),
  date: property({ type: "date", fieldType: "date" }),
  datetime: property({ type: "datetime", fieldType: "date" }),
  boolean: property({ type: "enumeration", fieldType: "booleancheckbox" }),
  option: select,
  options: { ...select, fieldType: "checkbox" },
  owner: property({
    type: "enumeration",
    fieldType: "select",
    externalOptions: true,
    referencedObjectType: "OWNER",
  }),
};

describe("BN-105 BN-109 fields that fit a property", () => {
  test.each(fieldTypes)("a property of %s has a field of this type", (type) => {
    expect(fieldTypeOf(ofType[type])).toBe(type);
    const fitting = fittingOf(ofType[type], {
      type,
      options: ofType[type].options,
    });
    expect(fitting).toMatchObject({ direction: "both", note: null });
  });

  test.each([
    [
      "bool",
      property({ type: "bool", fieldType: "booleancheckbox" }),
      "boolean",
    ],
    ["a phone number", property({ type: "phone_number" }), "text"],
    ["other external options", { ...select, externalOptions: true }, "text"],
    [
      "more options than a field can have",
      {
        ...select,
        options: choices(
          ...Array.from(
            { length: MOST_OPTIONS + 1 },
            (_, index) => `o${index}`,
          ),
        ),
      },
      "text",
    ],
  ] as const)("%s", (_what, definition, type) => {
    expect(fieldTypeOf(definition)).toBe(type);
  });

  test("what is offered can be saved, and what isn't of the same type says what is lost", () => {
    for (const definition of Object.values(ofType))
      for (const type of fieldTypes) {
        const fitting = fittingOf(definition, {
          type,
          options: definition.options,
        });
        expect(fitting !== null).toBe(fittingTypes(definition).includes(type));
        if (fitting === null) continue;
        const mapping = {
          field: "tier",
          property: "tier",
          clear: false,
          ...fitting,
        };
        expect(pullFit({ type }, mapping)).toBe("fits");
        if (type !== fieldTypeOf(definition))
          expect(fitting.note).toEqual(expect.stringContaining("Tier"));
      }
    expect(fittingTypes(ofType.number)).toEqual(["number", "text"]);
    expect(fittingTypes(ofType.datetime)).toEqual(["datetime", "text", "date"]);
    expect(fittingOf(ofType.datetime, { type: "date", options: [] })).toEqual({
      conversion: { kind: "date" },
      direction: "both",
      note: "The field gets the day of HubSpot's Tier in the account's time zone. A date is pushed as the midday of it.",
    });
  });

  test("a property that apps can't change is only pulled", () => {
    const fixed = property({ type: "number", writable: false });
    for (const type of ["number", "text"] as const)
      expect(fittingOf(fixed, { type, options: [] })).toMatchObject({
        direction: "pull",
        note: null,
      });
  });

  test("options with other values are paired by value, then by name", () => {
    const options = [
      { value: "g", label: "gold" },
      { value: "silver", label: "Second" },
    ];
    expect(fittingOf(select, { type: "option", options })).toEqual({
      conversion: {
        kind: "options",
        pairs: [
          { workspace: "g", hubspot: "gold" },
          { workspace: "silver", hubspot: "silver" },
        ],
      },
      direction: "both",
      note: null,
    });
    expect(
      fittingOf(select, { type: "option", options: options.slice(1) })?.note,
    ).toBe(
      "1 of 2 options of HubSpot's Tier has no option of the same name in the field, so it isn't pulled.",
    );
    expect(
      fittingOf(
        { ...select, fieldType: "checkbox" },
        { type: "options", options },
      )?.note,
    ).toBe(
      "1 of 2 options of HubSpot's Tier has no option with the same value in the field, so it isn't pulled.",
    );
  });
});

describe("BN-010 a field made for a property", () => {
  test("takes its name, label, type, and options, and maps both ways", () => {
    expect(fieldFor(select, {}, free)).toEqual({
      field: {
        name: "tier",
        label: "Tier",
        type: "option",
        options: [
          { value: "gold", label: "GOLD" },
          { value: "silver", label: "SILVER" },
        ],
      },
      mapping: {
        field: "tier",
        property: "tier",
        direction: "both",
        clear: false,
        conversion: { kind: "text" },
      },
      note: null,
    });
  });

  test("a name that is taken gets a number, and a long one is cut", () => {
    const taken = new Set(["tier", "tier_2"]);
    const named = (name: string) =>
      fieldFor(property({ name }), {}, (each) => taken.has(each)).field.name;
    expect(named("tier")).toBe("tier_3");
    const long = "t".repeat(100);
    taken.add(long);
    expect(named(long)).toBe(`${"t".repeat(90)}_2`);
    expect(
      fieldFor(select, { name: "rank", label: "Rank" }, free).field,
    ).toMatchObject({ name: "rank", label: "Rank" });
  });

  test("a label of any length is cut, and one that is missing is the name", () => {
    const { field } = fieldFor(property({ label: "L".repeat(300) }), {}, free);
    expect(field.label).toBe(`${"L".repeat(199)}…`);
    expect(fieldFor(property({ label: "" }), {}, free).field.label).toBe(
      "tier",
    );
  });

  test("with more options than a field can have, any text fits, and that is said", () => {
    const many = {
      ...select,
      options: choices(...Array.from({ length: 501 }, (_, i) => `o${i}`)),
    };
    expect(fieldFor(many, {}, free)).toMatchObject({
      field: { type: "text", options: [] },
      mapping: { conversion: { kind: "text" } },
      note: "HubSpot's Tier has 501 options, and a field can have 500, so this field has any text.",
    });
  });
});

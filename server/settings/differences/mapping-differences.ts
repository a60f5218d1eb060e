import type { Conversion, FieldMapping } from "../mapping.ts";
import { conversionKey } from "../mapping.ts";
import type { ObjectType } from "../types/index.ts";
import { descriptorOf } from "../types/index.ts";
import type { Choice, SettingsChange } from "./change.ts";
import { changedChoices, choice } from "./change.ts";
import { counted, fieldName, winners } from "./wording.ts";

/**
 * Returns what differs between a type's mappings of two documents, by field: a mapping that is new, one that is gone,
 * and each part of one that both have. The order of mappings means nothing.
 */
export function mappingChanges(
  type: ObjectType,
  before: readonly FieldMapping[],
  after: readonly FieldMapping[],
): SettingsChange[] {
  const earlier = new Map(before.map((one) => [one.field, one]));
  const later = new Set(after.map(({ field }) => field));
  return [
    ...before
      .filter(({ field }) => !later.has(field))
      .map((mapping) => ({
        ...placeOf(type, mapping),
        before: mapping,
        after: null,
        sentence: `${opening(type, mapping)} is no longer mapped.`,
      })),
    ...after.flatMap((mapping) => {
      const other = earlier.get(mapping.field);
      return other === undefined
        ? [
            {
              ...placeOf(type, mapping),
              before: null,
              after: mapping,
              sentence: `${opening(type, mapping)} is mapped to HubSpot's ${mapping.property}, ${directions[mapping.direction]}${mapping.write === "fill" ? ", only filling in blanks" : ""}.`,
            },
          ]
        : changedChoices(partsOf(type, other), partsOf(type, mapping));
    }),
  ];
}

const placeOf = (
  type: ObjectType,
  { field }: FieldMapping,
): { readonly path: string } => ({ path: `${type}.mappings.${field}` });

/** "Contacts: first name" */
const opening = (type: ObjectType, { field }: FieldMapping): string =>
  `${descriptorOf(type).names.label.plural}: ${fieldName(type, field)}`;

const directions: Readonly<Record<FieldMapping["direction"], string>> = {
  both: "in both directions",
  pull: "from HubSpot only",
  push: "to HubSpot only",
};

const conversions: Readonly<
  Record<Exclude<Conversion["kind"], "options">, string>
> = {
  text: "text",
  email: "an email address",
  number: "a number",
  date: "a date",
  datetime: "a date with a time",
  boolean: "yes or no",
  set: "a list of options",
  owner: "an owner",
};

/** The parts of a mapping. Its field is its name, and the compiler names a part that is missing here. */
const describedParts: {
  readonly [Part in Exclude<keyof FieldMapping, "field">]-?: (
    type: ObjectType,
    mapping: FieldMapping,
  ) => Omit<Choice, "path">;
} = {
  property: (type, mapping) =>
    part(
      mapping.property,
      `${opening(type, mapping)} is mapped to HubSpot's ${mapping.property}.`,
    ),
  direction: (type, mapping) =>
    part(
      mapping.direction,
      `${opening(type, mapping)} syncs ${directions[mapping.direction]}.`,
    ),
  policy: (type, mapping) => {
    const { plural, label } = descriptorOf(type).names;
    return part(
      mapping.policy ?? null,
      mapping.policy === undefined
        ? `${opening(type, mapping)} follows the conflict rule of all ${plural}.`
        : `${label.plural}: if both sides changed ${fieldName(type, mapping.field)}, ${winners[mapping.policy]}.`,
    );
  },
  write: (type, mapping) =>
    part(
      mapping.write ?? "overwrite",
      mapping.write === "fill"
        ? `${opening(type, mapping)} is only filled in if it's blank.`
        : `${opening(type, mapping)} is replaced when the other side changes.`,
    ),
  clear: (type, mapping) =>
    part(
      mapping.clear,
      `${descriptorOf(type).names.label.plural}: a blank ${fieldName(type, mapping.field)} ${mapping.clear ? "overwrites" : "never overwrites"} a value.`,
    ),
  conversion: (type, mapping) => ({
    ...part(
      mapping.conversion,
      mapping.conversion.kind === "options"
        ? `${opening(type, mapping)} syncs by ${counted(mapping.conversion.pairs.length, "pair")} of options.`
        : `${opening(type, mapping)} syncs as ${conversions[mapping.conversion.kind]}.`,
    ),
    key: conversionKey(mapping.conversion),
  }),
};

function part(value: unknown, sentence: string): Omit<Choice, "path"> {
  const { path: _none, ...rest } = choice("", value, sentence);
  return rest;
}

const partsOf = (type: ObjectType, mapping: FieldMapping): Choice[] =>
  Object.entries(describedParts).map(([name, describe]) => ({
    path: `${placeOf(type, mapping).path}.${name}`,
    ...describe(type, mapping),
  }));

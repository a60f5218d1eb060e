import type { PropertyDefinition as HubSpotProperty } from "../../../hubspot/gateway.ts";
import type { Conversion, FieldMapping } from "../../../settings/mapping.ts";
import type {
  DeclaredField,
  FieldOption,
  FieldType,
} from "../../../workspace/declared-field.ts";
import { hasOptions } from "../../../workspace/declared-field.ts";

/** Which fields can be mapped with a property of HubSpot's, and how (BN-105, BN-109). Pure. */

/** How a field is mapped with a property. */
export type Fitting = {
  readonly conversion: Conversion;
  /** Pull, if the property can't take what the field has. */
  readonly direction: "both" | "pull";
  /** What the conversion loses or can't carry over, as a sentence; null if nothing. */
  readonly note: string | null;
};

/** Options that a field can have. */
export const MOST_OPTIONS = 500;
/** Characters of a label, of a field or an option. */
export const MOST_LABEL = 200;

/** Returns the type of the field that has just what a property has. */
export function fieldTypeOf(property: HubSpotProperty): FieldType {
  const { type, fieldType, externalOptions, options } = property;
  if (property.referencedObjectType === "OWNER") return "owner";
  switch (type) {
    case "number":
    case "date":
    case "datetime":
      return type;
    case "bool":
      return "boolean";
    case "enumeration":
      if (fieldType === "booleancheckbox") return "boolean";
      // HubSpot doesn't list these options with the property.
      if (externalOptions || options.length > MOST_OPTIONS) return "text";
      return fieldType === "checkbox" ? "options" : "option";
    default:
      return "text";
  }
}

/** Returns the types of the fields that a property can be mapped with. */
export function fittingTypes(property: HubSpotProperty): FieldType[] {
  const type = fieldTypeOf(property);
  return [
    ...new Set<FieldType>([
      type,
      "text",
      ...(type === "datetime" ? (["date"] as const) : []),
    ]),
  ];
}

/** Returns how a field is mapped with a property; null if its type doesn't fit. */
export function fittingOf(
  property: HubSpotProperty,
  field: Pick<DeclaredField, "type" | "options">,
): Fitting | null {
  const type = fieldTypeOf(property);
  const direction = property.writable ? "both" : "pull";
  const { type: into } = field;
  if (type === "datetime" && into === "date")
    return {
      conversion: { kind: "date" },
      direction,
      note: `The field gets the day of HubSpot's ${nameOf(property)} in the account's time zone.${direction === "both" ? " A date is pushed as the midday of it." : ""}`,
    };
  if (into === "text" && type !== "text")
    return {
      conversion: { kind: intoText[type] },
      direction,
      note: direction === "both" ? textNote(property, type) : null,
    };
  if (type !== into) return null;
  if (into === "option" || into === "options")
    return optionsFitting(property, field, direction);
  return { conversion: { kind: sameKind[into] }, direction, note: null };
}

/**
 * Returns all ways to map a field with a property, the usual one first; none if its type doesn't fit. Option by option is
 * offered without pairs where nobody has chosen the field's values yet.
 * @param field null: a field that the portal hasn't declared, which can have anything
 */
export function fittingsOf(
  property: HubSpotProperty,
  field: Pick<DeclaredField, "type" | "options"> | null,
): Fitting[] {
  const type = fieldTypeOf(property);
  const direction = property.writable ? "both" : "pull";
  const usual =
    field === null
      ? [
          fittingOf(property, { type, options: property.options }),
          fittingOf(property, { type: "text", options: [] }),
        ]
      : [fittingOf(property, field)];
  const fitting = usual.filter((each) => each !== null);
  if (fitting.length === 0) return [];
  const into = field?.type ?? "text";
  const more: Fitting[] = [
    ...(type === "option" && (into === "text" || into === "option")
      ? [optionByOption(property, field, direction)]
      : []),
    ...(type === "text" && into === "text"
      ? [
          {
            conversion: { kind: "email" as const },
            direction,
            note: "Capital letters become small ones in both directions.",
          } satisfies Fitting,
        ]
      : []),
  ];
  const kinds = new Set<string>();
  return [...fitting, ...more].filter(({ conversion: { kind } }) => {
    const isNew = !kinds.has(kind);
    kinds.add(kind);
    return isNew;
  });
}

/** Pairs of options, those of the same name paired already. */
const optionByOption = (
  property: HubSpotProperty,
  field: Pick<DeclaredField, "options"> | null,
  direction: Fitting["direction"],
): Fitting => ({
  conversion: {
    kind: "options",
    pairs: pairsOf(property.options, field?.options ?? []),
  },
  direction,
  note: null,
});

/** A field made for a property: it has what the property has. */
export type FieldForProperty = {
  readonly field: DeclaredField;
  readonly mapping: FieldMapping;
  readonly note: string | null;
};

/**
 * Returns a field that has what a property has, and the mapping of both (BN-010).
 * @param wish a name and a label that were asked for; absent: those of the property
 * @param isTaken whether another field has a name, or none may have it
 */
export function fieldFor(
  property: HubSpotProperty,
  wish: { readonly name?: string; readonly label?: string },
  isTaken: (name: string) => boolean,
): FieldForProperty {
  const type = fieldTypeOf(property);
  const field: DeclaredField = {
    name: wish.name ?? freeName(property.name, isTaken),
    label: wish.label ?? shortened(nameOf(property)),
    type,
    options: hasOptions(type)
      ? property.options.map(({ value, label }) => ({
          value,
          label: shortened(label === "" ? value : label),
        }))
      : [],
  };
  const fitting = fittingOf(property, field);
  const { conversion, direction } = fitting ?? {
    conversion: { kind: "text" as const },
    direction: "pull" as const,
  };
  const surplus = property.options.length > MOST_OPTIONS;
  return {
    field,
    mapping: {
      field: field.name,
      property: property.name,
      direction,
      clear: false,
      conversion,
    },
    note: surplus
      ? `HubSpot's ${nameOf(property)} has ${property.options.length} options, and a field can have ${MOST_OPTIONS}, so this field has any text.`
      : (fitting?.note ?? null),
  };
}

const nameOf = ({ label, name }: HubSpotProperty): string =>
  label === "" ? name : label;

function shortened(text: string): string {
  return text.length <= MOST_LABEL
    ? text
    : `${text.slice(0, MOST_LABEL - 1).toWellFormed()}…`;
}

/** The property's own name, or with the first number from 2 on that makes it free. At most 100 characters. */
function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  const base = /^[a-z]/i.test(wanted) ? wanted : `field_${wanted}`;
  const clean = base.replaceAll(/[^a-z0-9_]/gi, "_").slice(0, 100);
  for (let number = 2, name = clean; ; number += 1) {
    if (!isTaken(name)) return name;
    name = `${clean.slice(0, 90)}_${number}`;
  }
}

const sameKind: Readonly<
  Record<
    Exclude<FieldType, "option" | "options">,
    Exclude<Conversion["kind"], "options">
  >
> = {
  text: "text",
  number: "number",
  date: "date",
  datetime: "datetime",
  boolean: "boolean",
  owner: "owner",
};

/** The conversion that makes text of what a property has. */
const intoText: Readonly<
  Record<FieldType, Exclude<Conversion["kind"], "options">>
> = {
  text: "text",
  number: "text",
  date: "date",
  datetime: "datetime",
  boolean: "text",
  option: "text",
  options: "text",
  owner: "owner",
};

/** What HubSpot accepts of a field that can have any text. */
function textNote(property: HubSpotProperty, type: FieldType): string {
  const accepted: Readonly<Record<FieldType, string>> = {
    text: "any text",
    number: "numbers",
    date: "dates",
    datetime: "times",
    boolean: "true and false",
    option: "its options",
    options:
      "its options, which the field has as one text, separated by semicolons",
    owner: "emails of active owners",
  };
  return `HubSpot's ${nameOf(property)} accepts only ${accepted[type]}. The field can have any text, so some of it may not be pushed.`;
}

/** Option by option: unchanged if all have the same values, otherwise paired by value or by name. */
function optionsFitting(
  property: HubSpotProperty,
  { type, options }: Pick<DeclaredField, "type" | "options">,
  direction: Fitting["direction"],
): Fitting {
  const values = new Set(options.map(({ value }) => value));
  const missing = property.options.filter(({ value }) => !values.has(value));
  const unchanged: Conversion = { kind: type === "options" ? "set" : "text" };
  if (missing.length === 0)
    return { conversion: unchanged, direction, note: null };
  const lacking = (count: number, what: string): string =>
    `${count} of ${property.options.length} options of HubSpot's ${nameOf(property)} ${count === 1 ? "has" : "have"} no option ${what} in the field, so ${count === 1 ? "it isn't" : "they aren't"} pulled.`;
  if (type === "options")
    return {
      conversion: unchanged,
      direction,
      note: lacking(missing.length, "with the same value"),
    };
  const pairs = pairsOf(property.options, options);
  const unpaired = property.options.length - pairs.length;
  return {
    conversion: { kind: "options", pairs },
    direction,
    note: unpaired === 0 ? null : lacking(unpaired, "of the same name"),
  };
}

/** Each of HubSpot's options with the field's option of the same value or name. */
export const pairsOf = (
  hubspot: readonly FieldOption[],
  options: readonly FieldOption[],
): { workspace: string; hubspot: string }[] =>
  hubspot.flatMap((option) => {
    const match = matchOf(option, options);
    return match === undefined
      ? []
      : [{ workspace: match.value, hubspot: option.value }];
  });

function matchOf(
  { value, label }: FieldOption,
  options: readonly FieldOption[],
): FieldOption | undefined {
  const plain = (text: string): string => text.trim().toLowerCase();
  return (
    options.find((other) => other.value === value) ??
    options.find((other) =>
      [other.value, other.label].map(plain).includes(plain(label)),
    )
  );
}

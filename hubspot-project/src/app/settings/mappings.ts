import type { Conversion, Mapping } from "./document.ts";
import type { ObjectType, Option, Property } from "./page-answer.ts";

/** What a mapping is called, what fits it, and how the options of a property are paired with values. Pure. */

/** A mapping to fill in. */
export const newMapping = (): Mapping => ({
  field: "",
  property: "",
  direction: "both",
  clear: false,
  conversion: { kind: "text" },
});

/** A mapping with a policy of its own; with null, that of its type applies. */
export const withPolicy = (
  mapping: Mapping,
  policy: string | null,
): Mapping => {
  if (policy !== null) return { ...mapping, policy };
  const rest = { ...mapping };
  delete rest.policy;
  return rest;
};

/** A standard field by its label, any other by its name. */
export const fieldLabel = (type: ObjectType, field: string): string =>
  type.fields.find((known) => known.field === field)?.label ?? field;

/** A property by HubSpot's label; one that HubSpot doesn't have anymore by its name. */
export const propertyLabel = (
  properties: readonly Property[],
  name: string,
): string => properties.find((known) => known.name === name)?.label ?? name;

/** HubSpot's groups, as a person reads their internal names. */
export const groupLabel = (group: string): string => {
  const words = group.replaceAll(/[_-]+/g, " ").trim();
  return words === ""
    ? "Other"
    : words.charAt(0).toUpperCase() + words.slice(1);
};

export const conversionLabels: Readonly<Record<string, string>> = {
  text: "Text",
  email: "Email address",
  number: "Number",
  date: "Date",
  datetime: "Date and time",
  boolean: "Yes or no",
  set: "List of values",
  options: "Options, one by one",
  owner: "Owner, by email",
};

/** The conversions that a standard field's kind allows; a custom field may have any. */
const ofKind: Readonly<Record<string, readonly string[]>> = {
  text: ["text", "email", "date", "datetime", "options", "owner"],
  number: ["number"],
};

/** The conversions by which HubSpot accepts every value of a property, the usual one first. */
function ofProperty({ type, several, owner }: Property): readonly string[] {
  if (owner) return ["owner"];
  switch (type) {
    case "number":
      return ["number"];
    case "date":
      return ["date"];
    case "datetime":
      return ["datetime"];
    case "bool":
      return ["boolean"];
    case "enumeration":
      return several ? ["set", "text"] : ["text", "options"];
    default:
      return ["text", "email"];
  }
}

/** The conversions that fit a property and a field, the usual one first; none if the two don't fit. */
export function fittingConversions(
  property: Property,
  type: ObjectType,
  field: string,
): readonly string[] {
  const kind = type.fields.find((known) => known.field === field)?.kind;
  const possible = kind === undefined ? null : (ofKind[kind] ?? []);
  return ofProperty(property).filter(
    (conversion) => possible === null || possible.includes(conversion),
  );
}

/** A conversion of a kind; one that has pairs keeps them. */
export const conversionOf = (kind: string, before: Conversion): Conversion =>
  before.kind === kind
    ? before
    : kind === "options"
      ? { kind, pairs: [] }
      : { kind };

/** The values that are paired with an option of HubSpot. */
export const valuesOf = (
  { pairs = [] }: Conversion,
  hubspot: string,
): string[] =>
  pairs
    .filter((pair) => pair.hubspot === hubspot)
    .map((pair) => pair.workspace);

/**
 * A conversion in which an option of HubSpot has these values. Other pairs keep their places: where several name one
 * value, the first is used.
 */
export function withValues(
  conversion: Conversion,
  hubspot: string,
  values: readonly string[],
): Conversion {
  const pairs = conversion.pairs ?? [];
  const first = pairs.findIndex((pair) => pair.hubspot === hubspot);
  const at = first === -1 ? pairs.length : first;
  const others = (some: typeof pairs) =>
    some.filter((pair) => pair.hubspot !== hubspot);
  return {
    ...conversion,
    pairs: [
      ...others(pairs.slice(0, at)),
      ...values.map((workspace) => ({ workspace, hubspot })),
      ...others(pairs.slice(at)),
    ],
  };
}

/** Every option that has no value yet gets its own label as one. */
export const mappedByName = (
  conversion: Conversion,
  options: readonly Option[],
): Conversion =>
  options.reduce(
    (mapped, { value, label }) =>
      valuesOf(mapped, value).length > 0
        ? mapped
        : withValues(mapped, value, [label]),
    conversion,
  );

/** What is missing or wrong in a mapping, by the field of its form; the server checks everything else. */
export function formFaults(
  mapping: Mapping,
  others: readonly Mapping[],
  fits: boolean,
): { field?: string; property?: string; conversion?: string } {
  const { field, property, direction, conversion } = mapping;
  return {
    ...(field === ""
      ? { field: "Choose a field." }
      : others.some((one) => one.field === field)
        ? { field: "Another mapping already has this field." }
        : {}),
    ...(property === ""
      ? { property: "Choose a property." }
      : direction !== "pull" &&
          others.some(
            (one) => one.direction !== "pull" && one.property === property,
          )
        ? { property: "Another mapping already writes this property." }
        : {}),
    ...(fits
      ? conversion.kind === "options" && (conversion.pairs ?? []).length === 0
        ? { conversion: "Give at least one option a value." }
        : {}
      : {
          conversion:
            "This property and this field have different types of values.",
        }),
  };
}

import type { Conversion, Mapping } from "./document.ts";
import type {
  Field,
  Fitting,
  ObjectType,
  Property,
  Suggestion,
} from "./page-answer.ts";

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

/** A standard field, or one of the product's own, by its label; any other by its name. */
export const fieldLabel = (
  type: ObjectType,
  field: string,
  known: readonly Field[] = [],
): string =>
  type.fields.find((one) => one.field === field)?.label ??
  known.find(({ name }) => name === field)?.label ??
  field;

/** A property by HubSpot's label; one that HubSpot doesn't have anymore by its name. */
export const propertyLabel = (
  properties: readonly Property[],
  name: string,
): string => properties.find((known) => known.name === name)?.label ?? name;

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

/** Types of fields, as a person reads them. */
export const fieldTypeLabels: Readonly<Record<string, string>> = {
  text: "Text",
  number: "Number",
  date: "Date",
  datetime: "Date and time",
  boolean: "Yes or no",
  option: "One of its options",
  options: "Several of its options",
  owner: "Owner",
};

/** A mapping with one of the ways in which its property and field fit; what fits already stays. */
export function fitted(
  mapping: Mapping,
  fittings: readonly Fitting[],
): Mapping {
  const [usual] = fittings;
  const kept = fittings.find(
    ({ conversion }) => conversion.kind === mapping.conversion.kind,
  );
  const chosen = kept ?? usual;
  return chosen === undefined
    ? mapping
    : {
        ...mapping,
        direction: chosen.direction === "pull" ? "pull" : mapping.direction,
        conversion: kept ? mapping.conversion : chosen.conversion,
      };
}

/** The conversion of a kind; pairs that were chosen stay. */
export const conversionOf = (
  kind: string,
  before: Conversion,
  fittings: readonly Fitting[],
): Conversion =>
  before.kind === kind
    ? before
    : (fittings.find(({ conversion }) => conversion.kind === kind)
        ?.conversion ?? before);

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

/** The pairs that were chosen, and after them those that were found by name for options without a value. */
export const withSuggested = (
  conversion: Conversion,
  pairs: Suggestion["pairs"],
): Conversion => ({
  ...conversion,
  pairs: [
    ...(conversion.pairs ?? []),
    ...pairs.filter(
      ({ workspace, hubspot }) =>
        valuesOf(conversion, hubspot).length === 0 &&
        !(conversion.pairs ?? []).some((pair) => pair.workspace === workspace),
    ),
  ],
});

/** A mapping that fills in blanks only, or that replaces values. */
export const withWrite = (mapping: Mapping, fillOnly: boolean): Mapping => {
  if (fillOnly) return { ...mapping, write: "fill" };
  const rest = { ...mapping };
  delete rest.write;
  return rest;
};

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

import type { Conversion, FieldMapping } from "../../../settings/mapping.ts";
import type { DeclaredField } from "../../../workspace/declared-field.ts";
import { hasOptions } from "../../../workspace/declared-field.ts";
import {
  misfitCause,
  misfitFix,
  pullFit,
} from "../../../workspace/field-mappings.ts";
import type { Owners, PropertyDefinition } from "../../model.ts";
import { own } from "../../values/value.ts";
import type { PropertyRule } from "./property-rules.ts";
import { ruleDemand } from "./property-rules.ts";

/** What of a mapping won't work with HubSpot, and with the catalogue of fields, as they are now. Pure. */

export const findingCodes = [
  "property_missing",
  "property_read_only",
  "property_type",
  "property_rule",
  "option_missing",
  "option_removed",
  "field_type",
  "field_options",
  "owner_departed",
] as const;
export type FindingCode = (typeof findingCodes)[number];

/** A place in a mapping, and what about it won't work. */
export type FindingPlace = {
  readonly path: readonly (string | number)[];
  readonly cause: string;
  readonly fix: string;
};

/** One cause for which a mapping won't work, in all its places. */
export type MappingFinding = {
  readonly code: FindingCode;
  readonly cause: string;
  readonly fix: string;
  readonly places: readonly FindingPlace[];
  /** The values concerned, as HubSpot and as records have them; null: all values of the field. */
  readonly values: {
    readonly hubspot: readonly string[];
    readonly workspace: readonly string[];
  } | null;
  /** How many records are concerned, if that was counted to find it. */
  readonly records?: number;
};

/** What a mapping is compared with. */
export type MappingFacts = {
  /** What HubSpot says of the property, as last read; undefined: it has no such property. */
  readonly definition: PropertyDefinition | undefined;
  /** The field, if the portal has declared it. */
  readonly field: DeclaredField | undefined;
  readonly owners: Owners;
  /** The values of the property that linked objects had when they were last reconciled, each once. */
  readonly held: readonly string[];
  /** The rules by which HubSpot checks what is pushed, and how many records break one. */
  readonly checked?: {
    readonly rules: readonly PropertyRule[];
    readonly records: number;
  };
};

/** Returns what won't work of a mapping. HubSpot may change at any time, so that none of it is an error. */
export function mappingFindings(
  mapping: FieldMapping,
  { definition, field, owners, held, checked }: MappingFacts,
): MappingFinding[] {
  const { property } = mapping;
  const inCatalogue = field === undefined ? [] : fieldType(mapping, field);
  if (definition === undefined)
    return [
      finding(
        "property_missing",
        ["property"],
        `HubSpot has no property ${property}.`,
        "Create it in HubSpot, or map another one.",
      ),
      ...inCatalogue,
    ];
  return [
    ...readOnly(mapping, definition),
    ...propertyType(mapping, definition),
    ...brokenRules(definition, checked),
    ...inCatalogue,
    ...fieldOptions(mapping, definition, field),
    ...missingOptions(mapping, definition),
    ...removedOptions(mapping, definition, held),
    ...departedOwners(mapping, definition, owners, held),
  ];
}

const finding = (
  code: FindingCode,
  path: readonly (string | number)[],
  cause: string,
  fix: string,
  values: MappingFinding["values"] = null,
): MappingFinding => ({
  code,
  cause,
  fix,
  places: [{ path, cause, fix }],
  values,
});

function readOnly(
  { direction }: FieldMapping,
  { readOnly: isReadOnly, label }: PropertyDefinition,
): MappingFinding[] {
  return isReadOnly && direction !== "pull"
    ? [
        finding(
          "property_read_only",
          ["direction"],
          `HubSpot's ${label} can't be changed by apps.`,
          "Set the direction to pull.",
        ),
      ]
    : [];
}

function propertyType(
  { direction, conversion }: FieldMapping,
  { type, readOnly: isReadOnly, label, timeZone }: PropertyDefinition,
): MappingFinding[] {
  const fitting = own(fittingConversions, type);
  // A date is sent as a time of that day.
  const isDay =
    type === "datetime" && conversion.kind === "date" && timeZone !== undefined;
  return conversion.kind === "options" ||
    fitting === undefined ||
    isDay ||
    isReadOnly ||
    direction === "pull" ||
    conversion.kind === fitting.kind
    ? []
    : [
        finding(
          "property_type",
          ["conversion"],
          `HubSpot's ${label} accepts only ${fitting.values}, and will reject other values.`,
          `Choose the conversion ${fitting.kind}.`,
        ),
      ];
}

/** Values that HubSpot would reject by a rule that its admin has made. */
function brokenRules(
  { label }: PropertyDefinition,
  checked: MappingFacts["checked"],
): MappingFinding[] {
  if (checked === undefined || checked.records === 0) return [];
  const demands = checked.rules.flatMap((rule) => ruleDemand(rule) ?? []);
  return [
    {
      ...finding(
        "property_rule",
        ["property"],
        `HubSpot's ${label} must ${demands.join(", and ")}, and some values don't.`,
        "Correct these values, or change the rule in HubSpot.",
      ),
      records: checked.records,
    },
  ];
}

/** By HubSpot's type of a property: the conversion all of whose values it accepts. Other types accept text. */
const fittingConversions: Readonly<
  Record<string, { readonly kind: Conversion["kind"]; readonly values: string }>
> = {
  number: { kind: "number", values: "numbers" },
  date: { kind: "date", values: "dates" },
  datetime: { kind: "datetime", values: "dates with a time" },
  bool: { kind: "boolean", values: "true and false" },
};

/** A mapping that was saved before its field was declared may pull what the field can't have. */
const fieldType = (
  mapping: FieldMapping,
  field: DeclaredField,
): MappingFinding[] =>
  pullFit(field, mapping) === "fits"
    ? []
    : [
        finding(
          "field_type",
          ["conversion"],
          misfitCause(field, mapping),
          misfitFix(field),
        ),
      ];

/** HubSpot's options that the field lacks, and so can't be pulled. */
function fieldOptions(
  { direction, conversion }: FieldMapping,
  { options, label }: PropertyDefinition,
  field: DeclaredField | undefined,
): MappingFinding[] {
  if (field === undefined || !hasOptions(field.type)) return [];
  if (direction === "push") return [];
  const possible = new Set(field.options.map(({ value }) => value));
  const pulled =
    conversion.kind === "options"
      ? conversion.pairs.map(({ workspace }) => workspace)
      : (options ?? []);
  const lacking = [...new Set(pulled)].filter((value) => !possible.has(value));
  return lacking.length === 0
    ? []
    : [
        finding(
          "field_options",
          ["conversion"],
          `The field ${field.label} lacks the ${optionsNamed(lacking)}, which ${conversion.kind === "options" ? "the mapping names" : `HubSpot's ${label} has`}.`,
          `Add ${lacking.length === 1 ? "it" : "them"} to the field's options.`,
          {
            hubspot:
              conversion.kind === "options"
                ? conversion.pairs
                    .filter(({ workspace }) => lacking.includes(workspace))
                    .map(({ hubspot }) => hubspot)
                : lacking,
            workspace: [],
          },
        ),
      ];
}

/** Options that a pair names and HubSpot lacks: each has its place. */
function missingOptions(
  { conversion }: FieldMapping,
  { options, label }: PropertyDefinition,
): MappingFinding[] {
  if (options === null || conversion.kind !== "options") return [];
  const missing = conversion.pairs.flatMap(({ hubspot, workspace }, index) =>
    options.includes(hubspot) ? [] : [{ hubspot, workspace, index }],
  );
  if (missing.length === 0) return [];
  const values = missing.map(({ hubspot }) => hubspot);
  return [
    {
      code: "option_missing",
      cause: `HubSpot's ${label} has no ${optionsNamed(values)}.`,
      fix:
        values.length === 1
          ? "Add it in HubSpot, or choose another one."
          : "Add them in HubSpot, or choose other ones.",
      places: missing.map(({ hubspot, index }) => ({
        path: ["conversion", "pairs", index, "hubspot"],
        cause: `HubSpot's ${label} has no option ${hubspot}.`,
        fix: "Add it in HubSpot, or choose another one.",
      })),
      values: {
        hubspot: values,
        workspace: missing.map(({ workspace }) => workspace),
      },
    },
  ];
}

/** Options that HubSpot had, because objects have them, and no longer accepts. Pairs have named theirs already. */
function removedOptions(
  { direction, conversion }: FieldMapping,
  { options, label, readOnly: isReadOnly }: PropertyDefinition,
  held: readonly string[],
): MappingFinding[] {
  if (options === null || isReadOnly || direction === "pull") return [];
  if (conversion.kind === "options" || conversion.kind === "owner") return [];
  const removed = held.filter((value) => !options.includes(value));
  return removed.length === 0
    ? []
    : [
        finding(
          "option_removed",
          ["property"],
          `HubSpot's ${label} no longer has the ${optionsNamed(removed)}.`,
          removed.length === 1
            ? "Add it in HubSpot again, or give these records another value."
            : "Add them in HubSpot again, or give these records other values.",
          { hubspot: removed, workspace: removed },
        ),
      ];
}

/** Owners of linked objects that HubSpot lists only as former ones, or no longer lists at all. */
function departedOwners(
  { direction, conversion }: FieldMapping,
  { label }: PropertyDefinition,
  { idByEmail, emailById, withoutEmail = [] }: Owners,
  held: readonly string[],
): MappingFinding[] {
  if (conversion.kind !== "owner" || direction === "pull") return [];
  // Unless owners were read, nothing is known of who has left.
  if (Object.keys(emailById).length === 0) return [];
  const departed = held.filter((id) => {
    // Still active, and the settings' own doing.
    if (withoutEmail.includes(id)) return false;
    const email = own(emailById, id);
    return email === undefined || own(idByEmail, email) === undefined;
  });
  if (departed.length === 0) return [];
  const emails = departed.flatMap((id) => own(emailById, id) ?? []);
  const people = departed.map((id) => own(emailById, id) ?? `owner ${id}`);
  return [
    finding(
      "owner_departed",
      ["property"],
      `${named(people)} ${people.length === 1 ? "is" : "are"} no longer active in HubSpot, so ${label} can't be set to ${people.length === 1 ? "this owner" : "these owners"}.`,
      "Give these records another owner, or make the owner active in HubSpot again.",
      { hubspot: departed, workspace: emails },
    ),
  ];
}

const optionsNamed = (values: readonly string[]): string =>
  `option${values.length === 1 ? "" : "s"} ${named(values)}`;

/** Values that a sentence names. */
const MOST_NAMED = 5;

function named(values: readonly string[]): string {
  const rest = values.length - MOST_NAMED;
  return rest > 0
    ? `${values.slice(0, MOST_NAMED).join(", ")}, and ${rest} more`
    : values.join(", ");
}

import type { ObjectType } from "../../../settings/types/index.ts";
import { descriptorOf } from "../../../settings/types/index.ts";
import type { FieldMapping } from "../../../settings/mapping.ts";
import type { MappingFinding } from "./mapping-findings.ts";

/** What a person is told of a mapping that no longer works. */
export type DriftEntry = {
  readonly objectType: ObjectType;
  readonly field: string;
  readonly code: string;
  readonly cause: string;
  readonly fix: string;
  readonly details: {
    /** The place in the settings, dotted as in the faults of a document. */
    readonly path: string;
    readonly property: string;
    readonly label: string;
    readonly records: number;
    /** HubSpot's values concerned; null: all. */
    readonly values: readonly string[] | null;
  };
};

/** Returns the entry for one cause for which a mapping no longer works. Pure. */
export function driftEntry(
  objectType: ObjectType,
  {
    index,
    mapping: { field, property },
    label,
  }: {
    readonly index: number;
    readonly mapping: FieldMapping;
    readonly label: string;
  },
  {
    finding: { code, cause, fix, places, values },
    records,
  }: { readonly finding: MappingFinding; readonly records: number },
): DriftEntry {
  const path = [objectType, "mappings", index, ...(places[0]?.path ?? [])];
  return {
    objectType,
    field,
    code,
    cause: `The mapping of ${field} no longer fits. ${cause} ${concerned(objectType, records)}`,
    fix,
    details: {
      path: `settings.${path.join(".")}`,
      property,
      label,
      records,
      values: values?.hubspot ?? null,
    },
  };
}

/** A property without which HubSpot has refused objects, and how many records that concerns. */
export type RequiredProperty = {
  readonly name: string;
  readonly label: string;
  readonly records: number;
};

/** The code of an entry about properties that HubSpot requires. */
export const REQUIRED_UNFILLED = "required_unfilled";

/**
 * Returns the entry for the properties that HubSpot requires and that no mapping ever fills; null if there are none.
 * HubSpot's definitions don't say what is required, so that only its refusals tell. Pure.
 */
export function requiredEntry(
  objectType: ObjectType,
  mappings: readonly FieldMapping[],
  required: readonly RequiredProperty[],
): DriftEntry | null {
  const filled = new Set(
    mappings.flatMap(({ property, direction }) =>
      direction === "pull" ? [] : [property],
    ),
  );
  const unfilled = required.filter(({ name }) => !filled.has(name));
  const [first] = unfilled;
  if (first === undefined) return null;
  const records = Math.max(...unfilled.map((each) => each.records));
  const labels = unfilled.map(({ label }) => label).join(", ");
  return {
    objectType,
    field: "",
    code: REQUIRED_UNFILLED,
    cause: `HubSpot requires a value for ${labels}, and no mapping pushes one. ${concerned(objectType, records)}`,
    fix: `Map a field to ${unfilled.length === 1 ? "this property" : "these properties"}, or make ${unfilled.length === 1 ? "it" : "them"} optional in HubSpot.`,
    details: {
      path: `settings.${objectType}.mappings`,
      property: first.name,
      label: labels,
      records,
      values: null,
    },
  };
}

function concerned(objectType: ObjectType, records: number): string {
  const { singular, plural } = descriptorOf(objectType).names;
  return records === 0
    ? `No ${singular} is concerned yet.`
    : `This concerns ${records} ${records === 1 ? singular : plural}.`;
}

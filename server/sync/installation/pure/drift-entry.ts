import type { ObjectType } from "../../../settings/types/index.ts";
import { descriptorOf } from "../../../settings/types/index.ts";
import type { FieldMapping } from "../../../settings/mapping.ts";
import type { Settings } from "../../../settings/schema.ts";
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

/**
 * A property without which HubSpot refuses objects, and how many records it has refused for that. `listedOnly`: none yet,
 * but the schema of the type lists the property.
 */
export type RequiredProperty = {
  readonly name: string;
  readonly label: string;
  readonly records: number;
  readonly listedOnly: boolean;
};

/** The properties that a push gives a value, by a mapping or as the source of a new object. Pure. */
export function pushedProperties(
  settings: Settings,
  objectType: ObjectType,
): ReadonlySet<string> {
  const { mappings, source = null } = settings[objectType];
  return new Set([
    ...mappings.flatMap(({ property, direction }) =>
      direction === "pull" ? [] : [property],
    ),
    ...(source === null ? [] : [source.property]),
  ]);
}

/** The code of an entry about properties that HubSpot requires. */
export const REQUIRED_UNFILLED = "required_unfilled";

/**
 * Returns the entry for the properties that HubSpot requires and that no push ever fills; null if there are none. That a
 * property is required is known from HubSpot's schema, as far as that lists it, and from refusals. Pure.
 * @param filled what a push gives a value (pushedProperties)
 * @param unlinked records that were never linked: a property that only the schema lists concerns these
 */
export function requiredEntry(
  objectType: ObjectType,
  filled: ReadonlySet<string>,
  required: readonly RequiredProperty[],
  unlinked: number,
): DriftEntry | null {
  const unfilled = required.filter(({ name }) => !filled.has(name));
  const [first] = unfilled;
  if (first === undefined) return null;
  const records = Math.max(
    ...unfilled.map((each) => (each.listedOnly ? unlinked : each.records)),
  );
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

/** The code of an entry about pipelines that the settings select and HubSpot no longer has. */
export const PIPELINE_MISSING = "pipeline_missing";

/**
 * Returns the entry for selected pipelines that HubSpot no longer has; null if there are none. Pure.
 * @param missing their ids
 * @param records how many are linked and were in one of them
 */
export function missingPipelinesEntry(
  objectType: ObjectType,
  missing: readonly string[],
  records: number,
): DriftEntry | null {
  if (missing.length === 0) return null;
  const isOne = missing.length === 1;
  return {
    objectType,
    field: "",
    code: PIPELINE_MISSING,
    cause: `HubSpot no longer has the selected ${isOne ? "pipeline" : "pipelines"} ${missing.join(", ")}. ${concerned(objectType, records)}`,
    fix: `Move what is in ${isOne ? "it" : "them"} to another pipeline, then unselect ${isOne ? "it" : "them"}.`,
    details: {
      path: `settings.${objectType}.pipelines`,
      property: descriptorOf(objectType).hubspot.pipelines?.pipeline ?? "",
      label: missing.join(", "),
      records,
      values: missing,
    },
  };
}

function concerned(objectType: ObjectType, records: number): string {
  const { singular, plural } = descriptorOf(objectType).names;
  return records === 0
    ? `No ${singular} is concerned yet.`
    : `This concerns ${records} ${records === 1 ? singular : plural}.`;
}

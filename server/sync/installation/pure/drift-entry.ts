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

function concerned(objectType: ObjectType, records: number): string {
  const { singular, plural } = descriptorOf(objectType).names;
  return records === 0
    ? `No ${singular} is concerned yet.`
    : `This concerns ${records} ${records === 1 ? singular : plural}.`;
}

import type { FieldMapping } from "../../../settings/mapping.ts";
import type {
  ObjectId,
  ObjectType,
  RecordId,
} from "../../../settings/object-type.ts";
import type {
  FieldChange,
  ObjectProperties,
  Owners,
  ParentStatus,
  Properties,
  PropertyDefinition,
  Rules,
  Side,
  Trigger,
} from "../../model.ts";
import { own, toHubSpot, toWorkspace } from "../../values/value.ts";

/** What a line of the journal says of both sides: what they had before it, and what had changed. Pure. */

/** A line of the journal, with the trigger of the sync that wrote it. */
export interface PastLine {
  readonly id: string;
  readonly at: Date;
  readonly objectType: ObjectType;
  readonly recordId: RecordId | null;
  readonly objectId: ObjectId | null;
  readonly action: string;
  readonly code: string;
  readonly reason: string;
  readonly changes: readonly FieldChange[];
  readonly trigger: Trigger;
}

/** What both sides have of one pair, as far as it is stored here: of HubSpot's, only what was synced. */
export interface Standing {
  readonly record: Properties;
  readonly object: ObjectProperties;
  readonly parents: readonly ParentStatus[];
}

/** What both sides had of a field, in each side's own form. */
interface BothValues {
  readonly w: unknown;
  readonly h: string | null;
}

/** A value that a line moved from one side to the other. */
export interface Moved {
  readonly field: string;
  readonly property: string;
  /** The side that was written. */
  readonly to: Side;
  readonly before: BothValues;
  readonly after: BothValues;
  /** Both sides had changed it: what they agreed on before is not known. */
  readonly conflict: boolean;
}

/**
 * Returns the values that a line moved, or null if one of them can't be told in both sides' forms (a field that is no
 * longer mapped as it was, an owner who has left).
 */
export function movedBy(
  {
    settings,
    owners,
    definitions,
  }: Pick<Rules, "settings" | "owners" | "definitions">,
  { objectType, changes }: Pick<PastLine, "objectType" | "changes">,
): readonly Moved[] | null {
  const moved: Moved[] = [];
  const { source = null } = settings[objectType];
  for (const change of changes) {
    // No field of the record: a creation sends it as the settings say.
    if (
      change.field === change.property &&
      change.property === source?.property
    )
      continue;
    const mapping = settings[objectType].mappings.find(
      ({ field, property }) =>
        field === change.field && property === change.property,
    );
    if (mapping === undefined) return null;
    const inBoth = (value: unknown): BothValues | null =>
      inBothForms(
        mapping,
        owners,
        own(definitions, mapping.property),
        change.side,
        value,
      );
    const before = inBoth(change.before);
    const after = inBoth(change.after);
    if (before === null || after === null) return null;
    moved.push({
      field: change.field,
      property: change.property,
      to: change.side,
      before,
      after,
      conflict: change.overwrote !== undefined,
    });
  }
  return moved;
}

/** One side's value in both forms; null if the mapping has no form of it for the other side. */
function inBothForms(
  mapping: FieldMapping,
  owners: Owners,
  definition: PropertyDefinition | undefined,
  side: Side,
  value: unknown,
): BothValues | null {
  if (side === "workspace") {
    // What HubSpot's definition forbids is no matter here: the value came from there.
    const h = toHubSpot(mapping, value, owners, undefined);
    return h.ok ? { w: value ?? null, h: blankAsNull(h.value) } : null;
  }
  const text = typeof value === "string" ? value : null;
  const w = toWorkspace(mapping, text, owners, definition);
  return w.ok ? { w: w.value, h: blankAsNull(text ?? "") } : null;
}

const blankAsNull = (text: string): string | null =>
  text === "" ? null : text;

/** Returns what both sides had before a line, from what they had after it. */
export const before = (
  { record, object, parents }: Standing,
  moved: readonly Moved[],
): Standing => ({
  record: withValues(record, moved, (it) => [it.field, it.before.w]),
  object: withValues(object, moved, (it) => [it.property, it.before.h]),
  parents,
});

/** Returns values with others in the place of those that a line moved. */
export const withValues = <T>(
  values: Readonly<Record<string, T>>,
  moved: readonly Moved[],
  entry: (it: Moved) => readonly [string, T],
): Readonly<Record<string, T>> => ({
  ...values,
  ...Object.fromEntries(moved.map(entry)),
});

/** Returns what both sides had of a mapped field. */
export const valuesOf = (
  { record, object }: Pick<Standing, "record" | "object">,
  { field, property }: Pick<FieldMapping, "field" | "property">,
): BothValues => ({
  w: own(record, field) ?? null,
  h: own(object, property) ?? null,
});

import type { Db } from "../../database/database.ts";
import type { FieldMapping } from "../../settings/mapping.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { readSettings } from "../../settings/store.ts";
import type { DeclaredField } from "../../workspace/declared-field.ts";
import { hasOptions } from "../../workspace/declared-field.ts";
import type { OptionUse } from "../../workspace/field-catalogue.ts";
import {
  countMisfits,
  countOptions,
  insertField,
  lockField,
  MOST_FIELDS,
  MOST_OPTION_BYTES,
  sizeOfOthers,
  updateField,
} from "../../workspace/field-catalogue.ts";
import {
  misfitCause,
  misfitFix,
  pullFit,
} from "../../workspace/field-mappings.ts";
import { checkDrift } from "./drift.ts";
import { markParkedDirty } from "../recheck/mark-parked-dirty.ts";

/** Why a field wasn't added or changed. */
export type FieldRefusal =
  | { readonly code: "no-field" | "name-taken" | "too-many" | "too-large" }
  /** So many records have values that the field couldn't have. */
  | { readonly code: "values"; readonly records: number }
  /** Options that would be removed although records have them. */
  | { readonly code: "options-in-use"; readonly options: readonly OptionUse[] }
  /** An option by its position: HubSpot separates several options by semicolons. */
  | { readonly code: "semicolon"; readonly index: number }
  /** The saved mapping of the field pulls nothing that would fit it. */
  | { readonly code: "mapping"; readonly cause: string; readonly fix: string };

export type FieldWrite =
  | { readonly ok: true; readonly field: DeclaredField }
  | { readonly ok: false; readonly refusal: FieldRefusal };

/** Adds a field to a portal's catalogue. Its values are checked from then on, wherever a product writes. */
export async function addField(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  field: DeclaredField,
): Promise<FieldWrite> {
  const refusal = await shapeRefusal(db, portalId, type, field);
  if (refusal !== null) return refused(refusal);
  const records = await countMisfits(db, portalId, type, field.name, field);
  if (records > 0) return refused({ code: "values", records });
  if (!(await insertField(db, portalId, type, field)))
    return refused({ code: "name-taken" });
  await followField(db, portalId, type);
  return { ok: true, field };
}

/** What to change of a field; what is absent stays. */
export type FieldChange = Partial<
  Pick<DeclaredField, "label" | "type" | "options">
> & {
  /** Removes options although records have them. The records keep their values. */
  readonly force: boolean;
};

/**
 * Changes a field of a portal's catalogue. Its type changes only if no record has a value that wouldn't fit; options that
 * records have are removed only by force.
 */
export async function changeField(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  name: string,
  { force, ...change }: FieldChange,
): Promise<FieldWrite> {
  const before = await lockField(db, portalId, type, name);
  if (before === null) return refused({ code: "no-field" });
  const changed = { ...before, ...change };
  const after = hasOptions(changed.type)
    ? changed
    : { ...changed, options: [] };
  const refusal = await shapeRefusal(db, portalId, type, after);
  if (refusal !== null) return refused(refusal);
  if (after.type !== before.type) {
    const records = await countMisfits(db, portalId, type, name, after);
    if (records > 0) return refused({ code: "values", records });
  } else if (!force) {
    const kept = new Set(after.options.map(({ value }) => value));
    const removed = before.options
      .map(({ value }) => value)
      .filter((value) => !kept.has(value));
    const options =
      removed.length === 0
        ? []
        : await countOptions(db, portalId, type, name, removed);
    if (options.length > 0) return refused({ code: "options-in-use", options });
  }
  await updateField(db, portalId, type, after);
  await followField(db, portalId, type);
  return { ok: true, field: after };
}

/** What didn't fit may fit now, and the other way round. */
async function followField(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<void> {
  await markParkedDirty(db, portalId, type);
  await checkDrift(db, portalId, "now");
}

const refused = (refusal: FieldRefusal): FieldWrite => ({ ok: false, refusal });

/** Why a field can't be as it's described, whatever records have. */
const shapeRefusal = async (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  field: DeclaredField,
): Promise<FieldRefusal | null> =>
  semicolonIn(field) ??
  (await sizeRefusal(db, portalId, type, field)) ??
  (await mappingRefusal(db, portalId, type, field));

async function sizeRefusal(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { name, options }: DeclaredField,
): Promise<FieldRefusal | null> {
  const { fields, bytes } = await sizeOfOthers(db, portalId, type, name);
  if (fields >= MOST_FIELDS) return { code: "too-many" };
  return bytes + Buffer.byteLength(JSON.stringify(options)) > MOST_OPTION_BYTES
    ? { code: "too-large" }
    : null;
}

function semicolonIn({ type, options }: DeclaredField): FieldRefusal | null {
  if (type !== "options") return null;
  const index = options.findIndex(({ value }) => value.includes(";"));
  return index < 0 ? null : { code: "semicolon", index };
}

async function mappingRefusal(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  field: DeclaredField,
): Promise<FieldRefusal | null> {
  const mapping = await savedMapping(db, portalId, type, field.name);
  return mapping === undefined || pullFit(field, mapping) !== "never-fits"
    ? null
    : {
        code: "mapping",
        cause: misfitCause(field, mapping),
        fix: misfitFix(field),
      };
}

async function savedMapping(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  name: string,
): Promise<FieldMapping | undefined> {
  const { settings } = await readSettings(db, portalId);
  return settings[type].mappings.find(({ field }) => field === name);
}

import { jsonNumber, plainDecimal } from "../decimal.ts";
import type { Conversion, FieldMapping } from "../settings/mapping.ts";
import type { StandardField } from "../settings/types/descriptor.ts";
import type { ObjectType } from "../settings/types/index.ts";
import {
  associationKinds,
  descriptorOf,
  primaryKindOf,
} from "../settings/types/index.ts";
import { isStorable } from "../storable-text.ts";
import { misfit } from "./declared-field.ts";
import { contents } from "./field-mappings.ts";

/** What a standard field can have; every other field name is one of the product's own. */
export type FieldKind = StandardField["kind"];

/** Returns the kind of a type's standard field, which is a column of its view; undefined for any other name. */
export const standardKindOf = (
  type: ObjectType,
  name: string,
): FieldKind | undefined =>
  Object.hasOwn(descriptorOf(type).fields, name)
    ? descriptorOf(type).fields[name]?.kind
    : undefined;

/** Columns of the views that are not fields: a custom field of such a name could not be told from them. */
const reservedNames: ReadonlySet<string> = new Set<string>([
  "id",
  ...associationKinds.flatMap(({ primary }) => primary?.column ?? []),
  "custom",
  "hubspot_id",
  "sync_status",
  "sync_reason",
  "created_at",
  "updated_at",
]);

/**
 * Columns of a type's view that are derived from its other fields: whether a record is done, and won, by its stage
 * (workspace_stages() in the migrations). None for types without pipelines.
 */
const derivedNamesOf = (type: ObjectType): readonly string[] =>
  descriptorOf(type).hubspot.pipelines === undefined ? [] : ["won", "closed"];

/** Whether a type's view has a column of this name that isn't a field. */
export const isReserved = (type: ObjectType, name: string): boolean =>
  reservedNames.has(name) || derivedNamesOf(type).includes(name);

const MAX_TEXT = 65_536;
const MAX_LIST = 1_000;
const namePattern = /^[a-z][a-z0-9_]{0,99}$/i;

/**
 * Says what is wrong with a value for a field, or null when the record may hold it.
 * Null always may be written: it clears the field.
 */
export function fieldFault(
  type: ObjectType,
  name: string,
  value: unknown,
): string | null {
  if (!namePattern.test(name))
    return "A field's name has letters, digits, and underscores, begins with a letter, and has at most 100 characters.";
  if (reservedNames.has(name)) {
    const kind = primaryKindOf(type);
    return name !== kind?.primary.column
      ? `${name} is set by Counterpart.`
      : `A ${kind.from}'s ${kind.to} is set with ${kind.primary.field}, not in properties.`;
  }
  if (derivedNamesOf(type).includes(name))
    return `${name} comes from the stage and can't be written. Write the stage.`;
  if (value === null) return null;
  const kind = standardKindOf(type, name);
  if (kind === "text")
    return typeof value === "string"
      ? textFault(value)
      : "must be a string or null";
  if (kind === "number")
    return (typeof value === "number" && Number.isFinite(value)) ||
      (typeof value === "string" && plainDecimal(value) !== null)
      ? null
      : "must be a number, a number as a string, or null";
  if (kind === "date") {
    const needed = misfit({ type: kind, options: [] }, value);
    return needed && `must be ${needed}, or null`;
  }
  return customFault(value);
}

/** A valid value as the record keeps it: a number that came as a string becomes a number, with all its digits. */
export function storedValue(
  type: ObjectType,
  name: string,
  value: unknown,
): unknown {
  const plain =
    typeof value === "string" && standardKindOf(type, name) === "number"
      ? plainDecimal(value)
      : null;
  return plain === null ? value : jsonNumber(plain);
}

/** The conversions whose values a field of a kind can have. */
const conversionsOf: Readonly<
  Record<FieldKind, readonly Conversion["kind"][]>
> = {
  text: ["text", "email", "date", "datetime", "options", "owner"],
  number: ["number"],
  date: ["date"],
};

/**
 * Returns what is wrong with a mapping's field, or null if the field can have what the mapping pulls into it.
 * A mapping that only pushes writes no field, and a custom field can have anything.
 * Checked when settings are saved, and not when they are read: documents that were saved before stay valid, and the
 * views show what does not fit in `custom`.
 */
export function mappingFault(
  type: ObjectType,
  { field, property, direction, conversion }: FieldMapping,
): string | null {
  if (isReserved(type, field))
    return `The field ${field} can't be mapped: Counterpart sets it.`;
  const kind = standardKindOf(type, field);
  if (kind === undefined || direction === "push") return null;
  const possible = conversionsOf[kind];
  if (possible.includes(conversion.kind)) return null;
  return [
    `The field ${field} can only have ${contents[kind]}, but the conversion ${conversion.kind} pulls other values into it.`,
    `Possible conversions: ${possible.join(", ")}.`,
    `For other values, map ${property} to a custom field, or set the direction to push.`,
  ].join(" ");
}

function customFault(value: unknown): string | null {
  if (typeof value === "string") return textFault(value);
  if (typeof value === "number")
    return Number.isFinite(value) ? null : "must be a finite number";
  if (typeof value === "boolean") return null;
  if (!Array.isArray(value))
    return "must be a string, number, boolean, list of strings, or null";
  if (value.length > MAX_LIST) return `may list at most ${MAX_LIST} values`;
  for (const item of value as unknown[]) {
    if (typeof item !== "string") return "may list only strings";
    const fault = textFault(item);
    if (fault !== null) return fault;
  }
  return null;
}

function textFault(value: string): string | null {
  if (value.length > MAX_TEXT) return `may have at most ${MAX_TEXT} characters`;
  return isStorable(value)
    ? null
    : "must be text without NUL characters or broken surrogates";
}

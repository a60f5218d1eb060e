import { sql } from "kysely";
import { readPage } from "../database/bounded-page.ts";
import type { PageOf } from "../database/bounded-page.ts";
import type { Db } from "../database/database.ts";
import { toJson } from "../database/json.ts";
import type { ObjectType, PortalId } from "../settings/object-type.ts";
import { descriptorOf } from "../settings/types/index.ts";
import type {
  DeclaredField,
  FieldOption,
  FieldShape,
  FieldType,
} from "./declared-field.ts";

/** The stored catalogue of a portal's fields: standard ones by their descriptor, and those that the portal declared. */

/** Fields that a portal can declare of a type: as many as it can map. */
export const MOST_FIELDS = 500;

/** Bytes that the options of a type's declared fields have together, as JSON: each batch of sync loads them. */
export const MOST_OPTION_BYTES = 1_048_576;

/** Returns those of the named fields that the portal has declared, by name. Primary key. */
export async function loadFields(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  names: readonly string[],
): Promise<Readonly<Record<string, DeclaredField>>> {
  const custom = names.filter((name) => !isStandard(type, name));
  if (custom.length === 0) return {};
  const { rows } = await sql<DeclaredField>`
    select name, label, type, options from workspace_field
    where portal_id = ${portalId} and object_type = ${type} and name = any (${custom}::text[])`.execute(
    db,
  );
  return Object.fromEntries(rows.map((field) => [field.name, field]));
}

/** Where a list of fields continues: after this one. */
export type FieldPlace = { readonly ordinal: number; readonly name: string };

export type ListedField = DeclaredField &
  FieldPlace & { readonly standard: boolean };

/**
 * Returns a page of a type's fields: the standard ones in the order of their view, then the declared ones by name.
 * @param list.types only fields of these types; null: all
 */
export async function listFields(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  list: {
    readonly limit: number;
    readonly after: FieldPlace | null;
    readonly types: readonly FieldType[] | null;
  },
): Promise<PageOf<ListedField>> {
  const { limit, after, types } = list;
  return readPage<ListedField>(db, {
    rows: sql`
      select f.*, octet_length(f.options::text) + octet_length(f.label) + 100 as weight from (
        select name, label, type, '[]'::jsonb as options, true as standard, ordinal
        from jsonb_to_recordset(${toJson(standardFields(type))}::jsonb) as s(name text, label text, type text, ordinal int)
        union all
        select name, label, type, options, false, ${AFTER_STANDARD}::int from workspace_field
        where portal_id = ${portalId} and object_type = ${type}
      ) f
      where (${types}::text[] is null or f.type = any (${types}::text[]))
        and (f.ordinal, f.name) > (${after?.ordinal ?? -1}::int, ${after?.name ?? ""}::text)`,
    order: sql`ordinal, name`,
    limit,
  });
}

/** A field without its options, which may be thousands. */
export type NamedField = Omit<DeclaredField, "options"> & {
  readonly standard: boolean;
  /** How many options it has. */
  readonly options: number;
};

/**
 * Returns all of a type's fields without their options: the standard ones in the order of their view, then the declared
 * ones by label.
 * @param types only fields of these types; null: all
 */
export async function nameFields(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  types: readonly FieldType[] | null,
): Promise<NamedField[]> {
  const { rows } = await sql<NamedField>`
    select name, label, type, false as standard, jsonb_array_length(options) as options from workspace_field
    where portal_id = ${portalId} and object_type = ${type} and (${types}::text[] is null or type = any (${types}::text[]))
    order by lower(label), name`.execute(db);
  return [
    ...standardFields(type)
      .filter((field) => types === null || types.includes(field.type))
      .map(({ name, label, type: kind }) => ({
        name,
        label,
        type: kind,
        standard: true,
        options: 0,
      })),
    ...rows,
  ];
}

/** Declared fields come after all standard ones, by name. */
const AFTER_STANDARD = 10_000;

const standardFields = (type: ObjectType) =>
  Object.entries(descriptorOf(type).fields).map(
    ([name, { kind, label }], ordinal) => ({
      name,
      label,
      type: kind,
      ordinal,
    }),
  );

/** Whether a name is that of a standard field, of which people can't change anything. */
export const isStandard = (type: ObjectType, name: string): boolean =>
  Object.hasOwn(descriptorOf(type).fields, name);

/** Returns a declared field, locked until the end of the transaction; null if there is none of this name. */
export async function lockField(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  name: string,
): Promise<DeclaredField | null> {
  const { rows } = await sql<DeclaredField>`
    select name, label, type, options from workspace_field
    where portal_id = ${portalId} and object_type = ${type} and name = ${name} for update`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** Returns how many other fields than the named one a portal has declared of a type, and the bytes of their options. */
export async function sizeOfOthers(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  name: string,
): Promise<{ readonly fields: number; readonly bytes: number }> {
  const { rows } = await sql<{ fields: number; bytes: number }>`
    select count(*)::int as fields, coalesce(sum(octet_length(options::text)), 0)::float8 as bytes from workspace_field
    where portal_id = ${portalId} and object_type = ${type} and name <> ${name}`.execute(
    db,
  );
  return rows[0] ?? { fields: 0, bytes: 0 };
}

/** Stores a new field. Returns whether its name was free. */
export async function insertField(
  db: Db,
  portalId: PortalId,
  objectType: ObjectType,
  { name, label, type, options }: DeclaredField,
): Promise<boolean> {
  const { rows } = await sql`
    insert into workspace_field (portal_id, object_type, name, label, type, options)
    values (${portalId}, ${objectType}, ${name}, ${label}, ${type}, ${toJson(options)}::jsonb)
    on conflict do nothing returning name`.execute(db);
  return rows.length === 1;
}

/** Stores a field's label, type, and options anew. */
export async function updateField(
  db: Db,
  portalId: PortalId,
  objectType: ObjectType,
  { name, label, type, options }: DeclaredField,
): Promise<void> {
  await sql`
    update workspace_field set label = ${label}, type = ${type}, options = ${toJson(options)}::jsonb, updated_at = now()
    where portal_id = ${portalId} and object_type = ${objectType} and name = ${name}`.execute(
    db,
  );
}

/**
 * Returns how many records that aren't deleted have a value in a field that wouldn't fit it. Reads every record of the
 * type: some 3 s per million.
 */
export async function countMisfits(
  db: Db,
  portalId: PortalId,
  objectType: ObjectType,
  name: string,
  { type, options }: FieldShape,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from record
    where portal_id = ${portalId} and object_type = ${objectType} and deleted_at is null and properties ? ${name}
      and field_misfit(${type}, ${toJson(options)}::jsonb, properties -> ${name}::text) is not null`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** An option, and how many records that aren't deleted have it. */
export type OptionUse = { readonly value: string; readonly records: number };

/** Returns those of these options that records have in a field. Reads every record of the type. */
export async function countOptions(
  db: Db,
  portalId: PortalId,
  objectType: ObjectType,
  name: string,
  values: readonly string[],
): Promise<OptionUse[]> {
  const { rows } = await sql<OptionUse>`
    select v.value, count(*)::int as records from record r
    cross join lateral (
      select distinct item #>> '{}' as value from jsonb_array_elements(
        case jsonb_typeof(r.properties -> ${name}::text) when 'array' then r.properties -> ${name}::text
          else jsonb_build_array(r.properties -> ${name}::text) end) as item
    ) v
    where r.portal_id = ${portalId} and r.object_type = ${objectType} and r.deleted_at is null and r.properties ? ${name}
      and v.value = any (${values}::text[])
    group by v.value order by v.value`.execute(db);
  return rows;
}

/** Options by value: each once. Returns the first that is there twice, or null. */
export function repeatedOption(
  options: readonly FieldOption[],
): { readonly index: number; readonly value: string } | null {
  const seen = new Set<string>();
  for (const [index, { value }] of options.entries()) {
    if (seen.has(value)) return { index, value };
    seen.add(value);
  }
  return null;
}

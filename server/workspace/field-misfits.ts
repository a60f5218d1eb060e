import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import { toJson } from "../database/json.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../settings/object-type.ts";
import type { DeclaredField } from "./declared-field.ts";
import { keptValue, misfit } from "./declared-field.ts";
import { storedValue } from "./fields.ts";

/** A value that doesn't fit a field that the portal has declared. */
export type InputMisfit = { readonly field: string; readonly message: string };

type Fields = Readonly<Record<string, DeclaredField>>;

const fieldOf = (fields: Fields, name: string): DeclaredField | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

/** Returns a valid value as the record keeps it: a number that came as a string becomes a number, with all its digits. */
export function valueToKeep(
  type: ObjectType,
  fields: Fields,
  name: string,
  value: unknown,
): unknown {
  const field = fieldOf(fields, name);
  return field === undefined
    ? storedValue(type, name, value)
    : keptValue(field, value);
}

/**
 * Returns what doesn't fit the declared fields, by the position of its input. A value that its record has already is not
 * among it: a record that is written back as it was read changes nothing, whatever became of its fields since.
 */
export async function findMisfits(
  db: Db,
  portalId: PortalId,
  fields: Fields,
  inputs: readonly {
    readonly id: RecordId | null;
    readonly properties: Readonly<Record<string, unknown>>;
  }[],
): Promise<Map<number, InputMisfit[]>> {
  const found = inputs.flatMap(({ id, properties }, index) =>
    Object.entries(properties).flatMap(([name, given]) => {
      const field = fieldOf(fields, name);
      if (field === undefined || given === null) return [];
      const value = keptValue(field, given);
      const needed = misfit(field, value);
      const message = `must be ${needed}, or null`;
      return needed === null ? [] : [{ index, id, name, value, message }];
    }),
  );
  const kept = await alreadyThere(db, portalId, found);
  const byInput = new Map<number, InputMisfit[]>();
  for (const [place, { index, name, message }] of found.entries()) {
    if (kept.has(place)) continue;
    const others = byInput.get(index) ?? [];
    byInput.set(index, [...others, { field: name, message }]);
  }
  return byInput;
}

/** The positions of values that their records have already. Primary keys. */
async function alreadyThere(
  db: Db,
  portalId: PortalId,
  values: readonly {
    readonly id: RecordId | null;
    readonly name: string;
    readonly value: unknown;
  }[],
): Promise<Set<number>> {
  const asked = values.flatMap(({ id, name, value }, place) =>
    id === null ? [] : [{ place, id, name, value }],
  );
  if (asked.length === 0) return new Set();
  const { rows } = await sql<{ place: number }>`
    select a.place from jsonb_to_recordset(${toJson(asked)}::jsonb) as a(place int, id uuid, name text, value jsonb)
    left join record_alias l on l.portal_id = ${portalId} and l.old_id = a.id
    join record r on r.portal_id = ${portalId} and r.id = coalesce(l.record_id, a.id)
    where r.properties -> a.name = a.value`.execute(db);
  return new Set(rows.map(({ place }) => place));
}

import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../settings/object-type.ts";
import { primaryKindOf } from "../settings/types/index.ts";
import type { DeclaredField } from "./declared-field.ts";
import type { InputMisfit } from "./field-misfits.ts";
import { findMisfits, valueToKeep } from "./field-misfits.ts";
import { loadFields } from "./field-catalogue.ts";
import { MAX_RECORD_BYTES, recordBytes } from "./record-bytes.ts";

/** A record to create (no id) or to change (an id). A null property clears; an absent one stays. */
export type RecordInput = {
  id: RecordId | null;
  properties: Readonly<Record<string, unknown>>;
  /** Undefined: stays as it is. */
  companyId: RecordId | null | undefined;
};

export type RecordWrite =
  | { ok: true; id: RecordId; created: boolean }
  | { ok: false; code: "not-found" | "deleted" | "twice" | "unknown-company" }
  /** Values that don't fit fields that the portal has declared; the record doesn't have them already. */
  | { ok: false; code: "misfit"; misfits: readonly InputMisfit[] }
  /** With the change, its values would have this many bytes. */
  | { ok: false; code: "too-large"; bytes: number };

/**
 * Writes records of one type, in a fixed number of statements; one result an input, in order. What cannot be written is
 * reported and leaves the others alone. Ids of merged records reach the survivor. Locks the records that it changes.
 */
export async function writeRecords(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  inputs: readonly RecordInput[],
): Promise<RecordWrite[]> {
  await lockTargets(db, portalId, inputs);
  const targets = await findTargets(db, portalId, type, inputs);
  const companies = await findCompanies(db, portalId, type, inputs);
  const names = inputs.flatMap(({ properties }) => Object.keys(properties));
  const fields = await loadFields(db, portalId, type, [...new Set(names)]);
  const misfits = await findMisfits(db, portalId, fields, inputs);
  const seen = new Set<RecordId>();
  const creations: Written[] = [];
  const changes: Written[] = [];
  const results = inputs.map((input, index): RecordWrite => {
    const company =
      typeof input.companyId === "string"
        ? companies.get(input.companyId)
        : input.companyId;
    if (typeof input.companyId === "string" && company === undefined)
      return { ok: false, code: "unknown-company" };
    const wrong = misfits.get(index);
    if (input.id === null) {
      if (wrong !== undefined)
        return { ok: false, code: "misfit", misfits: wrong };
      const id = randomUUID();
      const creation = written(type, fields, id, { ...input, company });
      const bytes = recordBytes(creation.set);
      if (bytes > MAX_RECORD_BYTES)
        return { ok: false, code: "too-large", bytes };
      creations.push(creation);
      return { ok: true, id, created: true };
    }
    const target = targets.get(input.id);
    if (target === undefined) return { ok: false, code: "not-found" };
    if (target.deleted) return { ok: false, code: "deleted" };
    if (seen.has(target.id)) return { ok: false, code: "twice" };
    if (wrong !== undefined)
      return { ok: false, code: "misfit", misfits: wrong };
    seen.add(target.id);
    changes.push(written(type, fields, target.id, { ...input, company }));
    return { ok: true, id: target.id, created: false };
  });
  if (creations.length > 0) await insertRecords(db, portalId, type, creations);
  if (changes.length === 0) return results;
  const outgrown = await updateRecords(db, portalId, changes);
  return results.map((result) => {
    const bytes = result.ok ? outgrown.get(result.id) : undefined;
    return bytes === undefined
      ? result
      : { ok: false, code: "too-large", bytes };
  });
}

/** Deletes a record softly. False when there is none of this type, true also when it was deleted before. */
export async function deleteRecord(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  id: RecordId,
): Promise<boolean> {
  const targets = await findTargets(db, portalId, type, [
    { id, properties: {}, companyId: undefined },
  ]);
  const target = targets.get(id);
  if (target === undefined) return false;
  await db
    .updateTable("record")
    .set({ deleted_at: sql<Date>`now()` })
    .where("portal_id", "=", portalId)
    .where("id", "=", target.id)
    .where("deleted_at", "is", null)
    .execute();
  return true;
}

type Written = {
  id: RecordId;
  set: Record<string, unknown>;
  clear: string[];
  company_id: RecordId | null;
  sets_company: boolean;
};

function written(
  type: ObjectType,
  fields: Readonly<Record<string, DeclaredField>>,
  id: RecordId,
  {
    company,
    ...input
  }: RecordInput & { readonly company: RecordId | null | undefined },
): Written {
  const entries = Object.entries(input.properties);
  return {
    id,
    set: Object.fromEntries(
      entries.flatMap(([name, value]) =>
        value === null ? [] : [[name, valueToKeep(type, fields, name, value)]],
      ),
    ),
    clear: entries.filter(([, value]) => value === null).map(([name]) => name),
    company_id: company ?? null,
    sets_company: company !== undefined,
  };
}

/**
 * Locks the records that are to be changed, in one order for all, so that two batches never wait for each other, and so
 * that what a change makes of a record's size holds until it is written.
 */
async function lockTargets(
  db: Db,
  portalId: PortalId,
  inputs: readonly RecordInput[],
): Promise<void> {
  const ids = inputs.flatMap(({ id }) => (id === null ? [] : [id]));
  if (ids.length === 0) return;
  await sql`
    select from record where portal_id = ${portalId} and id = any (array(
      select coalesce(a.record_id, asked.id) from unnest(${ids}::uuid[]) as asked(id)
      left join record_alias a on a.portal_id = ${portalId} and a.old_id = asked.id))
    order by id for update`.execute(db);
}

async function findTargets(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  inputs: readonly RecordInput[],
): Promise<Map<RecordId, { id: RecordId; deleted: boolean }>> {
  const ids = inputs.flatMap(({ id }) => (id === null ? [] : [id]));
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ asked: string; id: string; deleted: boolean }>`
    select asked.id as asked, r.id, r.deleted_at is not null as deleted
    from unnest(${ids}::uuid[]) as asked(id)
    left join record_alias a on a.portal_id = ${portalId} and a.old_id = asked.id
    join record r on r.portal_id = ${portalId} and r.id = coalesce(a.record_id, asked.id) and r.object_type = ${type}`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.asked, row]));
}

async function findCompanies(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  inputs: readonly RecordInput[],
): Promise<Map<RecordId, RecordId>> {
  const ids = inputs.flatMap(({ companyId }) =>
    typeof companyId === "string" ? [companyId] : [],
  );
  const kind = primaryKindOf(type);
  if (ids.length === 0 || kind === null) return new Map();
  const { rows } = await sql<{ asked: string; id: string }>`
    select distinct asked.id as asked, r.id
    from unnest(${ids}::uuid[]) as asked(id)
    left join record_alias a on a.portal_id = ${portalId} and a.old_id = asked.id
    join record r on r.portal_id = ${portalId} and r.id = coalesce(a.record_id, asked.id)
      and r.object_type = ${sql.lit(kind.to)} and r.deleted_at is null`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.asked, row.id]));
}

async function insertRecords(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  rows: readonly Written[],
): Promise<void> {
  await sql`
    insert into record (portal_id, id, object_type, properties, company_id)
    select ${portalId}, i.id, ${type}, i.set, i.company_id
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i(id uuid, set jsonb, company_id uuid)`.execute(
    db,
  );
}

/**
 * Changes records that are locked. Returns those that a change would make too large, with the bytes that they would
 * have: they stay as they are.
 */
async function updateRecords(
  db: Db,
  portalId: PortalId,
  rows: readonly Written[],
): Promise<ReadonlyMap<RecordId, number>> {
  // What is equal already is not written: writing it would mark a waiting record dirty again.
  const changed = sql`(r.properties || i.set) - i.clear`;
  const company = sql`case when i.sets_company then i.company_id else r.company_id end`;
  const input = (page: readonly Written[]) => sql`
    jsonb_to_recordset(${JSON.stringify(page)}::jsonb)
      as i(id uuid, set jsonb, clear text[], company_id uuid, sets_company boolean)`;
  const bytes = sql`octet_length((${changed})::text)`;
  // A record that is larger already may change its company, or anything but its values.
  const fits = sql`(${changed} is not distinct from r.properties or ${bytes} <= ${MAX_RECORD_BYTES})`;
  const { rows: done } = await sql<{ id: RecordId }>`
    update record r
    set properties = ${changed}, company_id = ${company}
    from ${input(rows)}
    where r.portal_id = ${portalId} and r.id = i.id and r.deleted_at is null
      and (${changed}, ${company}) is distinct from (r.properties, r.company_id)
      and ${fits}
    returning r.id`.execute(db);
  const written = new Set(done.map(({ id }) => id));
  const left = rows.filter(({ id }) => !written.has(id));
  if (left.length === 0) return new Map();
  const { rows: outgrown } = await sql<{ id: RecordId; bytes: number }>`
    select r.id, ${bytes} as bytes
    from ${input(left)}
    join record r on r.portal_id = ${portalId} and r.id = i.id
    where r.deleted_at is null and not ${fits}`.execute(db);
  return new Map(outgrown.map((row) => [row.id, row.bytes]));
}

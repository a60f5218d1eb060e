import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../settings/object-type.ts";
import { storedValue } from "./fields.ts";

/** A record to create (no id) or to change (an id). A null property clears; an absent one stays. */
export type RecordInput = {
  id: RecordId | null;
  properties: Readonly<Record<string, unknown>>;
  /** Undefined: stays as it is. */
  companyId: RecordId | null | undefined;
};

export type RecordWrite =
  | { ok: true; id: RecordId; created: boolean }
  | { ok: false; code: "not-found" | "deleted" | "twice" | "unknown-company" };

/**
 * Writes records of one type, all in three statements however many they are; one result an input, in order.
 * What cannot be written is told and leaves the others alone. Ids of merged records reach the survivor.
 */
export async function writeRecords(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  inputs: readonly RecordInput[],
): Promise<RecordWrite[]> {
  const targets = await findTargets(db, portalId, type, inputs);
  const companies = await findCompanies(db, portalId, inputs);
  const seen = new Set<RecordId>();
  const creations: Written[] = [];
  const changes: Written[] = [];
  const results = inputs.map((input): RecordWrite => {
    const company =
      typeof input.companyId === "string"
        ? companies.get(input.companyId)
        : input.companyId;
    if (typeof input.companyId === "string" && company === undefined)
      return { ok: false, code: "unknown-company" };
    if (input.id === null) {
      const id = randomUUID();
      creations.push(written(type, id, input, company));
      return { ok: true, id, created: true };
    }
    const target = targets.get(input.id);
    if (target === undefined) return { ok: false, code: "not-found" };
    if (target.deleted) return { ok: false, code: "deleted" };
    if (seen.has(target.id)) return { ok: false, code: "twice" };
    seen.add(target.id);
    changes.push(written(type, target.id, input, company));
    return { ok: true, id: target.id, created: false };
  });
  if (creations.length > 0) await insertRecords(db, portalId, type, creations);
  if (changes.length > 0) await updateRecords(db, portalId, changes);
  return results;
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
  await sql`
    update record set deleted_at = now()
    where portal_id = ${portalId} and id = ${target.id} and deleted_at is null`.execute(
    db,
  );
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
  id: RecordId,
  input: RecordInput,
  company: RecordId | null | undefined,
): Written {
  const entries = Object.entries(input.properties);
  return {
    id,
    set: Object.fromEntries(
      entries.flatMap(([name, value]) =>
        value === null ? [] : [[name, storedValue(type, name, value)]],
      ),
    ),
    clear: entries.filter(([, value]) => value === null).map(([name]) => name),
    company_id: company ?? null,
    sets_company: company !== undefined,
  };
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
  inputs: readonly RecordInput[],
): Promise<Map<RecordId, RecordId>> {
  const ids = inputs.flatMap(({ companyId }) =>
    typeof companyId === "string" ? [companyId] : [],
  );
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ asked: string; id: string }>`
    select distinct asked.id as asked, r.id
    from unnest(${ids}::uuid[]) as asked(id)
    left join record_alias a on a.portal_id = ${portalId} and a.old_id = asked.id
    join record r on r.portal_id = ${portalId} and r.id = coalesce(a.record_id, asked.id)
      and r.object_type = 'company' and r.deleted_at is null`.execute(db);
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

async function updateRecords(
  db: Db,
  portalId: PortalId,
  rows: readonly Written[],
): Promise<void> {
  // What is equal already is not written: writing it would mark a waiting record dirty again.
  const changed = sql`(r.properties || i.set) - i.clear`;
  const company = sql`case when i.sets_company then i.company_id else r.company_id end`;
  await sql`
    update record r
    set properties = ${changed}, company_id = ${company}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as i(id uuid, set jsonb, clear text[], company_id uuid, sets_company boolean)
    where r.portal_id = ${portalId} and r.id = i.id and r.deleted_at is null
      and (${changed}, ${company}) is distinct from (r.properties, r.company_id)`.execute(
    db,
  );
}

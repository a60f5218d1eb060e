import { sql } from "kysely";
import type { Db } from "../../server/database/database.ts";
import { plural } from "./fields.ts";
import type { EntityType } from "./steps.ts";

/** What a product does in its workspace, through the product's own views where these can do it. */

const view = (type: EntityType) => sql.table(`workspace.${plural[type]}`);

/** Inserts rows by one statement; returns their ids in the order of the rows. */
export async function insertRecords(
  db: Db,
  type: EntityType,
  rows: readonly Readonly<Record<string, string>>[],
): Promise<string[]> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const named = sql.join(columns.map((column) => sql.ref(column)));
  const { rows: made } = await sql<{ id: string }>`
    insert into ${view(type)} (${named})
    select ${named} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as n(${sql.join(columns.map((column) => sql`${sql.ref(column)} ${column.endsWith("_id") ? sql`uuid` : sql`text`}`))})
    returning id`.execute(db);
  return made.map(({ id }) => id);
}

/** Types one value into one field of some living records, by one statement; returns whose it reached. */
export async function updateRecords(
  db: Db,
  type: EntityType,
  ids: readonly string[],
  field: string,
  value: string,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update ${view(type)} set ${sql.ref(field)} = ${value}
    where id = any (${ids}::uuid[]) returning id`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Two living contacts change emails, or the first gives its email to the second, by one statement. Returns what each
 * holds now; empty where one of them is gone.
 */
export async function moveEmails(
  db: Db,
  first: string,
  second: string,
  give: boolean,
): Promise<{ id: string; email: string }[]> {
  const { rows } = await sql<{ id: string; email: string | null }>`
    update workspace.contacts c
    set email = case when c.id = ${first} and ${give} then null else o.email end
    from workspace.contacts o
    where (c.id, o.id) in ((${first}::uuid, ${second}::uuid), (${second}::uuid, ${first}::uuid))
      and coalesce(o.email, '') <> coalesce(c.email, '')
    returning c.id, c.email`.execute(db);
  return rows.map(({ id, email }) => ({ id, email: email ?? "" }));
}

export async function deleteRecords(
  db: Db,
  type: EntityType,
  ids: readonly string[],
): Promise<void> {
  await sql`delete from ${view(type)} where id = any (${ids}::uuid[])`.execute(
    db,
  );
}

/** No view shows a deleted record, so a function restores it. One that was merged away stays. */
export async function restoreRecord(db: Db, id: string): Promise<void> {
  await sql`select workspace.restore_record(${id}::uuid)`.execute(db);
}

export async function writeEdge(
  db: Db,
  contact: string,
  company: string,
  how: { readonly primary: boolean; readonly remove: boolean },
): Promise<void> {
  if (how.remove) {
    await sql`
      delete from workspace.associations where from_id = ${contact} and to_id = ${company}`.execute(
      db,
    );
    return;
  }
  const labels = how.primary ? ["primary"] : [];
  // One that is there already, as the primary one, stays that.
  await sql`
    insert into workspace.associations (from_type, from_id, to_type, to_id, labels)
    select 'contact', c.id, 'company', o.id, ${labels}::text[]
    from workspace.contacts c, workspace.companies o
    where c.id = ${contact} and o.id = ${company}
      and (${how.primary} or c.company_id is distinct from o.id)`.execute(db);
}

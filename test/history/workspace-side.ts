import { sql } from "kysely";
import type { Db } from "../../server/database/database.ts";
import { plural } from "./fields.ts";
import type { EntityType } from "./steps.ts";

/** What a product does in its workspace, through the product's own views where these can do it. */

/** Fields of deals that the workspace has among its custom ones. */
const customFields: ReadonlySet<string> = new Set(["next_step", "description"]);

const view = (type: EntityType) => sql.table(`workspace.${plural[type]}`);

/** Inserts rows by one statement; returns their ids in the order of the rows. */
export async function insertRecords(
  db: Db,
  type: EntityType,
  rows: readonly Readonly<Record<string, string>>[],
): Promise<string[]> {
  const given = rows.map((row) => withCustom(row));
  const columns = [...new Set(given.flatMap((row) => Object.keys(row)))];
  const named = sql.join(columns.map((column) => sql.ref(column)));
  const { rows: made } = await sql<{ id: string }>`
    insert into ${view(type)} (${named})
    select ${named} from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as n(${sql.join(columns.map((column) => sql`${sql.ref(column)} ${sql.raw(columnType(column))}`))})
    returning id`.execute(db);
  return made.map(({ id }) => id);
}

/** A row with its custom fields where the view has them. */
function withCustom(
  row: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const all = Object.entries(row);
  const custom = all.filter(([field]) => customFields.has(field));
  return {
    ...Object.fromEntries(all.filter(([field]) => !customFields.has(field))),
    ...(custom.length > 0 && { custom: Object.fromEntries(custom) }),
  };
}

function columnType(column: string): "jsonb" | "numeric" | "text" | "uuid" {
  if (column === "custom") return "jsonb";
  if (column === "amount") return "numeric";
  return column.endsWith("_id") ? "uuid" : "text";
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
    update ${view(type)} set ${
      customFields.has(field) && type === "deal"
        ? sql`custom = custom || jsonb_build_object(${field}::text, ${value}::text)`
        : sql`${sql.ref(field)} = ${value}::text::${sql.raw(columnType(field))}`
    }
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

/** A deal and a contact, or a company of it, perhaps its primary one. */
export async function writeDealEdge(
  db: Db,
  deal: string,
  to: "contact" | "company",
  parent: string,
  how: { readonly primary: boolean; readonly remove: boolean },
): Promise<void> {
  if (how.remove) {
    await sql`
      delete from workspace.associations where from_id = ${deal} and to_id = ${parent}`.execute(
      db,
    );
    return;
  }
  const isPrimary = how.primary && to === "company";
  // One that is there already, as the primary one, stays that.
  await sql`
    insert into workspace.associations (from_type, from_id, to_type, to_id, labels)
    select 'deal', d.id, ${to}, p.id, ${isPrimary ? ["primary"] : []}::text[]
    from workspace.deals d, ${view(to)} p
    where d.id = ${deal} and p.id = ${parent}
      and (${isPrimary} or d.company_id is distinct from p.id)`.execute(db);
}

/** Moves a deal to a stage, by one statement. */
export async function moveDeal(
  db: Db,
  deal: string,
  { pipeline, stage }: { readonly pipeline: string; readonly stage: string },
): Promise<void> {
  await sql`
    update workspace.deals set pipeline = ${pipeline}, stage = ${stage} where id = ${deal}`.execute(
    db,
  );
}

import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import type { Db } from "./database.ts";
import { SET_ASIDE_DAYS } from "./set-aside.ts";

/** Days that an uninstalled portal's data stays: a reinstall before that finds its links again. */
export const UNINSTALLED_DAYS = 90;

/** Days that a record stays restorable that left the workspace with its pipeline. */
export const ARCHIVE_DAYS = 90;

const JOURNAL_DAYS = 90;
const BATCH = 5000;

/**
 * Removes what a portal has kept long enough, at most a batch of each kind: settled events and attempts, answers to
 * repeated requests and old claims after a day; events that were set aside after 30; journal, ended runs and resolved
 * attention after the days that the portal has chosen. Runs as the portal. Answers whether more is left.
 */
export async function removeExpired(db: Db): Promise<boolean> {
  const { rows } = await sql<{ days: number }>`
    select (document -> 'retention' ->> 'journalDays')::float8 as days
    from settings order by version desc limit 1`.execute(db);
  const kept = sql`now() - make_interval(days => ${Math.ceil(rows[0]?.days ?? JOURNAL_DAYS)})`;
  const dayAgo = sql`now() - interval '1 day'`;
  const expired: [table: string, condition: RawBuilder<unknown>][] = [
    ["inbox", sql`settled_at < ${dayAgo}`],
    ["attempt", sql`settled_at < ${dayAgo}`],
    ["identity_claim", sql`ends_at < ${dayAgo}`],
    ["answered_request", sql`created_at < ${dayAgo}`],
    [
      "set_aside_event",
      sql`received_at < now() - make_interval(days => ${SET_ASIDE_DAYS})`,
    ],
    ["journal", sql`at < ${kept}`],
    ["attention", sql`state = 'resolved' and resolved_at < ${kept}`],
    // a run goes when its items have gone
    ["run_item", sql`run_id in (select id from run where ended_at < ${kept})`],
    [
      "run",
      sql`ended_at < ${kept} and not exists (select from run_item i where i.run_id = run.id)`,
    ],
  ];
  let more = false;
  for (const [table, condition] of expired) {
    if ((await removeBatch(db, table, condition)) === BATCH) more = true;
  }
  return more;
}

/**
 * Removes the data of a portal that was uninstalled long enough ago, a batch of each table at a time, its installation
 * last. Runs as the portal, and holds the installation's row, so that a reinstall comes before or after, never between.
 * Answers whether more is left; false too where there is nothing to do.
 */
export async function removeUninstalled(db: Db): Promise<boolean> {
  const keptUntil = sql<Date>`now() - make_interval(days => ${UNINSTALLED_DAYS})`;
  const over = await db
    .selectFrom("installation")
    .select("portal_id")
    .where("state", "=", "uninstalled")
    .where("uninstalled_at", "<", keptUntil)
    .forUpdate()
    .executeTakeFirst();
  if (over === undefined) return false;
  for (const table of portalTables) {
    if ((await removeBatch(db, table, sql`true`)) === BATCH) return true;
  }
  await db.deleteFrom("installation").execute();
  return false;
}

/**
 * Removes what left the workspace with a pipeline that isn't selected, once it has been in the archive long enough and
 * nothing has brought it back: records, unless a person was erased or the product had deleted one, with what belongs to
 * them, and the links that led to their objects. The objects are HubSpot's and stay. Runs as the portal. Answers
 * whether more is left.
 */
export async function removeArchived(db: Db): Promise<boolean> {
  const { rows } = await sql<{ record_id: string }>`
    select l.record_id from link l
    join record r on r.portal_id = l.portal_id and r.id = l.record_id and r.deleted_at is not null
    where l.state = 'unselected' and l.ended_at < now() - make_interval(days => ${ARCHIVE_DAYS})
      and r.deleted_at < now() - make_interval(days => ${ARCHIVE_DAYS})
      and not exists (
        select from link later
        where later.portal_id = l.portal_id and later.record_id = l.record_id
          and (later.state in ('live', 'purged', 'record-deleted') or later.ended_at > now() - make_interval(days => ${ARCHIVE_DAYS})))
    limit ${BATCH}`.execute(db);
  const ids = [...new Set(rows.map((row) => row.record_id))];
  if (ids.length === 0) return false;
  for (const [table, column] of ofRecords)
    await sql`delete from ${sql.table(table)} where ${sql.ref(column)} = any (${ids}::uuid[])`.execute(
      db,
    );
  return rows.length === BATCH;
}

/** What refers to a record, before the record itself. The journal stays as long as the portal has chosen. */
const ofRecords = [
  ["attempt", "record_id"],
  ["attention", "record_id"],
  ["sync_verdict", "record_id"],
  ["association_base", "from_id"],
  ["association_base", "to_id"],
  ["waiting_value", "record_id"],
  ["association", "from_id"],
  ["association", "to_id"],
  ["link", "record_id"],
  ["record_alias", "record_id"],
  ["dirty", "record_id"],
  ["record", "id"],
] as const;

/** Every table of a portal's data but the installation and its lanes; what refers to a row before the row itself. */
export const portalTables = [
  "inbox",
  "set_aside_event",
  "attempt",
  "identity_claim",
  "brake_window",
  "refused_creation",
  "answered_request",
  "journal",
  "attention",
  "run_item",
  "run",
  "pull_cursor",
  "sync_verdict",
  "association_base",
  "waiting_edge",
  "waiting_value",
  "object_alias",
  "object_identity",
  "link",
  "record_alias",
  "association",
  "record",
  "dirty",
  "hubspot_definition",
  "timed_field",
  "settings",
  "workspace_field",
  "workspace_user",
  "call_budget",
] as const;

// ctid: the fastest way to name some rows of any table, within one statement.
async function removeBatch(
  db: Db,
  table: string,
  condition: RawBuilder<unknown>,
): Promise<number> {
  const name = sql.table(table);
  const { numAffectedRows } = await sql`
    delete from ${name} where ctid = any (array(select ctid from ${name} where ${condition} limit ${BATCH}))`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0n);
}

import { sql } from "kysely";
import type { Db } from "./database.ts";

/** Connections of one login at once: pools of a few processes. Postgres has 100 by default, for all. */
export const LOGIN_CONNECTIONS = 20;

/**
 * The share of the server's connections that all logins together may have; the rest is for the server and its
 * operators.
 */
export const LOGINS_SHARE = 0.5;

/** Seconds that one statement of a login may run: enough for an import of some 100,000 rows. */
export const STATEMENT_SECONDS = 120;

/** Seconds that a login's transaction may do nothing: its row locks and its snapshot stop others meanwhile. */
export const IDLE_IN_TRANSACTION_SECONDS = 30;

/** Seconds that a login's transaction may last. */
export const TRANSACTION_SECONDS = 300;

/** Seconds that a login's statement may wait for a lock. */
export const LOCK_SECONDS = 10;

/** The disk that one session's sorts and hashes may take. Only a superuser can set this. */
const TEMPORARY_FILES = "1GB";

/**
 * Sets the limits of a login, for the database to enforce. The login can set its own times back to 0, so end-overdue.ts
 * enforces them as well; the number of connections and, where the owner is a superuser, the size of temporary files are
 * out of its reach.
 */
export async function limitLogin(db: Db, role: string): Promise<void> {
  const name = sql.id(role);
  await sql`alter role ${name} connection limit ${sql.lit(LOGIN_CONNECTIONS)}`.execute(
    db,
  );
  for (const [setting, seconds] of [
    ["statement_timeout", STATEMENT_SECONDS],
    ["idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_SECONDS],
    ["lock_timeout", LOCK_SECONDS],
  ] as const)
    await sql`alter role ${name} set ${sql.id(setting)} = ${sql.lit(`${seconds}s`)}`.execute(
      db,
    );
  if (await isSuperuser(db))
    await sql`alter role ${name} set temp_file_limit = ${sql.lit(TEMPORARY_FILES)}`.execute(
      db,
    );
}

/**
 * Takes from everyone but the owner what no login of ours needs in this database: temporary tables, and, where the owner
 * is a superuser, large objects (their functions belong to the cluster's superuser).
 */
export async function limitDatabase(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string; temporary: boolean }>`
    select current_database() as name, has_database_privilege('public', current_database(), 'temporary') as temporary`.execute(
    db,
  );
  const found = rows[0];
  if (found?.temporary === true)
    await sql`revoke temporary on database ${sql.id(found.name)} from public`.execute(
      db,
    );
  if (await isSuperuser(db)) await revokeLargeObjects(db);
}

async function revokeLargeObjects(db: Db): Promise<void> {
  const { rows } = await sql<{ signature: string }>`
    select p.oid::regprocedure::text as signature from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace
      and p.proname in ('lo_create', 'lo_creat', 'lo_from_bytea', 'lo_put', 'lowrite', 'lo_truncate', 'lo_truncate64')
      and has_function_privilege('public', p.oid, 'execute')`.execute(db);
  for (const { signature } of rows)
    await sql`revoke execute on function ${sql.raw(signature)} from public`.execute(
      db,
    );
}

async function isSuperuser(db: Db): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select rolsuper as is from pg_roles where rolname = current_user`.execute(
    db,
  );
  return rows[0]?.is === true;
}

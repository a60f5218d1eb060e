import { sql } from "kysely";
import type { Db } from "./database.ts";

/**
 * Connections of one login at once: the pool of a product's process or two. Each may keep a processor busy, which
 * Postgres divides among all connections alike.
 */
export const LOGIN_CONNECTIONS = 10;

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

/**
 * Locks that one session may have: a query on the views takes some 50. All sessions of the cluster share the room for
 * locks, by default 6,400, and without room nobody's statement works.
 */
export const LOCKS_OF_SESSION = 1_000;

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

/** How the names of functions begin that no login needs: large objects fill the disk, advisory locks the shared memory. */
const FUNCTIONS = [
  "lo_",
  "loread",
  "lowrite",
  "pg_advisory_",
  "pg_try_advisory_",
];

/**
 * Takes from everyone but the owner what no login of ours needs in this database: temporary tables, objects in the schema
 * `public` (from clusters of before Postgres 15), and, where the owner is a superuser, functions that belong to the
 * cluster's superuser. Throws where the schema stays open to everyone.
 */
export async function limitDatabase(db: Db): Promise<void> {
  const found = await openToAll(db);
  if (found.temporary)
    await sql`revoke temporary on database ${sql.id(found.name)} from public`.execute(
      db,
    );
  if (found.schema) {
    await sql`revoke create on schema public from public`.execute(db);
    if ((await openToAll(db)).schema)
      throw new Error(
        "Every role may create objects in the schema public of this database, and its owner can't change that. As a superuser, run: revoke create on schema public from public",
      );
  }
  if (await isSuperuser(db)) await revokeFunctions(db);
}

async function openToAll(
  db: Db,
): Promise<{ name: string; temporary: boolean; schema: boolean }> {
  const { rows } = await sql<{
    name: string;
    temporary: boolean;
    schema: boolean;
  }>`
    select current_database() as name, has_database_privilege('public', current_database(), 'temporary') as temporary,
      has_schema_privilege('public', 'public', 'create') as schema`.execute(db);
  return rows[0] ?? { name: "", temporary: false, schema: false };
}

async function revokeFunctions(db: Db): Promise<void> {
  const { rows } = await sql<{ signatures: string | null }>`
    select string_agg(p.oid::regprocedure::text, ', ') as signatures from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.proname::text ^@ any (${FUNCTIONS}::text[])
      and has_function_privilege('public', p.oid, 'execute')`.execute(db);
  const signatures = rows[0]?.signatures ?? null;
  if (signatures !== null)
    await sql`revoke execute on function ${sql.raw(signatures)} from public`.execute(
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

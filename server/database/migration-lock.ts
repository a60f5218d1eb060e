import { PostgresAdapter, PostgresDialect, sql } from "kysely";
import type { DialectAdapter, Kysely, MigrationLockOptions } from "kysely";
import type { Db } from "./db.ts";

const LOCK_TABLE = "kysely_migration_lock";

/** Postgres for the database's owner: as Kysely's, with a migration lock that only the owner can take. */
export class OwnerDialect extends PostgresDialect {
  override createAdapter(): DialectAdapter {
    return new TableLockAdapter();
  }
}

/**
 * Kysely takes an advisory lock, which anyone who can connect can take too: a product's login would stop every start.
 * A table can be locked by those who have rights on it. The lock ends with the transaction.
 */
class TableLockAdapter extends PostgresAdapter {
  override async acquireMigrationLock(
    db: Kysely<unknown>,
    { lockTable }: MigrationLockOptions,
  ): Promise<void> {
    await sql`lock table ${sql.table(lockTable)} in share row exclusive mode`.execute(
      db,
    );
  }

  override releaseMigrationLock(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Lets one starter at a time make the tables of the migrator, of which the lock is one. Does nothing once they exist:
 * this lock is advisory, and before the first migration there is no product's login.
 */
export async function lockEmptyDatabase(db: Db): Promise<void> {
  const { rows } = await sql<{
    found: boolean;
  }>`select to_regclass(${LOCK_TABLE}) is not null as found`.execute(db);
  if (rows[0]?.found === true) return;
  await sql`select pg_advisory_xact_lock(hashtext('counterpart first migration'))`.execute(
    db,
  );
}

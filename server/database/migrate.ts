import { readdir, readFile } from "node:fs/promises";
import { sql } from "kysely";
import { Migrator } from "kysely/migration";
import type { MigrationProvider } from "kysely/migration";
import type { Db } from "./database.ts";
import { lockEmptyDatabase } from "./migration-lock.ts";
import { RoleNames } from "./role-names.ts";
import {
  NewerDatabaseError,
  noteVersions,
  readAhead,
} from "./schema-versions.ts";
import type { MigrationFile } from "./schema-versions.ts";

const FOLDER = new URL("../../migrations/", import.meta.url);

/**
 * Brings the database to the newest migration, or to the one that `until` names: all missing ones in one transaction.
 * Any number of processes may start at once: one migrates, the others wait. Throws on the first file that fails;
 * nothing of it stays. A database that a newer build has migrated is left as it is, if its migrations say that they work
 * with this build; else throws `NewerDatabaseError`. Returns the names of the migrations that it executed.
 */
export async function migrate(
  owner: Db,
  { folder = FOLDER, until }: { folder?: URL; until?: string } = {},
): Promise<string[]> {
  const files = await readMigrations(folder);
  const own = files.map(({ name }) => name);
  if ((await readAhead(owner, own)).length > 0) return [];
  try {
    return await owner.transaction().execute(async (db) => {
      await lockEmptyDatabase(db);
      const done = await execute(db, files, until);
      await noteVersions(db, files);
      return done;
    });
  } catch (error) {
    // A newer build may have migrated while this one waited for the lock.
    const ahead = await readAhead(owner, own).catch((unread: unknown) => {
      throw unread instanceof NewerDatabaseError ? unread : error;
    });
    if (ahead.length > 0) return [];
    throw error;
  }
}

/** The applied migrations that this build lacks and works with (`readAhead`). For the log of a start. */
export async function migrationsAhead(owner: Db): Promise<string[]> {
  const files = await readMigrations(FOLDER);
  return readAhead(
    owner,
    files.map(({ name }) => name),
  );
}

async function execute(
  db: Db,
  files: readonly MigrationFile[],
  until: string | undefined,
): Promise<string[]> {
  const migrator = new Migrator({ db, provider: sqlFiles(files) });
  const { error, results = [] } = await (until === undefined
    ? migrator.migrateToLatest()
    : migrator.migrateTo(until));
  if (error !== undefined) {
    const failed = results.find((result) => result.status === "Error");
    throw new Error(`Migration ${failed?.migrationName ?? ""} failed.`, {
      cause: error,
    });
  }
  return results.map((result) => result.migrationName);
}

/** Numbered .sql files as Kysely's migrations; forward only. */
function sqlFiles(files: readonly MigrationFile[]): MigrationProvider {
  const names = new RoleNames();
  const migrations = files.map(({ name, text }) => {
    const up = async (db: Db): Promise<void> => {
      await sql.raw(await names.fill(db, name, text)).execute(db);
    };
    return [name, { up }] as const;
  });
  return {
    getMigrations: () => Promise.resolve(Object.fromEntries(migrations)),
  };
}

async function readMigrations(folder: URL): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql"));
  return Promise.all(
    names.toSorted().map(async (name) => ({
      name: name.slice(0, -".sql".length),
      text: await readFile(new URL(name, folder), "utf8"),
    })),
  );
}

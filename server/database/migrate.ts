import { readdir, readFile } from "node:fs/promises";
import { sql } from "kysely";
import { Migrator } from "kysely/migration";
import type { MigrationProvider } from "kysely/migration";
import type { Db } from "./database.ts";
import { lockEmptyDatabase } from "./migration-lock.ts";
import { RoleNames } from "./role-names.ts";

const FOLDER = new URL("../../migrations/", import.meta.url);

/**
 * Brings the database to the newest migration, or to the one that `until` names: all missing ones in one transaction.
 * Any number of processes may start at once: one migrates, the others wait. Throws on the first file that fails;
 * nothing of it stays. Returns the names of the migrations that it executed.
 */
export async function migrate(
  owner: Db,
  { folder = FOLDER, until }: { folder?: URL; until?: string } = {},
): Promise<string[]> {
  return owner.transaction().execute(async (db) => {
    await lockEmptyDatabase(db);
    const migrator = new Migrator({ db, provider: sqlFiles(folder) });
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
  });
}

/** Numbered .sql files as Kysely's migrations; forward only. */
function sqlFiles(folder: URL): MigrationProvider {
  const names = new RoleNames();
  return {
    async getMigrations() {
      const files = (await readdir(folder)).filter((file) =>
        file.endsWith(".sql"),
      );
      const loaded = files.map(async (file) => {
        const name = file.slice(0, -".sql".length);
        const text = await readFile(new URL(file, folder), "utf8");
        const up = async (db: Db) => {
          await sql.raw(await names.fill(db, name, text)).execute(db);
        };
        return [name, { up }];
      });
      return Object.fromEntries(await Promise.all(loaded));
    },
  };
}

import { readdir, readFile } from "node:fs/promises";
import { sql } from "kysely";
import { Migrator } from "kysely/migration";
import type { MigrationProvider } from "kysely/migration";
import type { Db } from "./database.ts";

const FOLDER = new URL("../../migrations/", import.meta.url);

/**
 * Brings the database to the newest migration, all missing ones in one transaction. Any number of processes may start
 * at once: Kysely's migrator works under an advisory lock. Throws on the first file that fails; nothing of it stays.
 * Answers the names of what was carried out.
 */
export async function migrate(owner: Db): Promise<string[]> {
  const migrator = new Migrator({ db: owner, provider: sqlFiles(FOLDER) });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results.find((result) => result.status === "Error");
    throw new Error(`Migration ${failed?.migrationName ?? ""} failed.`, {
      cause: error,
    });
  }
  return results.map((result) => result.migrationName);
}

/** Numbered .sql files as Kysely's migrations; forward only. */
export function sqlFiles(folder: URL): MigrationProvider {
  return {
    async getMigrations() {
      const names = (await readdir(folder)).filter((name) =>
        name.endsWith(".sql"),
      );
      const loaded = names.map(async (name) => {
        const text = await readFile(new URL(name, folder), "utf8");
        return [
          name.slice(0, -".sql".length),
          { up: async (db: Db) => void (await sql.raw(text).execute(db)) },
        ];
      });
      return Object.fromEntries(await Promise.all(loaded));
    },
  };
}

import { readdir, readFile } from "node:fs/promises";
import { sql } from "kysely";
import { Migrator } from "kysely/migration";
import type { Db } from "../../../server/database/database.ts";

/**
 * Makes a database of an earlier version, before 0020: all databases of a cluster shared their roles, whose names are in
 * the migrations as they are.
 */
export async function migrateAsBefore(owner: Db, until: string): Promise<void> {
  const folder = new URL("../../../migrations/", import.meta.url);
  const files = (await readdir(folder)).toSorted();
  const migrations = files
    .filter((file) => file.endsWith(".sql") && file <= `${until}.sql`)
    .map(async (file) => {
      const text = await readFile(new URL(file, folder), "utf8");
      const up = async (db: Db) => void (await sql.raw(text).execute(db));
      return [file.slice(0, -".sql".length), { up }] as const;
    });
  const provider = {
    getMigrations: async () =>
      Object.fromEntries(await Promise.all(migrations)),
  };
  const { error } = await owner
    .transaction()
    .execute((db) => new Migrator({ db, provider }).migrateToLatest());
  if (error !== undefined)
    throw new Error(`The migrations up to ${until} failed.`, { cause: error });
}

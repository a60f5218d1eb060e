import { sql } from "kysely";
import type { Db } from "./database.ts";

/** A migration's own statement in its first lines; without one, only builds that have it work with it. */
const COMPATIBLE_WITH = /^-- compatible-with: (\d{4}[a-z0-9-]*)$/m;

/** The database has migrations that this build lacks and that it may not work with. */
export class NewerDatabaseError extends Error {
  override name = "NewerDatabaseError";

  constructor(unfit: readonly string[], newest: string) {
    super(
      `This database is newer than this build: it has the migrations ${unfit.join(", ")}, which don't work with a build whose newest migration is ${newest}. Start a build that has them, or restore a backup from before they were applied.`,
    );
  }
}

/** A migration file: its name without `.sql`, and its text. */
export type MigrationFile = { name: string; text: string };

/**
 * Returns the applied migrations that this build lacks; none in a database that is not newer. Throws
 * `NewerDatabaseError` unless each of them says that it works with this build, and all of this build's are applied.
 */
export async function readAhead(
  db: Db,
  own: readonly string[],
): Promise<string[]> {
  const known = await sql<{ migrations: boolean; versions: boolean }>`
    select to_regclass('kysely_migration') is not null as migrations,
      to_regclass('schema_version') is not null as versions`.execute(db);
  if (known.rows[0]?.migrations !== true) return [];
  const applied = await sql<{
    name: string;
  }>`select name from kysely_migration order by name`.execute(db);
  const names = applied.rows.map((row) => row.name);
  const ahead = names.filter((name) => !own.includes(name));
  if (ahead.length === 0) return [];
  const newest = own.toSorted().at(-1) ?? "";
  const versions = known.rows[0].versions
    ? await db
        .selectFrom("schema_version")
        .select(["migration", "compatible_with"])
        .execute()
    : [];
  const since = new Map(
    versions.map((row) => [row.migration, row.compatible_with]),
  );
  const isComplete = own.every((name) => names.includes(name));
  const unfit = ahead.filter((name) => (since.get(name) ?? name) > newest);
  if (unfit.length > 0 || !isComplete)
    throw new NewerDatabaseError(unfit.length > 0 ? unfit : ahead, newest);
  return ahead;
}

/** Stores what this build's migrations say of older builds, for those to read. Does nothing before migration 0025. */
export async function noteVersions(
  db: Db,
  files: readonly MigrationFile[],
): Promise<void> {
  const { rows } = await sql<{ ready: boolean }>`
    select to_regclass('schema_version') is not null as ready`.execute(db);
  if (rows[0]?.ready !== true) return;
  const versions = files.map(({ name, text }) => ({
    migration: name,
    compatible_with: COMPATIBLE_WITH.exec(text)?.[1] ?? name,
  }));
  await sql`
    insert into schema_version (migration, compatible_with)
    select v.migration, v.compatible_with
    from jsonb_to_recordset(${JSON.stringify(versions)}::jsonb) as v (migration text, compatible_with text)
    join kysely_migration m on m.name = v.migration
    on conflict (migration) do nothing`.execute(db);
}

import { ConfigError, readDatabaseConfig } from "./config.ts";
import type { Database } from "./database/database.ts";
import { openDatabase } from "./database/database.ts";
import { DatabaseConnectionError } from "./database/errors.ts";
import { findEmbeddedPostgres } from "./database/embedded.ts";
import { createLog } from "./log.ts";

/** A command that cannot do what was asked; its message is what the caller reads. */
export class Unusable extends Error {
  override name = "Unusable";
}

/**
 * Runs a command of the operator and prints what it returns. `parse` reads the arguments, and returns null if they are not
 * as `usage` says. Takes DATABASE_URL, or else the running server's DATA_DIR. What an operator can mend is printed in a
 * sentence or two, and the process ends with 1.
 */
export async function runDatabaseCommand<Args>({
  usage,
  parse,
  run,
}: {
  usage: string;
  parse: (args: readonly string[]) => Args | null;
  run: (database: Database, args: Args) => Promise<string>;
}): Promise<void> {
  try {
    const args = parse(process.argv.slice(2));
    if (args === null) throw new Unusable(`Usage: ${usage}`);
    const printed = await withDatabase((database) => run(database, args));
    process.stdout.write(`${printed}\n`);
  } catch (error) {
    if (!(
      error instanceof Unusable ||
      error instanceof ConfigError ||
      error instanceof DatabaseConnectionError
    ))
      throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function withDatabase<T>(
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const { databaseUrl, dataDir } = readDatabaseConfig(process.env);
  const url = databaseUrl ?? (await findEmbeddedPostgres(dataDir));
  if (url === undefined)
    throw new Unusable(
      `No Postgres runs in ${dataDir}: start the server, or set DATABASE_URL.`,
    );
  const database = openDatabase({
    url,
    poolSize: 2,
    log: createLog("silent"),
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

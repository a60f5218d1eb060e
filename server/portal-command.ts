import { ConfigError, readDatabaseConfig } from "./config.ts";
import type { Database } from "./database/database.ts";
import { openDatabase } from "./database/database.ts";
import { DatabaseConnectionError } from "./database/errors.ts";
import { findEmbeddedPostgres } from "./database/embedded.ts";
import { createLog } from "./log.ts";

/** A command that cannot do what was asked; its message is what the caller reads. */
class Unusable extends Error {
  override name = "Unusable";
}

/**
 * Runs a command of the operator for one portal, `<portalId>` and perhaps a flag, and prints what it returns. Takes
 * DATABASE_URL, else the running server's DATA_DIR.
 */
export async function runPortalCommand(command: {
  usage: string;
  flag?: string;
  run: (
    database: Database,
    portalId: number,
    isFlagged: boolean,
  ) => Promise<string>;
}): Promise<void> {
  try {
    process.stdout.write(`${await runOnce(command, process.argv.slice(2))}\n`);
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

async function runOnce(
  { usage, flag, run }: Parameters<typeof runPortalCommand>[0],
  [given = "", ...rest]: readonly string[],
): Promise<string> {
  const isFlagged = flag !== undefined && rest.length === 1 && rest[0] === flag;
  if (!/^[1-9]\d{0,14}$/.test(given) || (rest.length > 0 && !isFlagged))
    throw new Unusable(`Usage: ${usage}`);
  const portalId = Number(given);
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
    const known = await database.inPortal(portalId, (db) =>
      db
        .selectFrom("installation")
        .select("portal_id")
        .where("portal_id", "=", portalId)
        .executeTakeFirst(),
    );
    if (known === undefined)
      throw new Unusable(`Portal ${portalId} has not installed the app.`);
    return await run(database, portalId, isFlagged);
  } finally {
    await database.close();
  }
}

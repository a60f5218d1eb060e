import { ConfigError, readDatabaseConfig } from "./config.ts";
import { openDatabase } from "./database/database.ts";
import { findEmbeddedPostgres } from "./database/embedded.ts";
import { createProductLogin } from "./database/product-login.ts";
import { createLog } from "./log.ts";

/** A command that cannot do what was asked; its message is what the caller reads. */
class Unusable extends Error {
  override name = "Unusable";
}

// npx node server/product-login.ts <portalId>: prints the address under which a product reads and writes that portal's
// views. Each call gives the login a new password. Takes DATABASE_URL, else the running server's DATA_DIR.
try {
  process.stdout.write(`${await login(process.argv.slice(2))}\n`);
} catch (error) {
  if (!(error instanceof Unusable || error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function login(args: readonly string[]): Promise<string> {
  const [given = "", ...rest] = args;
  if (!/^[1-9]\d{0,14}$/.test(given) || rest.length > 0)
    throw new Unusable("Usage: npx node server/product-login.ts <portalId>");
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
    return await createProductLogin(database, portalId);
  } finally {
    await database.close();
  }
}

import { runDatabaseCommand, Unusable } from "./database-command.ts";
import type { Database } from "./database/database.ts";

/**
 * Runs a command of the operator for one portal, `<portalId>` and perhaps a flag, and prints what it returns. Takes
 * DATABASE_URL, or else the running server's DATA_DIR.
 */
export async function runPortalCommand({
  usage,
  flag,
  run,
}: {
  usage: string;
  flag?: string;
  run: (
    database: Database,
    portalId: number,
    isFlagged: boolean,
  ) => Promise<string>;
}): Promise<void> {
  await runDatabaseCommand({
    usage,
    parse: ([given = "", ...rest]) => {
      const isFlagged =
        flag !== undefined && rest.length === 1 && rest[0] === flag;
      return /^[1-9]\d{0,14}$/.test(given) && (rest.length === 0 || isFlagged)
        ? { portalId: Number(given), isFlagged }
        : null;
    },
    run: async (database, { portalId, isFlagged }) => {
      const known = await database.inPortal(portalId, (db) =>
        db
          .selectFrom("installation")
          .select("portal_id")
          .where("portal_id", "=", portalId)
          .executeTakeFirst(),
      );
      if (known === undefined)
        throw new Unusable(`Portal ${portalId} has not installed the app.`);
      return run(database, portalId, isFlagged);
    },
  });
}

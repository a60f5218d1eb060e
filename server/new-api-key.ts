import { replaceApiKey } from "./database/api-key.ts";
import { runPortalCommand } from "./portal-command.ts";

// npx node server/new-api-key.ts <portalId> [--keep-old-for-an-hour]: prints a new API key for a portal whose product has
// lost its own. The old key is invalid at once, or with the flag after an hour.
await runPortalCommand({
  usage: "npx node server/new-api-key.ts <portalId> [--keep-old-for-an-hour]",
  flag: "--keep-old-for-an-hour",
  run: async (database, portalId, keepOldForAnHour) => {
    const replaced = await database.inPortal(portalId, (db) =>
      replaceApiKey(db, portalId, null, { keepOldForAnHour }),
    );
    if (!replaced)
      throw new Error("The installation was removed in the meantime.");
    return replaced.apiKey;
  },
});

import { runDatabaseCommand } from "./database-command.ts";
import { resumeRestoredCopy } from "./sync/installation/restored-copy.ts";

// npx node server/resume-copy.ts: resumes sync for every portal of a restored copy. First stop the server that this
// database was copied from, or both would write to the same HubSpot accounts.
await runDatabaseCommand({
  usage: "npx node server/resume-copy.ts",
  parse: (given) => (given.length === 0 ? {} : null),
  run: async (database) => {
    const portals = await resumeRestoredCopy(database);
    return portals === 0
      ? "No HubSpot account is paused as a restored copy."
      : `Sync resumed for ${portals} HubSpot ${portals === 1 ? "account" : "accounts"}.`;
  },
});

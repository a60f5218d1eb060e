import { runDatabaseCommand } from "./database-command.ts";
import { readTokenKeys } from "./config.ts";
import { disconnectUnreadable } from "./hubspot/disconnect-unreadable.ts";

// npx node server/disconnect-unreadable.ts: for a TOKEN_KEY that is lost. Marks the portals whose stored tokens no key
// in TOKEN_KEY opens as disconnected, so that the server starts and their admins can connect HubSpot again. Records,
// links, and settings stay.
await runDatabaseCommand({
  usage: "npx node server/disconnect-unreadable.ts",
  parse: (given) => (given.length === 0 ? {} : null),
  run: async (database) => {
    const portals = await disconnectUnreadable(
      database,
      readTokenKeys(process.env),
    );
    return portals.length === 0
      ? "The keys in TOKEN_KEY open all stored tokens."
      : `Disconnected: ${portals.join(", ")}. An admin of each HubSpot account must reconnect.`;
  },
});

import { readTokenKeys } from "./config.ts";
import { disconnectUnreadable } from "./hubspot/disconnect-unreadable.ts";
import { runCommand } from "./portal-command.ts";

// npx node server/disconnect-unreadable.ts: for a TOKEN_KEY that is lost. Marks the portals whose stored tokens no key
// in TOKEN_KEY opens as disconnected, so that the server starts and their admins can connect HubSpot again. Records,
// links, and settings stay.
await runCommand({
  usage: "npx node server/disconnect-unreadable.ts",
  run: async (database) => {
    const portals = await disconnectUnreadable(
      database,
      readTokenKeys(process.env),
    );
    return portals.length === 0
      ? "The keys in TOKEN_KEY open all stored tokens."
      : `Disconnected: ${portals.join(", ")}. An admin of each HubSpot account has to connect again.`;
  },
});

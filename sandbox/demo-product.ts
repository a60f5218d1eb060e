import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { DemoClient } from "./demo-client.ts";
import { addOwnRecords } from "./demo-data.ts";
import type { DemoServer } from "./demo-server.ts";

const LOOK_AGAIN_MS = 500;

const portalSchema = z.object({ installed: z.boolean() });

/** What a product's developers have once an admin has connected HubSpot. */
export type ProductAccess = { apiKey: string; databaseUrl: string };

/**
 * The demo's product, while people connect HubSpot by hand: after each connection it gets an API key and a login, as its
 * developers would, and the desk works with them. After the first one, it also adds the records that it had before.
 * Ends with the signal.
 */
export async function followConnections(
  client: DemoClient,
  server: DemoServer,
  signal: AbortSignal,
  onAccess: (access: ProductAccess) => Promise<void>,
): Promise<void> {
  let hasAccess = false;
  let hasRecords = false;
  while (!signal.aborted) {
    const { installed } = portalSchema.parse(await client.inHubSpot("GET", ""));
    if (!installed) hasAccess = false;
    else if (!hasAccess) {
      const access = await accessTo(client.portalId, server);
      if (access !== null) {
        hasAccess = true;
        client.useKey(access.apiKey);
        await client.inHubSpot("PUT", "/installation", {
          apiKey: access.apiKey,
        });
        if (!hasRecords) await addOwnRecords(client);
        hasRecords = true;
        await onAccess(access);
      }
    }
    await pause(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Null while the server hasn't stored the connection yet: HubSpot knows of it a moment earlier. */
async function accessTo(
  portalId: number,
  server: DemoServer,
): Promise<ProductAccess | null> {
  try {
    return {
      apiKey: await server.newApiKey(portalId),
      databaseUrl: await server.productLogin(portalId),
    };
  } catch {
    return null;
  }
}

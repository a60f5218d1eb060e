import { signRequest } from "../../../sandbox/sign-request.ts";
import { identity } from "../world.ts";
import type { Json, World } from "../world.ts";

/** An event as HubSpot writes it, of the world's portal and app unless `more` says otherwise. */
export const eventOf = (world: World, more: Json): Json => ({
  eventId: 1,
  subscriptionId: 1,
  portalId: world.portalId,
  appId: identity.appId,
  occurredAt: Date.now(),
  attemptNumber: 0,
  ...more,
});

/** Posts events with HubSpot's signature, whether HubSpot has anything to do with them or not. Returns the status. */
export async function sendEvents(
  world: World,
  events: readonly Json[],
  query = "",
): Promise<number> {
  const url = `${world.server.publicUrl}/webhooks/hubspot${query}`;
  const body = JSON.stringify(events.map((more) => eventOf(world, more)));
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...signRequest({
        method: "POST",
        url,
        body,
        secret: identity.clientSecret,
        timestamp: Date.now(),
        legacy: "v1",
      }),
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

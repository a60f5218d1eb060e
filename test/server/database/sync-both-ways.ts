import type { World } from "../../acceptance/world.ts";

type List = { results: { properties: Record<string, unknown> }[] };

/** A contact that the product makes arrives in HubSpot, and one that is made in HubSpot arrives in the workspace. */
export async function syncBothWays(world: World, name: string): Promise<void> {
  const [toHubSpot, fromHubSpot] = [`to-${name}`, `from-${name}`].map(
    (local) => `${local}@owner.example`,
  );
  await world.api("POST", "/contacts", { properties: { email: toHubSpot } });
  await world.inHubSpot("POST", "/objects/contacts", {
    properties: { email: fromHubSpot },
  });
  await world.until(
    async () =>
      (await world.truth("contacts")).some(
        ({ properties }) => properties["email"] === toHubSpot,
      ),
    `${toHubSpot} in HubSpot`,
  );
  await world.until(
    async () =>
      (await world.api<List>("GET", "/contacts?limit=100")).body.results.some(
        ({ properties }) => properties["email"] === fromHubSpot,
      ),
    `${fromHubSpot} in the workspace`,
  );
}

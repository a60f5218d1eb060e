import { until } from "../until.ts";
import type { Scene } from "./scene.ts";

/** Deals in a scene: HubSpot has them, and they are switched on. */

export const DEALS = 20_000;

/** HubSpot's contacts and companies, and deals that have one of each. */
export const seedDeals = (scene: Scene, seed: number): Promise<unknown> =>
  scene.inHubSpot("POST", "/seed", {
    contacts: 2_000,
    companies: 2_000,
    deals: DEALS,
    seed,
  });

export async function switchDealsOn(scene: Scene): Promise<void> {
  const { version, settings } = await scene.api<{
    version: number;
    settings: { deal: object };
  }>("GET", "/settings");
  await scene.api("PUT", "/settings", {
    version,
    settings: { ...settings, deal: { ...settings.deal, enabled: true } },
  });
}

/** Waits until the first pull of deals has ended. Throws unless all of them are there. */
export async function dealsPulled(scene: Scene): Promise<void> {
  await until(
    "deals have been pulled",
    async () =>
      (await scene.one<boolean>(
        "select exists (select from run where kind = 'pull' and mode = 'full' and object_type = 'deal' and state = 'done')",
      )) === true,
    { everyMs: 100 },
  );
  const deals = Number(
    await scene.one<string>(
      "select count(*) from record where object_type = 'deal'",
    ),
  );
  if (deals !== DEALS) throw new Error(`${deals} deals were pulled.`);
}

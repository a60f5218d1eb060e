import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";
import { startCounterpart } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { createProductLogin } from "../../server/database/product-login.ts";
import { World } from "./world.ts";
import type { WorldOptions } from "./world.ts";

/** A world whose server can be killed, with what a test does beside it. */
export interface KillWorld {
  readonly world: World;
  /** The product's own connection; outlives every server. */
  readonly product: Client;
  /** The database's owner: for looking inside between two lives, and for letting time pass. */
  readonly owner: Client;
}

/** A world for the tests of a file. No server runs in it once `install` says no. */
export function useKillWorld(
  options: WorldOptions & { readonly install?: boolean } = {},
): KillWorld {
  let open: KillWorld | undefined;
  beforeAll(async () => {
    const world = await World.start(options);
    if (options.install !== false) await world.installed();
    const product = new Client({
      connectionString: await createProductLogin(
        world.server.database,
        world.portalId,
      ),
    });
    const owner = new Client({ connectionString: world.database.url });
    await Promise.all([product.connect(), owner.connect()]);
    open = { world, product, owner };
  });
  afterAll(async () => {
    await Promise.all([open?.product.end(), open?.owner.end()]);
    await open?.world.stop();
  });
  const opened = (): KillWorld => {
    if (open === undefined)
      throw new Error("The world is there once the tests run.");
    return open;
  };
  return {
    get world() {
      return opened().world;
    },
    get product() {
      return opened().product;
    },
    get owner() {
      return opened().owner;
    },
  };
}

/**
 * A claim lasts 60 seconds by design, longer than any call's deadline, so that a request which is still under way
 * cannot meet a second one. A dead process leaves its claims behind; here that minute passes at once.
 */
export async function letClaimsEnd({ owner }: KillWorld): Promise<void> {
  await owner.query("update attempt set claim_ends_at = now() where claimed");
  await owner.query("update identity_claim set ends_at = now()");
}

/** A server in the test's own process takes over from a dead one. */
export async function restart(
  { world }: KillWorld,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  world.server = await startCounterpart(
    readConfig({ ...world.environment, ...environment }),
  );
  world.sandbox.setPublicUrl(world.server.publicUrl);
}

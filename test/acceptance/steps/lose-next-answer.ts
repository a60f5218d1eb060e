import type { World } from "../world.ts";

/** The next write to HubSpot on this path is done, and its answer lost. */
export const loseNextAnswer = (world: World, path: string): Promise<unknown> =>
  world.control("PUT", "/sandbox/faults", {
    portalId: world.portalId,
    path,
    dropAfterWrite: true,
    times: 1,
  });

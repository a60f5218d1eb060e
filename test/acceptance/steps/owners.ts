import type { World } from "../world.ts";

/** The two owners that a new portal has. */
export async function owners(world: World) {
  const { body } = await world.control<{
    owners: { id: string; email: string }[];
  }>("GET", `/sandbox/portals/${world.portalId}`);
  const [first, second] = body.owners;
  if (first === undefined || second === undefined)
    throw new Error("The portal has two owners.");
  return [first, second] as const;
}

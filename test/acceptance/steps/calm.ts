import type { World } from "../world.ts";

/** Settled, and the echoes of what was written have come back and are settled too. */
export async function calm(world: World): Promise<void> {
  await world.settled();
  await world.settled();
}

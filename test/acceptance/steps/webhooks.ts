import type { Json, World } from "../world.ts";

/** Puts webhooks at fault for a while: paused ones are kept, lost ones are not. */
export async function faultyWebhooks<T>(
  world: World,
  webhooks: Json,
  work: () => Promise<T>,
): Promise<T> {
  await world.control("PUT", "/sandbox/faults", { webhooks });
  try {
    return await work();
  } finally {
    await world.control("DELETE", "/sandbox/faults");
  }
}

import type { World } from "../world.ts";
import { asOwner } from "./database.ts";
import { faultyWebhooks } from "./webhooks.ts";

/**
 * What HubSpot's users change meanwhile isn't heard of by itself: neither by a webhook, which is lost or kept back, nor by
 * a scheduled pull, nor by a sweep.
 */
export async function unheard<T>(
  world: World,
  webhooks: { readonly lose: true } | { readonly paused: true },
  work: () => Promise<T>,
): Promise<T> {
  await world.settled();
  // Both may come at any moment: when, a portal's id decides. What is under way ends first.
  await asOwner(world, (owner) =>
    world.until(async () => {
      await owner.query(
        "update lane set next_at = now() + interval '15 minutes' where kind in ('changed-pull', 'sweep') and not leased",
      );
      const { rowCount } = await owner.query(
        "select from lane where kind in ('changed-pull', 'sweep') and leased",
      );
      return rowCount === 0;
    }, "no scheduled pull and no sweep is under way"),
  );
  await world.settled();
  return faultyWebhooks(world, webhooks, work);
}

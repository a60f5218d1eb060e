import type { World } from "../world.ts";
import { asOwner } from "./database.ts";
import { faultyWebhooks } from "./webhooks.ts";

/**
 * What HubSpot's users change meanwhile isn't heard of by itself: neither by a webhook, which is lost or kept back, nor by
 * a scheduled pull.
 */
export async function unheard<T>(
  world: World,
  webhooks: { readonly lose: true } | { readonly paused: true },
  work: () => Promise<T>,
): Promise<T> {
  await world.settled();
  // A portal's pull may come at any moment: when, its id decides. One that is under way ends first.
  await asOwner(world, (owner) =>
    world.until(async () => {
      await owner.query(
        "update lane set next_at = now() + interval '15 minutes' where kind = 'changed-pull' and not leased",
      );
      const { rowCount } = await owner.query(
        "select from lane where kind = 'changed-pull' and leased",
      );
      return rowCount === 0;
    }, "no scheduled pull is under way"),
  );
  return faultyWebhooks(world, webhooks, work);
}

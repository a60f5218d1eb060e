import type { World } from "../world.ts";
import { asOwner } from "./database.ts";

/**
 * The next turn of the portal's lane of this kind is now. A turn in progress is waited for: its end sets the time of the
 * next one, whatever was set meanwhile.
 */
export const dueNow = (world: World, kind: "upkeep" | "sweep"): Promise<void> =>
  asOwner(world, (owner) =>
    world.until(async () => {
      const { rowCount } = await owner.query(
        "update lane set next_at = now() where kind = $1 and portal_id = $2 and not leased",
        [kind, world.portalId],
      );
      return rowCount === 1;
    }, `${kind} is due`),
  );

/** Upkeep's turn, which otherwise comes every ten minutes, is now, and has ended. */
export async function upkeepTurn(world: World): Promise<void> {
  await dueNow(world, "upkeep");
  await asOwner(world, (owner) =>
    world.until(async () => {
      const { rows } = await owner.query(
        "select from lane where kind = 'upkeep' and portal_id = $1 and not leased and next_at > now()",
        [world.portalId],
      );
      return rows.length === 1;
    }, "upkeep has had its turn"),
  );
}

/** The portal's daily check of every type is due now. */
export const sweepSoon = (world: World): Promise<void> =>
  dueNow(world, "sweep");

import type { World } from "../world.ts";
import { asOwner } from "./database.ts";

/** Upkeep's turn, which otherwise comes every ten minutes, is now, and has ended. */
export const upkeepTurn = (world: World): Promise<void> =>
  asOwner(world, async (owner) => {
    await world.until(async () => {
      const { rowCount } = await owner.query(
        "update lane set next_at = now() where kind = 'upkeep' and not leased",
      );
      return rowCount === 1;
    }, "upkeep is due");
    await world.until(async () => {
      const { rows } = await owner.query(
        "select from lane where kind = 'upkeep' and not leased and next_at > now()",
      );
      return rows.length === 1;
    }, "upkeep has had its turn");
  });

/** The portal's daily check of every type is due now. */
export const sweepSoon = (world: World): Promise<void> =>
  asOwner(world, async (owner) => {
    await owner.query(
      "update lane set next_at = now() where kind = 'sweep' and portal_id = $1 and not leased",
      [world.portalId],
    );
  });

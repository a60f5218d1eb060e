import { figure } from "../figure.ts";
import type { Result } from "../figure.ts";
import { insertRate } from "../parts/bare-insert.ts";
import type { Ground } from "../parts/ground.ts";
import { inScene } from "../parts/scene.ts";
import { timed } from "../parts/shares.ts";
import {
  dealsPulled,
  DEALS,
  seedDeals,
  switchDealsOn,
} from "../parts/deals.ts";

const PAGE = 100;

/** Deals are switched on: their first pull, each with a company and a contact, against a bare insert of the rows that it wrote. */
export async function pullDeals(ground: Ground): Promise<Result> {
  return inScene(ground, {}, async (scene) => {
    await seedDeals(scene, 5);
    await scene.pulled();
    await scene.sql.query("vacuum analyze");
    const { note } = await timed(scene, async () => {
      await switchDealsOn(scene);
      await dealsPulled(scene);
    });
    const seconds = await scene.one<number>(`
      select extract(epoch from max(ended_at) - min(started_at))::float8
      from run where kind = 'pull' and mode = 'full' and object_type = 'deal'`);
    const limit = await insertRate(
      scene.sql,
      scene.databaseUrl,
      ["record", "link", "journal", "association", "association_base"],
      {
        records: DEALS,
        page: PAGE,
        only: {
          record: "object_type = 'deal'",
          link: "object_type = 'deal'",
          journal: "object_type = 'deal'",
          association: "from_type = 'deal'",
          association_base: "from_type = 'deal'",
        },
      },
    );
    return {
      figures: [figure("pull_deals", DEALS / seconds, "deals/s", limit)],
      notes: [
        `${DEALS} deals, each with a company and a contact; limit: the same rows of record, link, journal, association and association_base, ${PAGE} deals a transaction, one connection`,
        note,
      ],
    };
  });
}

import { sql } from "kysely";
import { expect, test } from "vitest";
import { readCard } from "../../../../server/sync/preview/read-card.ts";
import { theProduct } from "../../../../server/sync/people/pure/actor.ts";
import { useSyncWorld } from "../sweep-world.ts";

const at = useSyncWorld();

test.each([
  ["too late for whoever waited writes nothing", 200, "as before"],
  ["in time settles the merge that it shows", null, "settled"],
] as const)("a card's reading that is %s", async (_, withinMs, outcome) => {
  const { world, engine, pullAll, query } = at();
  const portalId = await world.installed({ mergeKeepsId: true });
  const [primary = "", other = ""] = await Promise.all(
    ["a", "b"].map((name) =>
      world.make(portalId, "contacts", { email: `${name}@late.example` }),
    ),
  );
  await pullAll(portalId);
  await world.control("POST", `/portals/${portalId}/objects/contacts/merge`, {
    primaryObjectId: primary,
    objectIdToMerge: other,
  });

  const decided = Promise.withResolvers<undefined>();
  const watched = {
    ...engine,
    checkpoint: (moment: string) => {
      if (moment === "merge-decided") decided.resolve(undefined);
      return Promise.resolve();
    },
  };
  const subject = { objectType: "contact", objectId: primary } as const;
  await world.withFaults(
    portalId,
    [{ path: "contacts/batch/read", latencyMs: 1_000, times: 1 }],
    async () => {
      const seen = await readCard(watched, portalId, subject, theProduct, {
        withinMs,
      });
      expect(seen?.unreadable === null).toBe(withinMs === null);
      await decided.promise;
    },
  );
  await expect
    .poll(() => {
      const { total, idle } = engine.database.poolState();
      return total - idle;
    })
    .toBe(0);
  expect(
    await query(portalId, sql`select old_id, object_id from object_alias`),
  ).toEqual(
    outcome === "settled" ? [{ old_id: other, object_id: primary }] : [],
  );
});

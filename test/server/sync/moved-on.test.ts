import { sql } from "kysely";
import { expect, test } from "vitest";
import { noFence } from "../../../server/database/fence.ts";
import { automatic } from "../../../server/sync/decide/triggers.ts";
import { runPassHalving } from "../../../server/sync/pass/pass-halving.ts";
import { useSyncWorld } from "./sweep-world.ts";

const at = useSyncWorld();

test("an object whose match moves on each time that it is decided on is noted for another look, and nothing is made of it meanwhile", async () => {
  const { world, engine, query } = at();
  const portalId = await world.installed();
  const email = "moves@example.com";
  const id = await world.make(portalId, "contacts", { email });

  // Between each decision and its writing, the product deletes the record of that email and makes another one.
  let made = 0;
  const renew = async (): Promise<void> => {
    await query(
      portalId,
      sql`update record set deleted_at = now() where deleted_at is null`,
    );
    await query(
      portalId,
      sql`insert into record (portal_id, object_type, properties)
        values (${portalId}, 'contact', ${JSON.stringify({ email })}::jsonb)`,
    );
    made += 1;
  };
  await runPassHalving(
    {
      ...engine,
      checkpoint: async (moment) => {
        if (moment === "decided") await renew();
      },
    },
    portalId,
    {
      objectType: "contact",
      objectIds: [id],
      trigger: automatic("hubspot"),
      account: { source: "webhook", by: "", runId: null },
      priority: "bulk",
      fence: noFence,
      edges: { kind: "if-moved" },
    },
  );

  expect(made).toBe(4);
  expect(await query(portalId, sql`select from link`)).toHaveLength(0);
  expect(
    await query(
      portalId,
      sql`select object_id from inbox where kind = 'look' and settled_at is null`,
    ),
  ).toEqual([{ object_id: id }]);
});

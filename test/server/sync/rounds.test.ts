import { sql } from "kysely";
import { expect, test } from "vitest";
import { noFence } from "../../../server/database/fence.ts";
import type { Engine } from "../../../server/sync/engine.ts";
import { automatic } from "../../../server/sync/decide/triggers.ts";
import { runPassHalving } from "../../../server/sync/pass/pass-halving.ts";
import type { PassInput } from "../../../server/sync/pass/pass-input.ts";
import { drainInbox } from "../../../server/sync/sources/inbox.ts";
import { useSyncWorld } from "./sweep-world.ts";
import type { SyncWorld } from "./sweep-world.ts";

/** Batches that go through several rounds, or wait for the one before (issue 7-A15). */

const at = useSyncWorld();
const turn = { fence: noFence, signal: new AbortController().signal };

const batch = (more: Partial<PassInput>): PassInput => ({
  objectType: "contact",
  trigger: automatic("workspace"),
  account: { source: "product", by: "", runId: null },
  priority: "bulk",
  fence: noFence,
  edges: { kind: "if-moved" },
  ...more,
});

/** Does something the first time that a pass has decided. */
const onceDecided = (
  engine: Engine,
  work: () => Promise<unknown>,
): { engine: Engine; decided: () => number } => {
  let times = 0;
  return {
    engine: {
      ...engine,
      checkpoint: async (moment) => {
        if (moment === "decided" && times++ === 0) await work();
      },
    },
    decided: () => times,
  };
};

/** A linked contact whose job title the product has changed. */
async function changed(
  it: SyncWorld,
): Promise<{ portalId: number; id: string; objectId: string }> {
  const portalId = await it.world.installed();
  const objectId = await it.world.make(portalId, "contacts", {
    email: "rounds@example.com",
    jobtitle: "Engineer",
  });
  await it.pullAll(portalId);
  const [row] = await it.query(
    portalId,
    sql<{ id: string }>`
      update record set properties = properties || '{"job_title": "CTO"}', revision = revision + 1 returning id`,
  );
  return { portalId, id: row?.id ?? "", objectId };
}

test("a value that the first round has read, and another lane has overwritten unseen before the second, is in the journal", async () => {
  const it = at();
  const { portalId, id, objectId } = await changed(it);
  let push: Promise<unknown> = Promise.resolve();
  let inbox: Promise<unknown> = Promise.resolve();
  // The push has read "Engineer" and decided; then a person types; the inbox reads that, decides, and is outrun.
  const outrun = new Promise<void>((resolve) => {
    const reading = onceDecided(it.engine, async () => {
      resolve();
      await push;
    });
    const pushing = onceDecided(it.engine, async () => {
      await it.world.control(
        "PATCH",
        `/portals/${portalId}/objects/contacts/${objectId}`,
        { properties: { jobtitle: "Manager" } },
      );
      await it.query(
        portalId,
        sql`insert into inbox (portal_id, kind, object_type, object_id, occurred_at, event)
          values (${portalId}, 'propertyChange', 'contact', ${objectId}, now(),
            '{"propertyName": "jobtitle", "propertyValue": "Manager"}')`,
      );
      inbox = drainInbox(reading.engine, portalId, turn);
      await outrun;
    });
    push = runPassHalving(pushing.engine, portalId, batch({ recordIds: [id] }));
  });
  await push;
  await inbox;
  expect(
    await it.query(
      portalId,
      sql`select changes from journal where code = 'overwritten_unseen'`,
    ),
  ).toMatchObject([{ changes: [{ before: "Manager", after: "CTO" }] }]);
});

test("what made the batch before fail makes no problem of this one", async () => {
  const it = at();
  const { portalId, id } = await changed(it);
  const before = it.query(portalId, sql`select 1 / 0`);
  before.catch(() => undefined);
  const failed = await runPassHalving(
    it.engine,
    portalId,
    batch({ recordIds: [id], after: before }),
  ).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: "22012" });
  expect(await it.query(portalId, sql`select code from attention`)).toEqual([]);
  expect(
    await it.query(portalId, sql`select record_id from dirty`),
  ).toMatchObject([{ record_id: id }]);
});

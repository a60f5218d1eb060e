import { sql } from "kysely";
import { expect, test } from "vitest";
import { noFence } from "../../../server/database/fence.ts";
import { automatic } from "../../../server/sync/decide/triggers.ts";
import { runPassHalving } from "../../../server/sync/pass/pass-halving.ts";
import { journalOverwritten } from "../../../server/sync/journal/overwritten.ts";
import type { PropertyEvent } from "../../../server/sync/journal/overwritten.ts";
import { bulk } from "../hubspot/world.ts";
import { useSyncWorld } from "./sweep-world.ts";

const at = useSyncWorld();

test("a value typed between our read and our write is journalled when its event comes, and our echo is not", async () => {
  const { world, engine, pullAll, query } = at();
  const portalId = await world.installed();
  const id = await world.make(portalId, "contacts", {
    email: "unseen@example.com",
    jobtitle: "Engineer",
  });
  await pullAll(portalId);
  await query(
    portalId,
    sql`update record set properties = properties || '{"job_title": "CTO"}'`,
  );
  const [record] = await query(
    portalId,
    sql<{ id: string }>`select id from record`,
  );
  const typedAt = new Date();
  const typing = {
    ...engine,
    checkpoint: async (moment: string): Promise<void> => {
      if (moment !== "attempts-committed") return;
      await world.control(
        "PATCH",
        `/portals/${portalId}/objects/contacts/${id}`,
        { properties: { jobtitle: "Manager" } },
      );
    },
  };
  await runPassHalving(typing, portalId, {
    objectType: "contact",
    recordIds: [record?.id ?? ""],
    trigger: automatic("workspace"),
    account: { source: "product", by: "", runId: null },
    priority: "bulk",
    fence: noFence,
    edges: { kind: "if-moved" },
  });
  const read = await world
    .gateway(portalId)
    .read("contact", [id], { properties: ["jobtitle"] }, bulk);
  const object = read.get(id);
  if (object === null || object === undefined) throw new Error("not there");
  expect(object.properties["jobtitle"]).toBe("CTO");

  const event = (value: string, later = 0): PropertyEvent => ({
    objectId: id,
    property: "jobtitle",
    value,
    occurredAt: new Date(typedAt.getTime() + later),
  });
  for (const events of [
    [event("Engineer", -1000)],
    [event("Manager")],
    [event("Manager")],
    [event("CTO", 50)],
  ])
    await engine.database.inPortal(portalId, (db) =>
      journalOverwritten(db, portalId, "contact", {
        account: { source: "webhook", by: "", runId: null },
        events,
        objects: new Map([[id, object]]),
      }),
    );
  expect(
    await query(
      portalId,
      sql`select action, record_id, changes from journal where code = 'overwritten_unseen'`,
    ),
  ).toEqual([
    {
      action: "overwritten",
      record_id: record?.id,
      changes: [
        {
          field: "job_title",
          property: "jobtitle",
          side: "hubspot",
          before: "Manager",
          after: "CTO",
        },
      ],
    },
  ]);
});

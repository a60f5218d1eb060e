import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { expect, test, vi } from "vitest";
import type { PressAnswer } from "../../../server/http/sync-view.ts";
import { wireEngine } from "../../../server/wire-engine.ts";
import { useWorld } from "../sync/card/world.ts";
import type { Portal } from "../sync/card/world.ts";

// What HubSpot's proxy would wait for is scaled down; the calls take a few hundred milliseconds each.
const world = useWorld({
  pressWithinMs: 500,
  wireEngine: (foundation) => wireEngine({ ...foundation, viewWithinMs: 500 }),
});
const slowly = { latencyMs: 350 };

async function editedContact(): Promise<{ portal: Portal; objectId: string }> {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    objectId = await it.makeObject("contacts", { email: "ada@example.com" });
  });
  await portal.settings((settings) => {
    settings["automatic"] = { pull: false, push: false };
  });
  const { record } = await portal.card("contacts", objectId);
  await portal.api("PATCH", `/contacts/${record?.id ?? ""}`, {
    properties: { phone: "2" },
  });
  return { portal, objectId };
}

const press = async (
  portal: Portal,
  objectId: string,
  request: { version: string; requestId: string },
): Promise<PressAnswer> => {
  const response = await portal.askPress("push", "contacts", objectId, request);
  expect(response.status).toBe(200);
  return (await response.json()) as PressAnswer;
};

test("a press outlasts what its asker waits: it is answered in time, goes on, and is carried out once", async () => {
  const { portal, objectId } = await editedContact();
  const { version } = await portal.card("contacts", objectId);
  await world().control("DELETE", "/requests");
  await world().control("PUT", "/faults", slowly);
  const request = { version, requestId: randomUUID() };
  const begun = performance.now();
  expect(await press(portal, objectId, request)).toMatchObject({
    result: "working",
  });
  expect(performance.now() - begun).toBeLessThan(1_500);
  const answer = await vi.waitFor(
    async () => {
      const again = await press(portal, objectId, request);
      expect(again.result).not.toBe("working");
      return again;
    },
    { timeout: 15_000 },
  );
  expect(answer).toMatchObject({
    result: "done",
    changes: [{ field: "phone", side: "hubspot", after: "2" }],
  });
  expect((await portal.object("contacts", objectId))["phone"]).toBe("2");
  expect(await portal.writes()).toEqual(["update"]);
});

test("7-B1 a view for which HubSpot takes too long says what was last known, and why no button works", async () => {
  const { portal, objectId } = await editedContact();
  await world().control("PUT", "/faults", slowly);
  const view = await portal.card("contacts", objectId);
  expect(view).toMatchObject({
    record: { name: "ada@example.com" },
    status: "not_checked",
    lastKnown: { status: "changes_waiting" },
    pull: { allowed: false, code: "hubspot_unavailable" },
    push: { allowed: false, code: "hubspot_unavailable" },
  });
  expect(view.push.reason).toBe("HubSpot isn't responding.");
});

test("a server that is stopped while a press goes on ends that press first, and keeps its answer", async () => {
  const { portal, objectId } = await editedContact();
  const { version } = await portal.card("contacts", objectId);
  await world().control("PUT", "/faults", slowly);
  const requestId = randomUUID();
  expect(await press(portal, objectId, { version, requestId })).toMatchObject({
    result: "working",
  });
  await world().app.stop();
  const rows = await world().database.inPortal(portal.portalId, (db) =>
    sql<{ result: string | null }>`
      select answer ->> 'result' as result from answered_request where request_id = ${`card:${requestId}`}`
      .execute(db)
      .then((found) => found.rows),
  );
  expect(rows).toEqual([{ result: "done" }]);
  expect((await portal.object("contacts", objectId))["phone"]).toBe("2");
});

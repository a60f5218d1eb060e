import { afterAll, afterEach, expect, test, vi } from "vitest";
import type { TransactionLimits } from "../../server/database/limits.ts";
import { startProxy } from "../tcp-proxy.ts";
import type { Proxy } from "../tcp-proxy.ts";
import { useWorld } from "./sync/card/world.ts";

const limits: TransactionLimits = {
  connectionMs: 2_000,
  beginMs: 400,
  lockMs: 500,
  statementMs: 1_000,
  answerMs: 1_200,
  idleMs: 1_500,
};

let proxy: Proxy | undefined;
afterEach(() => proxy?.restore());
afterAll(() => proxy?.close());

const world = useWorld(
  { shareLimits: { control: limits, web: limits, work: limits } },
  {
    through: async (url) => {
      proxy = await startProxy(url);
      return proxy.url;
    },
    environment: { ROLE: "all" },
  },
);

const ready = async (): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${world().app.url}/readyz`);
  return { status: response.status, body: await response.json() };
};

test("8-B1 when all its database connections fall silent, a process syncs on new ones and stays of use", async () => {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    objectId = await it.makeObject("contacts", { email: "ada@example.com" });
  });
  const { record } = await portal.card("contacts", objectId);
  const recordId = record?.id ?? "";
  for (const round of [1, 2]) {
    const title = `Countess ${round}`;
    await portal.editObject("contacts", objectId, { jobtitle: title });
    proxy?.silence();
    await vi.waitFor(
      async () =>
        expect(
          (await portal.record("contacts", recordId)).properties["job_title"],
        ).toBe(title),
      { timeout: 15_000, interval: 100 },
    );
    await vi.waitFor(async () => expect((await ready()).status).toBe(200), {
      timeout: 10_000,
    });
  }
});

test("8-B1 readiness says which connections are silent, and that they are not any more", async () => {
  await vi.waitFor(async () => expect((await ready()).status).toBe(200));
  proxy?.silence({ newOnesToo: true });
  await vi.waitFor(
    async () =>
      expect(await ready()).toEqual({
        status: 503,
        body: {
          status: "not ready",
          missing: [
            "database connections for webhooks and lanes",
            "database connections for cards and requests",
            "database connections for turns",
          ],
        },
      }),
    { timeout: 5_000 },
  );
  const health = await fetch(`${world().app.url}/healthz`);
  expect(health.status).toBe(200);
  proxy?.silence();
  proxy?.restore();
  await vi.waitFor(async () => expect((await ready()).status).toBe(200), {
    timeout: 15_000,
  });
});

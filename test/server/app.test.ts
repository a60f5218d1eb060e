import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { startCounterpart } from "../../server/app.ts";
import type { Counterpart, Overrides } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { createLog } from "../../server/log.ts";
import { objectTypes } from "../../server/settings/object-type.ts";
import { cloneDatabase, useDatabase } from "../database.ts";
import { startProxy } from "../tcp-proxy.ts";
import { environmentFor } from "./environment.ts";
import { addPortal, setState } from "./jobs/portal.ts";

const at = useDatabase();
const running: Counterpart[] = [];

async function start(
  more: Record<string, string> = {},
  url = at.url,
  overrides: Overrides = {},
): Promise<Counterpart> {
  const app = await startCounterpart(
    readConfig(environmentFor(url, more)),
    overrides,
  );
  running.push(app);
  return app;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
});

const get = async (app: { url: string }, path: string) => {
  const response = await fetch(`${app.url}${path}`);
  return { status: response.status, body: await response.text() };
};

test("health, readiness and metrics answer in every role; the other routes only where there is web", async () => {
  for (const role of ["all", "web", "worker"]) {
    const app = await start({ ROLE: role });
    expect((await get(app, "/healthz")).status).toBe(200);
    expect(await get(app, "/readyz")).toEqual({
      status: 200,
      body: '{"status":"ready"}',
    });
    expect((await get(app, "/metrics")).status).toBe(200);
    expect((await get(app, "/api/v1/openapi.json")).status).toBe(
      role === "worker" ? 404 : 200,
    );
    expect(app.workers === null).toBe(role === "web");
  }
});

test("metrics say what waits, over all portals", async () => {
  await addPortal(at.database, 1, "held");
  await at.database.inPortal(1, async (db) => {
    await db
      .insertInto("record")
      .values({ portal_id: 1, object_type: "contact" })
      .execute();
    await db
      .insertInto("attention")
      .values({
        portal_id: 1,
        kind: "held",
        code: "conflict",
        object_type: "contact",
        object_id: "1",
        cause: "secret cause",
        initiator: "hubspot",
      })
      .execute();
  });
  const app = await start({ ROLE: "web" });
  const { body } = await get(app, "/metrics");
  expect(body).toContain("counterpart_dirty_records 1");
  expect(body).toContain('counterpart_attention_open{kind="held"} 1');
  expect(body).toContain('counterpart_installations{state="held"} 1');
  expect(body).toMatch(/counterpart_dirty_oldest_seconds [0-9.e-]+/);
  expect(body).not.toContain("secret cause");
  await setState(at.database, 1, "uninstalled");
});

test("only counters are named _total, and every counter is", async () => {
  const app = await start({ ROLE: "all" });
  const { body } = await get(app, "/metrics");
  const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  expect(types.length).toBeGreaterThan(20);
  for (const [, name = "", type] of types)
    expect({ name, isCounter: type === "counter" }).toEqual({
      name,
      isCounter: name.endsWith("_total"),
    });
});

test("a route has one label, however its address is spelled", async () => {
  const app = await start({ ROLE: "web" });
  for (const path of [
    "/api/v1/openapi.json",
    "/API/v1/openapi.json",
    "/Api/V1/openapi.json/",
    "/oauth/install",
    "/OAuth/INSTALL",
  ])
    await fetch(`${app.url}${path}`, { redirect: "manual" });
  const { body } = await get(app, "/metrics");
  const labels = body.matchAll(
    /^counterpart_http_requests_total\{route="([^"]*)".* (\d+)$/gm,
  );
  expect([...labels].map(([, route, count]) => [route, count])).toEqual([
    ["/api/v1/openapi.json", "3"],
    ["/oauth/install", "2"],
  ]);
});

test("the gauges of the queues are read once for all who ask at once and a while after, and an address that asks too often gets a 429", async () => {
  const app = await start({ ROLE: "worker" }, at.url, {
    metricsFreshMs: 60_000,
    metricsRequestsPerMinute: 100,
  });
  const read = vi.spyOn(app.metrics.inboxEvents, "set");
  const ask = () => fetch(`${app.url}/metrics`);
  const all = await Promise.all(Array.from({ length: 99 }, ask));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await all[0]?.text()).toContain("counterpart_inbox_events 0");
  expect((await ask()).status).toBe(200);
  expect(read).toHaveBeenCalledTimes(1);
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await get(app, "/readyz")).status).toBe(200);
});

test("without its database a process is alive and not ready", async () => {
  const cloned = await cloneDatabase();
  const app = await start({ ROLE: "web" }, cloned.url);
  await cloned.drop();
  expect((await get(app, "/healthz")).status).toBe(200);
  const { status, body } = await get(app, "/readyz");
  expect({ status, body: JSON.parse(body) as unknown }).toEqual({
    status: 503,
    body: {
      status: "not ready",
      missing: [
        "database connections for webhooks and lanes",
        "database connections for cards and requests",
      ],
    },
  });
});

test.each(["web", "worker"])(
  "without its database a %s process says so to who asks for metrics, and nothing of its insides",
  async (role) => {
    const cloned = await cloneDatabase();
    const app = await start({ ROLE: role }, cloned.url);
    await cloned.drop();
    const { status, body } = await get(app, "/metrics");
    expect({ status, body: JSON.parse(body) as unknown }).toMatchObject({
      status: 503,
      body: { code: "database_unavailable" },
    });
  },
);

test("a worker whose port is taken listens elsewhere; a web process says that it cannot start", async () => {
  const first = await start({ ROLE: "web" });
  const worker = await start({ ROLE: "worker", PORT: String(first.port) });
  expect(worker.port).not.toBe(first.port);
  await expect(
    start({ ROLE: "web", PORT: String(first.port) }),
  ).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test.each([
  ["the proxy in front is named", "1", [302, 302, 302, 429]],
  ["the proxy's network is named", "loopback", [302, 302, 302, 429]],
  ["no proxy is named", "0", [302, 302, 429, 429]],
])(
  "where %s, callers are limited by the address that can be believed",
  async (_where, TRUST_PROXY, statuses) => {
    const app = await start({ ROLE: "web", TRUST_PROXY }, at.url, {
      publicRequestsPerMinute: 2,
    });
    const seen: number[] = [];
    for (const caller of ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1"]) {
      const response = await fetch(`${app.url}/oauth/install`, {
        headers: { "x-forwarded-for": caller },
        redirect: "manual",
      });
      seen.push(response.status);
    }
    expect(seen).toEqual(statuses);
  },
);

test("the end of a setup window starts the first pull, by itself", async () => {
  await addPortal(at.database, 2, "setting-up");
  // Its owners and properties are read: nothing else holds the pull back.
  await at.database.inPortal(2, async (db) => {
    await db
      .updateTable("installation")
      .set({
        definitions_read_at: new Date(),
        unique_property: JSON.stringify(
          Object.fromEntries(
            objectTypes.map((type) => [type, { exists: true }]),
          ),
        ),
      })
      .where("portal_id", "=", 2)
      .execute();
    await db
      .insertInto("hubspot_definition")
      .values(
        objectTypes.map((type) => ({
          portal_id: 2,
          kind: "property",
          object_type: type,
          name: "city",
          body: JSON.stringify({ name: "city" }),
        })),
      )
      .execute();
  });
  await start({ ROLE: "worker" });
  await vi.waitFor(
    async () => {
      const runs = await at.database.inPortal(2, (db) =>
        db
          .selectFrom("run")
          .select(["kind", "mode", "object_type"])
          .orderBy("object_type")
          .execute(),
      );
      expect(runs.length).toBeGreaterThan(0);
    },
    { timeout: 15_000 },
  );
  await setState(at.database, 2, "uninstalled");
});

/** The real process: `node server/main.ts`. */
function spawnMain(env: Record<string, string>) {
  const main = fileURLToPath(new URL("../../server/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.err += chunk.toString()));
  return { child, said };
}

test("a process started without what it needs says all of it on stderr and ends with 1", async () => {
  const { child, said } = spawnMain({ PORT: "many" });
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(1);
  for (const key of [
    "PORT",
    "HUBSPOT_APP_ID",
    "HUBSPOT_CLIENT_ID",
    "HUBSPOT_CLIENT_SECRET",
    "TOKEN_KEY",
  ]) {
    expect(said.err).toContain(`  ${key} `);
  }
  expect(said.out).toBe("");
});

test("a process whose database does not answer its lanes stops in time all the same", async () => {
  const cloned = await cloneDatabase();
  const blocker = new Client({ connectionString: cloned.url });
  await blocker.connect();
  try {
    const app = await start({ ROLE: "all" }, cloned.url, {
      stopWithinMs: 500,
      log: createLog("silent"),
    });
    await blocker.query("begin");
    await blocker.query("lock table lane in access exclusive mode");
    const waiting = `select 1 from pg_locks where not granted and relation = 'lane'::regclass`;
    await vi.waitFor(
      async () =>
        expect((await blocker.query(waiting)).rows.length).toBeGreaterThan(0),
      { timeout: 5_000 },
    );
    const asked = Date.now();
    await app.stop();
    // Half a second in all, and what each of the parts is left with however late it is.
    expect(Date.now() - asked).toBeLessThan(10_000);
  } finally {
    await blocker.end();
    await cloned.drop();
  }
});

test("SIGTERM stops a process cleanly, and its log has no secret in it", async () => {
  const { child, said } = spawnMain(
    environmentFor(at.url, { LOG_LEVEL: "trace" }),
  );
  await vi.waitFor(() => expect(said.out).toContain('"msg":"started"'), {
    timeout: 10_000,
  });
  child.kill("SIGTERM");
  const [code] = (await once(child, "close")) as [number];
  expect({ code, err: said.err }).toEqual({ code: 0, err: "" });
  const lines = said.out.trim().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    level: "info",
    msg: "stopped",
  });
  expect(said.out).not.toContain("secret-of-tests");
});

test("8-B1 SIGTERM ends a process whose database connections are silent, in time and with 0", async () => {
  const proxy = await startProxy(at.url);
  try {
    const { child, said } = spawnMain(
      environmentFor(proxy.url, { LOG_LEVEL: "info" }),
    );
    await vi.waitFor(() => expect(said.out).toContain('"msg":"started"'), {
      timeout: 15_000,
    });
    proxy.silence();
    child.kill("SIGTERM");
    const [code] = (await once(child, "close")) as [number];
    expect({ code, err: said.err }).toEqual({ code: 0, err: "" });
    expect(said.out).not.toContain("did not stop in time");
  } finally {
    await proxy.close();
  }
});

test("8-B6 a process that cannot reach its database says where it looked and why it failed, and no password", async () => {
  const { child, said } = spawnMain(
    environmentFor("postgres://ada:secret-of-tests@127.0.0.1:1/nowhere", {
      LOG_LEVEL: "info",
    }),
  );
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(1);
  const last = JSON.parse(said.out.trim().split("\n").at(-1) ?? "") as {
    err: unknown;
  };
  expect(last).toMatchObject({
    msg: "did not start",
    err: { type: "DatabaseConnectionError", code: "ECONNREFUSED" },
  });
  expect(said.out).toContain(
    "127.0.0.1:1, user ada, database nowhere (ECONNREFUSED)",
  );
  expect(said.out).not.toContain("secret-of-tests");
});

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

type Addresses = {
  server: string;
  sandbox: string;
  desk: string;
  portalId: number;
  apiKey: string;
  databaseUrl: string;
  pid: number;
};

let folder: string;
let base: number;
let demo: ChildProcess;
let addresses: Addresses;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "counterpart-demo-test-"));
  base = await freeBase();
  demo = spawn(
    process.execPath,
    [fileURLToPath(new URL("../../sandbox/demo.ts", import.meta.url))],
    {
      env: {
        ...process.env,
        DEMO_DIR: folder,
        DEMO_PORT_BASE: String(base),
        DATABASE_URL: "",
        DATA_DIR: "",
        HOST: "",
      },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  addresses = await vi.waitFor(
    async () => {
      expect(demo.exitCode).toBe(null);
      const text = await readFile(join(folder, "addresses.json"), "utf8");
      return JSON.parse(text) as Addresses;
    },
    { timeout: 60_000, interval: 100 },
  );
}, 70_000);

afterAll(async () => {
  // Where a test failed: in order, or its data folder would be left.
  if (demo.exitCode === null && demo.kill("SIGTERM")) await once(demo, "exit");
  await rm(folder, { recursive: true, force: true });
});

test("the demo tells where everything is", async () => {
  expect(addresses).toEqual({
    server: `http://127.0.0.1:${base}`,
    sandbox: `http://127.0.0.1:${base + 10}`,
    desk: `http://127.0.0.1:${base + 11}`,
    portalId: expect.any(Number) as number,
    apiKey: expect.any(String) as string,
    databaseUrl: expect.stringMatching(
      /^postgresql:\/\/workspace_[0-9a-z]+_[0-9a-z]+:[^@]+@127\.0\.0\.1:\d+\//,
    ) as string,
    appId: expect.any(Number) as number,
    clientId: expect.any(String) as string,
    clientSecret: expect.any(String) as string,
    pid: demo.pid,
  });
  for (const url of [`${addresses.server}/readyz`, addresses.desk])
    expect((await fetch(url)).status).toBe(200);
});

test("the product's login sees 200 contacts and 40 companies, some of which wait for a person", async () => {
  const product = new Client({ connectionString: addresses.databaseUrl });
  await product.connect();
  try {
    const count = async (view: string) => {
      const { rows } = await product.query<{ status: string; n: number }>(
        `select sync_status as status, count(*)::int as n from workspace.${view} group by 1`,
      );
      return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
    };
    expect(await count("contacts")).toEqual({
      in_sync: 194,
      held: 3,
      problem: 1,
      not_synced: 2,
    });
    expect(await count("companies")).toEqual({
      in_sync: 38,
      held: 1,
      not_synced: 1,
    });
  } finally {
    await product.end();
  }
});

test("HubSpot holds as many, and some that the workspace has not", async () => {
  for (const [type, live, strangers] of [
    ["contacts", 200, 2],
    ["companies", 40, 1],
  ] as const) {
    const objects = await fetch(
      `${addresses.sandbox}/sandbox/portals/${addresses.portalId}/objects/${type}?archived=false`,
    );
    const truth = (await objects.json()) as { results: { id: string }[] };
    expect(truth.results).toHaveLength(live);
    const linked = await linkedIds(type);
    expect(truth.results.filter(({ id }) => !linked.has(id))).toHaveLength(
      strangers,
    );
  }
});

test("a signal ends it all and leaves nothing behind", async () => {
  const ended = once(demo, "exit");
  demo.kill("SIGINT");
  demo.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  expect(await readdir(folder)).toEqual(["server.log"]);
  const { port } = new URL(addresses.databaseUrl);
  for (const taken of [base, base + 10, base + 11, Number(port)])
    expect(await isFree(taken)).toBe(true);
}, 20_000);

async function linkedIds(type: string): Promise<Set<string>> {
  const answer = await fetch(
    `${addresses.server}/api/v1/${type}?synced=yes&limit=200`,
    { headers: { authorization: `Bearer ${addresses.apiKey}` } },
  );
  const page = (await answer.json()) as { results: { hubspotId: string }[] };
  return new Set(page.results.map(({ hubspotId }) => hubspotId));
}

async function freeBase(): Promise<number> {
  for (let port = 20_000 + (process.pid % 20_000); ; port += 12) {
    const wanted = [port, port + 10, port + 11];
    const free = await Promise.all(wanted.map(isFree));
    if (free.every(Boolean)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}

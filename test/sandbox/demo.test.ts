import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DemoHome } from "../../sandbox/demo-home.ts";
import type { Addresses } from "../../sandbox/demo-home.ts";
import { freeBase, isFree } from "./demo-process.ts";

const demoFile = fileURLToPath(
  new URL("../../sandbox/demo.ts", import.meta.url),
);
let folder: string;
let base: number;
let demo: ChildProcess;
let addresses: Addresses;
/** What a demo that was killed left in the temp folder. */
let leftovers: string[];

beforeAll(async () => {
  leftovers = await leaveAsKilled();
  folder = await mkdtemp(join(tmpdir(), "counterpart-demo-test-"));
  base = await freeBase();
  demo = spawn(process.execPath, [demoFile], {
    env: {
      ...process.env,
      DEMO_DIR: folder,
      DEMO_PORT_BASE: String(base),
      DATABASE_URL: "",
      DATA_DIR: "",
      HOST: "",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  addresses = await vi.waitFor(
    async () => {
      expect(demo.exitCode).toBe(null);
      const text = await readFile(join(folder, "addresses.json"), "utf8");
      return JSON.parse(text) as Addresses;
    },
    { timeout: 110_000, interval: 100 },
  );
}, 120_000);

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

test("8-B9 what a demo that was killed left behind is gone", () => {
  expect(leftovers.filter((path) => existsSync(path))).toEqual([]);
});

test("8-B9 a demo beside it in the same folder has files of its own", async () => {
  process.env["DEMO_DIR"] = folder;
  try {
    const second = await DemoHome.open(base + 100);
    expect(second.addresses).toBe(join(folder, `addresses-${base + 100}.json`));
    expect(second.serverLog).toBe(join(folder, `server-${base + 100}.log`));
    await second.writeAddresses({ ...addresses, pid: process.pid });
    await second.close();
    const text = await readFile(join(folder, "addresses.json"), "utf8");
    expect(JSON.parse(text)).toEqual(addresses);
  } finally {
    delete process.env["DEMO_DIR"];
  }
});

test("8-B9 a demo whose port another program has says so and ends, also if that program never answers", async () => {
  const mute = createServer().listen(0, "127.0.0.1");
  await once(mute, "listening");
  const { port } = mute.address() as AddressInfo;
  const other = await mkdtemp(join(tmpdir(), "counterpart-demo-test-"));
  const second = spawn(process.execPath, [demoFile], {
    env: { ...process.env, DEMO_DIR: other, DEMO_PORT_BASE: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  second.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  expect(await once(second, "close")).toEqual([1, null]);
  expect(said).toContain(`Another program has port ${port} of 127.0.0.1.`);
  expect(said).toContain("DEMO_PORT_BASE");
  mute.close();
  await rm(other, { recursive: true });
});

test("the product's login sees 200 contacts and 40 companies, some of which wait for a person", async () => {
  const product = new Client({ connectionString: addresses.databaseUrl ?? "" });
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
  const { port } = new URL(addresses.databaseUrl ?? "");
  for (const taken of [base, base + 10, base + 11, Number(port)])
    expect(await isFree(taken)).toBe(true);
}, 20_000);

/** The data folder and the sockets of a demo whose process is gone. */
async function leaveAsKilled(): Promise<string[]> {
  const gone = spawn("true");
  await once(gone, "exit");
  const data = await mkdtemp(join(tmpdir(), `counterpart-demo-${gone.pid}-`));
  const sockets = await mkdtemp("/tmp/counterpart-pg-");
  await writeFile(join(data, "postgres.sockets"), sockets);
  return [data, sockets];
}

async function linkedIds(type: string): Promise<Set<string>> {
  const answer = await fetch(
    `${addresses.server}/api/v1/${type}?synced=yes&limit=200`,
    { headers: { authorization: `Bearer ${addresses.apiKey}` } },
  );
  const page = (await answer.json()) as { results: { hubspotId: string }[] };
  return new Set(page.results.map(({ hubspotId }) => hubspotId));
}

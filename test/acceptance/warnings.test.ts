import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCounterpart } from "../../server/app.ts";
import type { Counterpart } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { signatureOf } from "../server/http/sign.ts";
import { SpawnedServer } from "../server/spawn-server.ts";
import { asOwner } from "./steps/database.ts";
import { one } from "./steps/one.ts";
import { change, createLinked } from "./steps/records.ts";
import { identity, useWorld } from "./world.ts";

const at = useWorld();

/** A server beside the world's own, with a log that the test reads. */
let lines: Record<string, unknown>[] = [];
let beside: Counterpart | undefined;

beforeEach(() => {
  lines = [];
});

afterEach(async () => {
  await beside?.stop();
  beside = undefined;
});

async function startBeside(
  environment: Record<string, string>,
): Promise<Counterpart> {
  const log = pino(
    { level: "warn" },
    {
      write: (line: string) =>
        void lines.push(JSON.parse(line) as Record<string, unknown>),
    },
  );
  beside = await startCounterpart(
    readConfig({ ...at.world.environment, ...environment }),
    { log },
  );
  return beside;
}

type Warning = {
  code: string;
  message: string;
  remedy: string;
  since: string | null;
};

async function warnings(): Promise<Warning[]> {
  const { body } = await at.world.api("GET", "/installation");
  return body["warnings"] as Warning[];
}

const codes = async (): Promise<string[]> =>
  (await warnings()).map(({ code }) => code);

const metrics = async (): Promise<string> =>
  (await fetch(`${at.world.server.url}/metrics`)).text();

test("8-B7 while HubSpot does not respond, the API says so, since when, and when each kind of work last succeeded", async () => {
  const { world } = at;
  const pair = one(
    await createLinked(world, "contacts", [
      { email: "one@warnings.example", city: "Ulm" },
    ]),
    0,
  );
  await world.settled();
  expect((await world.api("GET", "/installation")).body).toMatchObject({
    warnings: [],
    lastSuccess: {
      pull: expect.any(String) as string,
      push: expect.any(String) as string,
    },
  });
  await world.control("PUT", "/sandbox/faults", {
    portalId: world.portalId,
    status: 503,
  });
  const before = Date.now();
  await change(world, "contacts", pair.id, { city: "Bonn" });
  await world.until(
    async () => (await codes()).includes("hubspot_unavailable"),
    "the warning is shown",
  );
  const [warning] = await warnings();
  expect(warning).toEqual({
    code: "hubspot_unavailable",
    message: expect.stringContaining("isn't responding") as string,
    remedy: expect.stringContaining("retries by itself") as string,
    since: expect.any(String) as string,
  });
  expect(Date.parse(warning?.since ?? "")).toBeGreaterThan(before - 5_000);
  const { body } = await world.api("GET", "/installation");
  expect(body["work"]).toContainEqual({
    kind: "dirty",
    lastSuccessAt: expect.any(String) as string,
    failures: expect.any(Number) as number,
    troubledSince: warning?.since,
    cause: "hubspot_unavailable",
  });
  expect(await metrics()).toContain(
    'counterpart_portals_troubled{cause="hubspot_unavailable"} 1',
  );
  expect(await metrics()).toMatch(
    /counterpart_lane_failures_total\{cause="hubspot_unavailable"\} [1-9]/,
  );
  await world.control("DELETE", "/sandbox/faults");
  await world.settled();
  await world.until(async () => (await codes()).length === 0, "all is well");
});

test("8-B7 refused signatures are told apart, logged once a minute with what to do, and shown to admins", async () => {
  const server = await startBeside({
    ROLE: "web",
    PUBLIC_URL: "https://wrong.example",
  });
  const post = async (
    signedUrl: string,
    signing: { secret?: string; timestamp?: number },
  ): Promise<void> => {
    const body = "[]";
    const answer = await fetch(`${server.url}/webhooks/hubspot`, {
      method: "POST",
      headers: {
        "x-forwarded-host": "right.example",
        "content-type": "application/json",
        ...signatureOf("POST", signedUrl, body, {
          secret: identity.clientSecret,
          ...signing,
        }),
      },
      body,
    });
    expect(answer.status).toBe(401);
  };
  for (let time = 0; time < 3; time++) {
    // As HubSpot does if the app's settings name another address than PUBLIC_URL.
    await post("https://right.example/webhooks/hubspot", {});
    await post("https://wrong.example/webhooks/hubspot", {
      timestamp: Date.now() - 3_600_000,
    });
    await post("https://wrong.example/webhooks/hubspot", { secret: "another" });
  }
  const refused = lines.filter(({ msg }) => String(msg).includes("refused"));
  expect(refused).toMatchObject([
    { reason: "wrong_address", signedFor: "https://right.example" },
    { reason: "stale", secondsOff: 3_600 },
    { reason: "bad" },
  ]);
  for (const line of refused)
    expect(line).toMatchObject({
      path: "/webhooks/hubspot",
      remedy: expect.any(String) as string,
    });
  const counted = await (await fetch(`${server.url}/metrics`)).text();
  for (const reason of ["wrong_address", "stale", "bad"])
    expect(counted).toContain(
      `counterpart_signatures_refused_total{reason="${reason}"} 3`,
    );
  await at.world.until(
    async () => (await codes()).length === 3,
    "all three are shown",
  );
  expect(await codes()).toEqual([
    "signature_bad",
    "signature_stale",
    "signature_wrong_address",
  ]);
});

test("8-B7 work that no worker takes is a warning, and none once a worker runs", async () => {
  const { world } = at;
  await world.server.stop();
  const environment = {
    ...world.environment,
    PORT: String(world.server.port),
  };
  world.server = await startCounterpart(
    readConfig({ ...environment, ROLE: "web" }),
  );
  await asOwner(world, (owner) =>
    owner.query(
      "update lane set next_at = now() - interval '3 minutes' where kind = 'dirty'",
    ),
  );
  expect(await codes()).toContain("no_worker");
  await world.server.stop();
  world.server = await startCounterpart(readConfig(environment));
  await world.until(
    async () => !(await codes()).includes("no_worker"),
    "a worker has taken it",
  );
});

const lostKey = {
  TOKEN_KEY: `k1:${randomBytes(32).toString("base64")}`,
};

test("8-B7 a server with a TOKEN_KEY that opens nothing refuses to start, and says what to do", async () => {
  const server = new SpawnedServer({
    ...at.world.environment,
    ...lostKey,
    LOG_LEVEL: "info",
  });
  expect(await server.ended).toBe(1);
  expect(server.lines.at(-1)).toMatchObject({
    level: "fatal",
    err: {
      type: "TokenKeyError",
      message: expect.stringContaining("sealed with the key ids k1") as string,
    },
  });
});

test("8-B7 of several keys one is missing: the server warns, the others sync, and the portal's admin sees why", async () => {
  const { world } = at;
  const given = world.environment["TOKEN_KEY"] ?? "";
  const { portalId, apiKey } = world;
  // A portal whose tokens are sealed with a key that is then taken away.
  await world.server.stop();
  world.server = await startCounterpart(
    readConfig({
      ...world.environment,
      PORT: String(world.server.port),
      TOKEN_KEY: `k2:${randomBytes(32).toString("base64")},${given}`,
    }),
  );
  await world.addPortal({});
  await world.installed();
  const email = "one@second.example";
  const pair = one(await createLinked(world, "contacts", [{ email }]), 0);
  await world.server.stop();
  const second = await startBeside({ PORT: String(world.server.port) });
  world.server = second;
  expect(lines).toMatchObject([
    { cause: "token_key", keyId: "k2", portals: 1 },
  ]);
  await change(world, "contacts", pair.id, { city: "Bonn" });
  await world.until(
    async () => (await codes()).includes("token_key"),
    "the warning is shown",
  );
  const failed = lines.filter(({ msg }) => msg === "a turn failed");
  expect(failed).toMatchObject([
    { cause: "token_key", portalId: world.portalId },
  ]);

  // The key is lost for good: the operator says so, and an admin connects again.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      fileURLToPath(
        new URL("../../server/disconnect-unreadable.ts", import.meta.url),
      ),
    ],
    { env: { PATH: process.env["PATH"], ...world.environment } },
  );
  expect(stdout).toContain(`Disconnected: ${world.portalId}.`);
  expect(await codes()).toContain("disconnected");
  await world.install();
  await world.settled();
  // A lane that failed with the lost key may be in its back-off still.
  await world.until(
    async () => !(await codes()).includes("token_key"),
    "no lane fails from the key any more",
  );
  Object.assign(world, { portalId, apiKey });
  expect(await codes()).not.toContain("token_key");
});

import { randomBytes, randomUUID } from "node:crypto";
import { Client } from "pg";
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  inject,
  test,
  vi,
} from "vitest";
import { z } from "zod";
import { startSandbox } from "../../../sandbox/app.ts";
import type { Sandbox } from "../../../sandbox/sandbox.ts";
import { startCounterpart } from "../../../server/app.ts";
import type { Counterpart } from "../../../server/app.ts";
import { readConfig } from "../../../server/config.ts";
import { cloneDatabase } from "../../database.ts";
import type { ClonedDatabase } from "../../database.ts";
import { environmentFor } from "../environment.ts";
import { Relay } from "../relay.ts";
import { postSigned, signatureOf } from "./sign.ts";
import { apiKeyIn, appId, clientSecret, install } from "./world.ts";

let cloned: ClonedDatabase;
let relay: Relay;
let sandbox: Sandbox;
let server: Counterpart;
let portalId = 0;
let key = "";
beforeAll(async () => {
  cloned = await cloneDatabase();
  relay = await Relay.to(cloned.url);
  sandbox = await startSandbox({
    publicUrl: "http://127.0.0.1:1",
    app: { appId, clientSecret },
  });
  server = await startCounterpart(
    readConfig(
      environmentFor(relay.through(cloned.url), {
        ROLE: "web",
        HUBSPOT_API_URL: sandbox.url,
        HUBSPOT_AUTHORIZE_URL: sandbox.authorizeUrl,
        HUBSPOT_APP_ID: String(appId),
        HUBSPOT_CLIENT_ID: "sandbox-client-id",
        HUBSPOT_CLIENT_SECRET: clientSecret,
      }),
    ),
  );
  sandbox.setPublicUrl(server.publicUrl);
  ({ portalId } = sandbox.createPortal({}));
  key = apiKeyIn((await install(sandbox, portalId)).body);
}, 60_000);
afterAll(async () => {
  await server.stop();
  await sandbox.close();
  await relay.cut();
  await cloned.drop();
});

const api = (method: string, path: string, body?: unknown) =>
  fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const query = (): string =>
  `userId=7&portalId=${portalId}&userEmail=ada%40example.com&appId=${appId}`;
const card = () => {
  const url = `${server.publicUrl}/ui/card?objectTypeId=0-1&objectId=12&${query()}`;
  return fetch(url, { headers: signatureOf("GET", url, "") });
};
const press = (requestId: string) =>
  postSigned(
    `${server.publicUrl}/ui/card/pull?${query()}`,
    JSON.stringify({
      objectTypeId: "0-1",
      objectId: "12",
      version: "v",
      requestId,
    }),
  );
const webhook = () =>
  postSigned(
    `${server.publicUrl}/webhooks/hubspot`,
    JSON.stringify([
      {
        portalId,
        appId,
        eventId: 1,
        subscriptionId: 1,
        occurredAt: Date.now(),
        subscriptionType: "object.creation",
        objectTypeId: "0-1",
        objectId: 12,
        attemptNumber: 0,
      },
    ]),
  );
/** A callback with a state of ours, from the browser that it was given to. */
async function callback(accept: string): Promise<Response> {
  const begun = await fetch(`${server.url}/oauth/install`, {
    redirect: "manual",
  });
  const state = new URL(begun.headers.get("location") ?? "").searchParams.get(
    "state",
  );
  return fetch(`${server.url}/oauth/callback?code=x&state=${state}`, {
    headers: {
      accept,
      cookie: begun.headers
        .getSetCookie()
        .map((each) => each.split(";")[0])
        .join("; "),
    },
  });
}

const routes: readonly (readonly [string, () => Promise<Response>])[] = [
  ["a list", () => api("GET", "/contacts")],
  ["a write", () => api("POST", "/contacts", { properties: {} })],
  ["a batch", () => api("POST", "/contacts/batch", { inputs: [] })],
  ["the settings", () => api("GET", "/settings")],
  ["a run", () => api("GET", `/runs/${randomUUID()}`)],
  ["a card", card],
  ["a press", () => press(randomUUID())],
  ["webhooks", webhook],
  ["metrics", () => fetch(`${server.url}/metrics`)],
  ["an OAuth callback of a program", () => callback("application/json")],
];

async function expectUnavailable(): Promise<void> {
  for (const [route, ask] of routes) {
    const response = await ask();
    expect({ route, status: response.status }).toEqual({ route, status: 503 });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(response.headers.get("content-type")).toContain(
      "application/problem+json",
    );
    expect(await response.json()).toMatchObject({
      code: "database_unavailable",
    });
  }
  const page = await callback("text/html");
  expect(page.status).toBe(503);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(page.headers.get("retry-after")).not.toBeNull();
  const text = await page.text();
  expect(text).toContain("database isn&#39;t available");
}

describe("a database that is down", () => {
  test("is a 503 with Retry-After at every route, and the same routes work when it is back", async () => {
    await relay.cut();
    await expectUnavailable();
    await relay.restore();
    await vi.waitFor(async () =>
      expect((await api("GET", "/contacts")).status).toBe(200),
    );
    expect((await webhook()).status).toBe(200);
    expect((await card()).status).not.toBe(503);
    expect((await press(randomUUID())).status).not.toBe(503);
  }, 60_000);

  test.each([
    ["ends the connection", "unavailable", "select pg_terminate_backend($1)"],
    ["cancels the statement", "busy", "select pg_cancel_backend($1)"],
  ])(
    "that %s of a request at work is a 503 that says %s",
    async (_what, outage, end) => {
      const admin = new Client({ connectionString: cloned.url });
      await admin.connect();
      try {
        await admin.query("begin; lock table record in access exclusive mode");
        const asked = api("GET", "/contacts");
        const waiting = await vi.waitFor(async () => {
          const { rows } = await admin.query<{ pid: number }>(
            "select pid from pg_locks where not granted and relation = 'record'::regclass",
          );
          return z.object({ pid: z.int() }).parse(rows[0]).pid;
        });
        await admin.query(end, [waiting]);
        const response = await asked;
        expect(response.status).toBe(503);
        expect(response.headers.get("retry-after")).not.toBeNull();
        expect(await response.json()).toMatchObject({
          code: `database_${outage}`,
        });
      } finally {
        await admin.end();
      }
      expect((await api("GET", "/contacts")).status).toBe(200);
    },
  );

  test("that takes no connections is a 503 at every route", async () => {
    const admin = new Client({ connectionString: inject("postgresUrl") });
    await admin.connect();
    try {
      await admin.query(
        `alter database ${cloned.name} with allow_connections false`,
      );
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
        [cloned.name],
      );
      await vi.waitFor(async () =>
        expect((await api("GET", "/contacts")).status).toBe(503),
      );
      await expectUnavailable();
    } finally {
      await admin.query(
        `alter database ${cloned.name} with allow_connections true`,
      );
      await admin.end();
    }
    expect((await api("GET", "/contacts")).status).toBe(200);
  }, 60_000);
});

test("a press whose database went away is done once when HubSpot sends it again", async () => {
  const requestId = `r-${randomBytes(8).toString("hex")}`;
  await relay.cut();
  expect((await press(requestId)).status).toBe(503);
  await relay.restore();
  await vi.waitFor(async () =>
    expect([503, 409]).not.toContain((await press(requestId)).status),
  );
});

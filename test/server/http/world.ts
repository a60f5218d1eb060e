import { createSecretKey, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect } from "vitest";
import { z } from "zod";
import type { PortalEntry } from "../../../sandbox/portal-registry.ts";
import type { SandboxOptions } from "../../../sandbox/app.ts";
import { startSandbox } from "../../../sandbox/app.ts";
import type { Sandbox } from "../../../sandbox/sandbox.ts";
import type { Database } from "../../../server/database/database.ts";
import { IdempotentRequests } from "../../../server/http/idempotent-requests.ts";
import { createHttp } from "../../../server/http/app.ts";
import type {
  EngineApi,
  HttpDependencies,
} from "../../../server/http/dependencies.ts";
import { Refusals } from "../../../server/http/refusals.ts";
import { createHubSpot } from "../../../server/hubspot/create-hubspot.ts";
import { Secret } from "../../../server/hubspot/secret.ts";
import { createLog } from "../../../server/log.ts";
import { createMetrics } from "../../../server/metrics.ts";
import { startRun } from "../../../server/sync/runs/runs.ts";
import { useDatabase } from "../../database.ts";
import type { DatabaseUse } from "../../database.ts";
import { checkAnswer } from "./check-answer.ts";

export const appId = 500_001;
export const clientSecret = "sandbox-client-secret";

export type World = {
  readonly url: string;
  readonly sandbox: Sandbox;
  readonly database: Database;
  readonly parts: HttpDependencies;
  /** A portal of the sandbox into which the app was installed through the real OAuth flow. */
  connect(input?: Parameters<Sandbox["createPortal"]>[0]): Promise<Connected>;
  /** The app's API with a portal's key. */
  api(
    key: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer>;
};

export type Answer = { status: number; body: unknown; headers: Headers };
export type Connected = {
  portalId: number;
  apiKey: string;
  entry: PortalEntry;
};

/** The HTTP room over a real database and a real sandbox, without workers; the engine's card is the caller's. */
export function useWorld({
  engine = {},
  setupWindowHours = 6,
  sandbox: sandboxOptions = {},
  publicRequestsPerMinute = 1_000,
  pressWithinMs = 9_000,
  database = {},
}: {
  engine?: Partial<EngineApi>;
  setupWindowHours?: number;
  sandbox?: SandboxOptions;
  publicRequestsPerMinute?: number;
  pressWithinMs?: number;
  database?: DatabaseUse;
} = {}): World {
  const store = useDatabase(database);
  let open: Open | undefined;
  beforeAll(async () => {
    open = await start(store.database, {
      engine,
      setupWindowHours,
      sandboxOptions,
      publicRequestsPerMinute,
      pressWithinMs,
    });
  });
  afterAll(async () => {
    await open?.close();
  });
  const opened = (): Open => {
    if (!open) throw new Error("The world is there once the tests run.");
    return open;
  };
  return {
    get url() {
      return opened().url;
    },
    get sandbox() {
      return opened().sandbox;
    },
    get parts() {
      return opened().parts;
    },
    get database() {
      return store.database;
    },
    connect: (input) => connect(opened().sandbox, input),
    api: (key, method, path, body) =>
      api(opened().url, key, method, path, body),
  };
}

type Open = {
  url: string;
  sandbox: Sandbox;
  parts: HttpDependencies;
  close(): Promise<void>;
};

async function start(
  database: Database,
  options: {
    engine: Partial<EngineApi>;
    setupWindowHours: number;
    sandboxOptions: SandboxOptions;
    publicRequestsPerMinute: number;
    pressWithinMs: number;
  },
): Promise<Open> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sandbox = await startSandbox({
    publicUrl: url,
    app: { appId, clientSecret },
    ...options.sandboxOptions,
  });
  const tokenKeys = [
    { id: "test", key: createSecretKey(randomBytes(32)) },
  ] as const;
  const metrics = createMetrics();
  const log = createLog("silent");
  const hubspot = createHubSpot({
    config: {
      hubspot: {
        apiUrl: sandbox.url,
        authorizeUrl: sandbox.authorizeUrl,
        appId,
        clientId: "sandbox-client-id",
        clientSecrets: [new Secret(clientSecret)],
        callLimit: "unlimited",
      },
      tokenKeys,
    },
    database,
    log,
  });
  const unasked = (): never => {
    throw new Error("This world has no card.");
  };
  const parts: HttpDependencies = {
    config: {
      publicUrl: url,
      trustProxy: 0,
      appId,
      clientSecrets: [new Secret(clientSecret)],
      rootKeys: tokenKeys.map(({ key }) => key),
      setupWindowHours: options.setupWindowHours,
      publicRequestsPerMinute: options.publicRequestsPerMinute,
    },
    database,
    control: database,
    hubspot,
    engine: {
      startRun,
      card: {
        view: unasked,
        value: unasked,
        act: unasked,
        tryOut: unasked,
      },
      attention: { retry: unasked, resolve: unasked, linkExisting: unasked },
      ...options.engine,
    },
    answered: new IdempotentRequests(database, log, options.pressWithinMs),
    refusals: new Refusals({ database, log, metrics }),
    log,
    metrics,
  };
  server.on("request", createHttp(parts));
  return {
    url,
    sandbox,
    parts,
    close: async () => {
      await sandbox.close();
      await hubspot.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function connect(
  sandbox: Sandbox,
  input: Parameters<Sandbox["createPortal"]>[0],
): Promise<Connected> {
  const entry = sandbox.createPortal(input);
  const { portalId } = entry;
  const { status, body } = await install(sandbox, portalId);
  expect({ status, body }).toMatchObject({ status: 200, body: { portalId } });
  return { portalId, apiKey: apiKeyIn(body), entry };
}

/** The key in what the OAuth callback answered. */
export function apiKeyIn(body: unknown): string {
  return z.looseObject({ apiKey: z.string() }).parse(body).apiKey;
}

/** Installs the app into a portal of the sandbox, as one of its users. */
export async function install(
  sandbox: Sandbox,
  portalId: number,
  input: { userId?: number; withholdScopes?: string[] } = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(
    `${sandbox.url}/sandbox/portals/${portalId}/install`,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input),
    },
  );
  const body: unknown = await response.json();
  return { status: response.status, body };
}

// Every answer is held against the document that the server itself publishes.
async function api(
  url: string,
  key: string,
  method: string,
  path: string,
  body: unknown,
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = {
    status: response.status,
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
    headers: response.headers,
  };
  checkAnswer(method, path, answer);
  return answer;
}

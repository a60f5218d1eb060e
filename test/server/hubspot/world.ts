import { createHash, createSecretKey, randomBytes } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll } from "vitest";
import { startSandbox, type SandboxOptions } from "../../../sandbox/app.ts";
import type { FaultDocument } from "../../../sandbox/fault-document.ts";
import type { Sandbox } from "../../../sandbox/sandbox.ts";
import type { Database } from "../../../server/database/database.ts";
import { createHubSpot } from "../../../server/hubspot/create-hubspot.ts";
import type { Gateway } from "../../../server/hubspot/gateway.ts";
import type { HubSpot } from "../../../server/hubspot/hubspot.ts";
import type { CallMetrics } from "../../../server/hubspot/metrics.ts";
import { Secret } from "../../../server/hubspot/secret.ts";
import { createLog } from "../../../server/log.ts";
import { useDatabase } from "../../database.ts";
import { control } from "../../sandbox-control.ts";

const redirectUri = "http://127.0.0.1:4300/oauth/callback";
export const tokenKeys = [
  { id: "k1", key: createSecretKey(randomBytes(32)) },
] as const;

export const bulk = { priority: "bulk" } as const;
export const interactive = { priority: "interactive" } as const;

type Json = Record<string, unknown>;

/** A sandbox, a migrated database and as many processes' worth of HubSpot rooms as a test wants. */
export class World {
  readonly sandbox: Sandbox;
  readonly database: Database;
  readonly #rooms: HubSpot[] = [];

  constructor(sandbox: Sandbox, database: Database) {
    this.sandbox = sandbox;
    this.database = database;
  }

  /** Another process's room. */
  room(
    callLimit: "learned" | "unlimited" = "learned",
    more: {
      metrics?: CallMetrics;
      clientSecrets?: readonly Secret[];
      apiUrl?: string;
    } = {},
  ): HubSpot {
    const room = createHubSpot({
      config: {
        hubspot: {
          apiUrl: more.apiUrl ?? this.sandbox.url,
          authorizeUrl: this.sandbox.authorizeUrl,
          appId: 500_001,
          clientId: "sandbox-client-id",
          clientSecrets: more.clientSecrets ?? [
            new Secret("sandbox-client-secret"),
          ],
          callLimit,
        },
        tokenKeys,
      },
      database: this.database,
      log: createLog("silent"),
      metrics: more.metrics,
    });
    this.#rooms.push(room);
    return room;
  }

  control(method: string, path: string, body?: unknown): Promise<Json> {
    return control(this.sandbox, method, path, body);
  }

  /** A portal of which the app holds tokens, in the state `active`. */
  async installed(
    options: Json = {},
    withhold: readonly string[] = [],
  ): Promise<number> {
    const made = await this.control("POST", "/portals", { options });
    const portalId = Number(made["portalId"]);
    await this.connect(portalId, withhold);
    return portalId;
  }

  /** What an install leaves behind: consent given, code exchanged, row written. */
  async connect(
    portalId: number,
    withhold: readonly string[] = [],
  ): Promise<void> {
    const room = this.room();
    const { requiredScopes } =
      this.sandbox.platform.app.project.manifest.config.auth;
    const verifier = randomBytes(32).toString("base64url");
    const link = new URL(
      room.oauth.authorizeUrl({
        redirectUri,
        scopes: requiredScopes,
        optionalScopes: [],
        state: "state",
        codeChallenge: createHash("sha256")
          .update(verifier)
          .digest("base64url"),
      }),
    );
    const user = this.sandbox.platform.registry.entry(portalId)?.user();
    const form = new URLSearchParams(link.search);
    form.set("user", `${portalId}:${user?.id ?? 0}`);
    form.set("decision", "connect");
    for (const scope of requiredScopes) {
      if (!withhold.includes(scope)) form.append("grant", scope);
    }
    const consent = await fetch(this.sandbox.authorizeUrl, {
      method: "POST",
      body: form,
      redirect: "manual",
    });
    const callback = new URL(consent.headers.get("location") ?? "");
    const answer = await room.oauth.exchangeCode({
      code: callback.searchParams.get("code") ?? "",
      redirectUri,
      codeVerifier: verifier,
    });
    if (!answer.ok) throw new Error(answer.reason);
    const { accessToken, refreshToken, expiresAt, scopes } = answer.grant;
    await sql`
      insert into installation (portal_id, app_id, state, window_ends_at, scopes, sync_user_id, access_token,
        access_expires_at, refresh_token, api_key_hash)
      values (${portalId}, 500001, 'active', now(), ${[...(scopes ?? [])]}, ${answer.grant.userId},
        ${room.seal(portalId, accessToken)}, ${expiresAt}, ${room.seal(portalId, refreshToken)}, ${randomBytes(32)})
      on conflict (portal_id) do update set state = 'active', access_token = excluded.access_token,
        refresh_token = excluded.refresh_token, access_expires_at = excluded.access_expires_at,
        token_generation = installation.token_generation + 1`.execute(
      this.database.owner,
    );
  }

  gateway(portalId: number): Gateway {
    return this.room().portal(portalId);
  }

  async make(
    portalId: number,
    type: string,
    properties: Json,
  ): Promise<string> {
    const path = `/portals/${portalId}/objects/${type}`;
    const made = await this.control("POST", path, { properties });
    return String(made["id"]);
  }

  /** What stands in HubSpot, by id. */
  async truth(
    portalId: number,
    type: string,
  ): Promise<Map<string, Record<string, string | null>>> {
    const path = `/portals/${portalId}/objects/${type}?archived=false`;
    const { results } = await this.control("GET", path);
    return new Map(
      (results as { id: string; properties: Record<string, string> }[]).map(
        ({ id, properties }) => [id, properties],
      ),
    );
  }

  /** How many requests of a portal whose method and path template end so the sandbox counted, by status. */
  async counted(
    portalId: number,
    end: string,
  ): Promise<Record<number, number>> {
    const { rows } = await this.control("GET", "/requests");
    const counts: Record<number, number> = {};
    for (const row of rows as {
      portalId: number;
      method: string;
      path: string;
      status: number;
      count: number;
    }[]) {
      if (row.portalId !== portalId) continue;
      if (!`${row.method} ${row.path}`.endsWith(end)) continue;
      counts[row.status] = (counts[row.status] ?? 0) + row.count;
    }
    return counts;
  }

  /** Sets faults, of one portal if one is given, for the length of `work`. */
  async withFaults<T>(
    portalId: number | undefined,
    faults: readonly FaultDocument[],
    work: () => Promise<T>,
  ): Promise<T> {
    this.sandbox.setFaults(
      faults.map((fault) =>
        portalId === undefined ? fault : { portalId, ...fault },
      ),
    );
    try {
      return await work();
    } finally {
      this.sandbox.setFaults([]);
    }
  }

  async close(): Promise<void> {
    for (const room of this.#rooms) await room.close();
    await this.sandbox.close();
  }
}

/** One world for the tests of a file; each makes portals of its own. */
export function useWorld(options: SandboxOptions = {}): () => World {
  const opened = useDatabase();
  let world: World | undefined;
  beforeAll(async () => {
    const sandbox = await startSandbox(options);
    world = new World(sandbox, opened.database);
  });
  afterAll(() => world?.close());
  return () => {
    if (world === undefined) throw new Error("no world outside of a test");
    return world;
  };
}

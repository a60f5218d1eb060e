import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { until } from "../until.ts";
import type { Ground } from "./ground.ts";
import { callJson } from "./json.ts";
import { SandboxProcess } from "./sandbox.ts";
import { ServerProcess } from "./server.ts";
import type { Role } from "./server.ts";

export type SceneOptions = {
  /** The processes to start; `all` alone where nothing is said. The first is the one with HTTP. */
  readonly roles?: readonly [Role, ...Role[]];
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of the portal in the sandbox; HubSpot's limits on calls are off unless `limits` says otherwise. */
  readonly portal?: Readonly<Record<string, unknown>>;
  /** Keep HubSpot's limits on, and our budget with them. */
  readonly limited?: boolean;
};

/** What the count of calls leaves out: the wire of the app itself, not of its data. */
const NO_DATA = /oauth|account-info|\/properties|\/owners|\/pipelines/;

/** A sandbox, a database, server processes and one portal, from the outside: as HubSpot and a product see them. */
export class Scene {
  readonly sandbox: SandboxProcess;
  readonly servers: ServerProcess[];
  readonly sql: Client;
  readonly secret: string;
  portalId = 0;
  apiKey = "";
  readonly #ground: Ground;
  readonly databaseUrl: string;

  private constructor(parts: {
    ground: Ground;
    databaseUrl: string;
    sandbox: SandboxProcess;
    servers: ServerProcess[];
    sql: Client;
    secret: string;
  }) {
    this.#ground = parts.ground;
    this.databaseUrl = parts.databaseUrl;
    this.sandbox = parts.sandbox;
    this.servers = parts.servers;
    this.sql = parts.sql;
    this.secret = parts.secret;
  }

  static async open(
    ground: Ground,
    { roles = ["all"], environment = {}, portal, limited }: SceneOptions = {},
  ): Promise<Scene> {
    const databaseUrl = await ground.database();
    const secret = randomBytes(24).toString("base64url");
    const sandbox = await SandboxProcess.start(secret);
    const shared = {
      PATH: process.env["PATH"] ?? "",
      DATABASE_URL: databaseUrl,
      HUBSPOT_API_URL: sandbox.url,
      HUBSPOT_AUTHORIZE_URL: sandbox.authorizeUrl,
      HUBSPOT_APP_ID: "500001",
      HUBSPOT_CLIENT_ID: "bench-client",
      HUBSPOT_CLIENT_SECRET: secret,
      TOKEN_KEY: `bench:${randomBytes(32).toString("base64")}`,
      LOG_LEVEL: "warn",
      SETUP_WINDOW_HOURS: "0",
      // What a bench measures is what it starts itself.
      PULL_INTERVAL_SECONDS: "86400",
      CALL_LIMIT: limited === true ? "learned" : "unlimited",
      ...environment,
    };
    const servers: ServerProcess[] = [];
    for (const role of roles)
      servers.push(await ServerProcess.start(role, ground.dir, shared));
    const sql = new Client({ connectionString: databaseUrl });
    await sql.connect();
    const scene = new Scene({
      ground,
      databaseUrl,
      sandbox,
      servers,
      sql,
      secret,
    });
    await sandbox.setPublicUrl(scene.url);
    const made = await scene.control<{ portalId: number }>("POST", "/portals", {
      options: {
        ...(limited === true ? {} : { limits: "unlimited" }),
        ...portal,
      },
    });
    scene.portalId = made.portalId;
    return scene;
  }

  /** Where HTTP is served. */
  get url(): string {
    return this.#server(0).url;
  }

  /** The process that works lanes. */
  get worker(): ServerProcess {
    return this.#server(this.servers.length - 1);
  }

  /** A control path of the sandbox, without `/sandbox`. */
  control<T>(method: string, path: string, body?: unknown): Promise<T> {
    return callJson<T>(method, `${this.sandbox.url}/sandbox${path}`, body);
  }

  inHubSpot<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.control<T>(method, `/portals/${this.portalId}${path}`, body);
  }

  /** Changes options of the portal in the sandbox. */
  async setOptions(options: Readonly<Record<string, unknown>>): Promise<void> {
    await this.inHubSpot("PATCH", "", { options });
  }

  api<T>(method: string, path: string, body?: unknown): Promise<T> {
    return callJson<T>(method, `${this.url}/api/v1${path}`, body, {
      authorization: `Bearer ${this.apiKey}`,
    });
  }

  /** Through the app's own OAuth flow; the first pull starts by itself. */
  async install(): Promise<void> {
    const answer = await this.inHubSpot<{ apiKey: string }>(
      "POST",
      "/install",
      {},
    );
    this.apiKey = answer.apiKey;
  }

  /** Installs, and waits for the first pull and all that follows it. */
  async pulled(withinMs = 240_000): Promise<void> {
    await this.install();
    await until(
      "the first pull has ended",
      async () =>
        (await this.one<string>("select state from installation")) === "active",
      { withinMs },
    );
    await this.quiet();
  }

  /** Waits until nothing is under way or due. */
  async quiet(everyMs = 20): Promise<void> {
    await until(
      "nothing is under way",
      async () =>
        (await this.one<boolean>(`
          select not exists (select from dirty where due_at < now() + interval '10 s')
            and not exists (select from inbox where settled_at is null)
            and not exists (select from run where state in ('queued', 'running'))
            and not exists (select from lane where leased)`)) === true,
      { everyMs },
    );
  }

  /** Sends a run and waits for its end; answers its id. */
  async run(kind: "pull" | "push", body: unknown): Promise<string> {
    const { runId } = await this.api<{ runId: string }>(
      "POST",
      `/sync/${kind}`,
      body,
    );
    await until(
      `the ${kind} has ended`,
      async () => {
        const state = await this.one<string>(
          "select state from run where id = $1",
          [runId],
        );
        if (state === "failed") throw new Error("The run failed.");
        return state === "done";
      },
      { everyMs: 10 },
    );
    return runId;
  }

  /** What the product writes, under the role that its logins have. */
  async asProduct(statement: string): Promise<void> {
    const role = await this.one<string>(
      "select 'counterpart_' || id || '_portal' from deployment",
    );
    await this.sql.query(
      `begin; set local role ${role}; set local app.portal = '${this.portalId}'; ${statement}; commit`,
    );
  }

  /** The first column of the first row. */
  async one<T>(statement: string, values: unknown[] = []): Promise<T> {
    const { rows } = await this.sql.query<T[]>({
      text: statement,
      values,
      rowMode: "array",
    });
    const value = rows[0]?.[0];
    if (value === undefined) throw new Error(`No row: ${statement}`);
    return value;
  }

  /** Calls about data that the sandbox has answered since `forgetCalls`, by method and path. */
  async calls(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.control<{
      rows: { method: string; path: string; count: number }[];
    }>("GET", "/requests");
    const calls = new Map<string, number>();
    for (const { method, path, count } of rows) {
      const name = `${method} ${path}`;
      if (!NO_DATA.test(path)) calls.set(name, (calls.get(name) ?? 0) + count);
    }
    return calls;
  }

  async forgetCalls(): Promise<void> {
    await this.control("DELETE", "/requests");
  }

  async close(): Promise<void> {
    await this.sql.end();
    for (const server of this.servers.toReversed()) await server.stop();
    await this.sandbox.stop();
    await this.#ground.drop(this.databaseUrl);
  }

  #server(at: number): ServerProcess {
    const server = this.servers[at];
    if (server === undefined) throw new Error("No server was started.");
    return server;
  }
}

/** Opens a scene for `work` and closes it, whatever happens; a failure shows the end of the servers' logs. */
export async function inScene<T>(
  ground: Ground,
  options: SceneOptions,
  work: (scene: Scene) => Promise<T>,
): Promise<T> {
  const scene = await Scene.open(ground, options);
  try {
    return await work(scene);
  } catch (error) {
    for (const server of scene.servers)
      process.stderr.write(`${await server.lastLines()}\n`);
    throw error;
  } finally {
    await scene.close();
  }
}

import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Client, DatabaseError } from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { startSandbox } from "../../sandbox/app.ts";
import type { ProjectFiles } from "../../sandbox/project.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { startCounterpart } from "../../server/app.ts";
import type { Counterpart } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { createProductLogin } from "../../server/database/product-login.ts";
import { leftWorlds } from "../fake-clock.ts";
import { cloneDatabase } from "../database.ts";
import type { ClonedDatabase } from "../database.ts";

export type Json = Record<string, unknown>;

/** What an answer held, parsed where it was JSON. */
export interface Reply<T = Json> {
  readonly status: number;
  readonly body: T;
}

/** Between two looks at what is under way: short while something moves, longer while only time can end it. */
const shortestPauseMs = 5;
const longestPauseMs = 80;

export const identity = {
  appId: 500001,
  clientId: "acceptance-client",
  clientSecret: "acceptance-secret",
};

export interface WorldOptions {
  /** Portal options of the sandbox; the profile decides the unsure facts. */
  readonly portal?: Json;
  readonly environment?: Readonly<Record<string, string>>;
  /** Instead of a clone of the migrated one; dropped with the world. */
  readonly database?: ClonedDatabase;
  /** The app's project files, instead of those of this repository. */
  readonly files?: ProjectFiles;
  /** Not one that an earlier test has left, and not left to a later one. */
  readonly alone?: true;
}

/** The last id that a portal of this process was given. */
let lastPortalId = 1_000_000;

/** A sandbox, a server on a database of its own, and one installed portal: the app's own routes and no others. */
export class World {
  sandbox: Sandbox;
  database: ClonedDatabase;
  /** What its servers start with; for a process that a test starts itself. */
  environment: Readonly<Record<string, string>>;
  #watcher: Client | null = null;
  /** Addresses of products' logins, by portal: another login would have another password, and end this one. */
  readonly #logins = new Map<number, Promise<string>>();
  readonly #products = new Map<number, Promise<Client>>();
  server: Counterpart;
  portalId = 0;
  apiKey = "";
  /** The server that it started with, until that stops. */
  #first: Counterpart | null;
  /** Nothing special beside its portals. */
  #isPlain: boolean;

  private constructor(
    sandbox: Sandbox,
    database: ClonedDatabase,
    server: Counterpart,
    environment: Record<string, string>,
    isPlain: boolean,
  ) {
    this.#isPlain = isPlain;
    this.sandbox = sandbox;
    this.database = database;
    this.#first = {
      ...server,
      stop: () => {
        this.#first = null;
        return server.stop();
      },
    };
    this.server = this.#first;
    this.environment = environment;
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const { portal, ...special } = options;
    const database = options.database ?? (await cloneDatabase());
    const sandbox = await openSandbox(0, options.files);
    const environment = {
      PORT: "0",
      DATABASE_URL: database.url,
      HUBSPOT_API_URL: sandbox.url,
      HUBSPOT_AUTHORIZE_URL: sandbox.authorizeUrl,
      HUBSPOT_APP_ID: String(identity.appId),
      HUBSPOT_CLIENT_ID: identity.clientId,
      HUBSPOT_CLIENT_SECRET: identity.clientSecret,
      TOKEN_KEY: `k1:${randomBytes(32).toString("base64")}`,
      LOG_LEVEL: process.env["LOG_LEVEL"] ?? "error",
      SETUP_WINDOW_HOURS: "0",
      CALL_LIMIT: "unlimited",
      ...options.environment,
    };
    const server = await startCounterpart(readConfig(environment), {
      publicRequestsPerMinute: 10_000,
      metricsFreshMs: 0,
    });
    sandbox.setPublicUrl(server.publicUrl);
    const isPlain = Object.keys(special).length === 0;
    const world = new World(sandbox, database, server, environment, isPlain);
    await world.addPortal(portal ?? {});
    return world;
  }

  /** One that an earlier test has left, where only the portal is to be special; else a new one. */
  static async take(options: WorldOptions = {}): Promise<World> {
    const { portal, ...special } = options;
    const left = Object.keys(special).length > 0 ? undefined : leftWorlds.pop();
    if (left === undefined) return World.start(options);
    await left.addPortal(portal ?? {});
    return left;
  }

  /** Leaves it to another test without its portals, or stops it where something else in it has changed. */
  async leave(): Promise<void> {
    if (leftWorlds.length === 0 && (await this.#emptied()))
      leftWorlds.push(this);
    else await this.stop();
  }

  /**
   * Forgets all portals: their rows, and the sandbox with them, which a new one replaces. False where its server isn't
   * the one that it started with, alone and at rest.
   */
  async #emptied(): Promise<boolean> {
    const server = this.#first;
    if (!this.#isPlain || server === null || server !== this.server)
      return false;
    this.sandbox.setFaults([]);
    if (!(await becomesIdle(server))) return false;
    await this.#closeProducts();
    const { port } = new URL(this.sandbox.url);
    if (!(await forgetsPortals(await this.#watch()))) return false;
    await this.sandbox.close();
    this.sandbox = await openSandbox(Number(port));
    this.sandbox.setPublicUrl(server.publicUrl);
    return true;
  }

  /** Another process on the same database; the caller stops it. */
  another(
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Counterpart> {
    this.#isPlain = false;
    return startCounterpart(
      readConfig({ ...this.environment, ...environment }),
    );
  }

  async restart(): Promise<void> {
    const port = String(this.server.port);
    await this.server.stop();
    this.server = await startCounterpart(
      readConfig({ ...this.environment, PORT: port }),
    );
  }

  /** Stops the server and lets go of the database, which then may be copied. */
  async leaveDatabase(): Promise<void> {
    await this.server.stop();
    await this.#closeConnections();
  }

  /** After `leaveDatabase`: starts the server at its old port on another database, which is the world's from then on. */
  async moveTo(database: ClonedDatabase): Promise<void> {
    this.database = database;
    this.environment = { ...this.environment, DATABASE_URL: database.url };
    this.#logins.clear();
    await this.restart();
  }

  async addPortal(options: Json): Promise<void> {
    const made = await this.control<{ portalId: number }>(
      "POST",
      "/sandbox/portals",
      // A hundred calls in ten seconds would only make most tests wait; one that is about limits asks for them.
      {
        portalId: await this.#freePortalId(),
        options: { limits: "unlimited", ...options },
      },
    );
    this.portalId = made.body.portalId;
  }

  /**
   * Never one that another portal of this process had: a server that outlives a portal shall take no other for it. And
   * one whose turn by the clock comes late: a quarter of the interval after its installation, or more (`schedule.ts`).
   */
  async #freePortalId(): Promise<number> {
    const { rows } = await (
      await this.#watch()
    ).query<{ id: number }>(
      "select id::int as id from generate_series($1::bigint, $1::bigint + 200) id where hashint8(id) & 1023 >= 256 limit 1",
      [lastPortalId + 1],
    );
    lastPortalId = rows[0]?.id ?? lastPortalId + 1;
    return lastPortalId;
  }

  /** Through the app's real OAuth flow. A portal that is connected again keeps its key, and the response has none. */
  async install(more: Json = {}): Promise<Reply<{ apiKey: string | null }>> {
    const reply = await this.control<{ apiKey: string | null }>(
      "POST",
      `/sandbox/portals/${this.portalId}/install`,
      more,
    );
    if (reply.status === 200) this.apiKey = reply.body.apiKey ?? this.apiKey;
    return reply;
  }

  /** Installs, and waits until the first pull has ended. */
  async installed(): Promise<void> {
    const reply = await this.install();
    if (reply.status !== 200)
      throw new Error(`install: ${reply.status} ${JSON.stringify(reply.body)}`);
    await this.until(
      async () =>
        (await this.api("GET", "/installation")).body["state"] === "active",
      "active",
    );
  }

  /** A call of the sandbox's control paths. */
  control<T = Json>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Reply<T>> {
    return call(`${this.sandbox.url}${path}`, method, body, {});
  }

  /** What a HubSpot user does in the portal. */
  inHubSpot<T = Json>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Reply<T>> {
    return this.control(
      method,
      `/sandbox/portals/${this.portalId}${path}`,
      body,
    );
  }

  /** A call of the product's REST API; `headers` beside the key. */
  api<T = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply<T>> {
    return call(`${this.server.url}/api/v1${path}`, method, body, {
      ...headers,
      authorization: `Bearer ${this.apiKey}`,
    });
  }

  /** A connection under the product's own login of the portal. */
  async sql(): Promise<Client> {
    const { portalId } = this;
    const login =
      this.#logins.get(portalId) ??
      createProductLogin(this.server.database, portalId);
    this.#logins.set(portalId, login);
    const client = new Client({ connectionString: await login });
    await client.connect();
    return client;
  }

  /** The same, kept for single statements of the portal's product; one after the other, whoever asks. */
  product(): Promise<Client> {
    const { portalId } = this;
    const kept = this.#products.get(portalId) ?? this.#keep(portalId);
    this.#products.set(portalId, kept);
    return kept;
  }

  async #keep(portalId: number): Promise<Client> {
    const forget = (): void => {
      this.#products.delete(portalId);
    };
    try {
      const client = await this.sql();
      client.on("error", forget);
      return client;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** All objects of a type, as HubSpot truly holds them. */
  async truth(
    type: "contacts" | "companies" | "deals",
    archived = false,
  ): Promise<TruthRow[]> {
    const reply = await this.inHubSpot<{ results: TruthRow[] }>(
      "GET",
      `/objects/${type}?archived=${archived}`,
    );
    return reply.body.results;
  }

  /** Waits until nothing is under way: no webhook, no inbox row, nothing dirty that is due, no run. */
  async settled(timeoutMs = 40_000): Promise<void> {
    const { webhooks } = this.sandbox.platform;
    const end = Date.now() + timeoutMs;
    let left = "";
    let askedAt = 0;
    let pauseMs = shortestPauseMs;
    for (;;) {
      await webhooks.flush(Math.max(0, end - Date.now()));
      // While a turn of this process is under way, the database is asked rarely: the answer costs as much as the work.
      const isBusy = (this.server.workers?.busy() ?? 0) > 0;
      if (!isBusy || Date.now() - askedAt >= longestPauseMs) {
        askedAt = Date.now();
        const before = left;
        left = await this.#underWay();
        // Our own last write may have made HubSpot say something.
        if (
          left === "" &&
          webhooks.waiting === 0 &&
          (await this.#underWay()) === ""
        )
          return;
        // What a lane would find at its next poll, it finds now.
        if (!isBusy) this.server.workers?.wake();
        pauseMs =
          left === before
            ? Math.min(pauseMs * 1.5, longestPauseMs)
            : shortestPauseMs;
      }
      if (Date.now() > end)
        throw new Error(
          `Not within ${timeoutMs} ms: settled; under way: ${left}.`,
        );
      await pause(isBusy ? shortestPauseMs : pauseMs);
    }
  }

  /** What is still to be done, in words; "" when nothing is. A turn may yet put down a record for another look. */
  async #underWay(): Promise<string> {
    const watcher = await this.#watch();
    // Prepared: it is asked often, and planning it takes longer than it.
    const { rows } = await watcher.query<{ left: string }>({
      name: "under-way",
      text: `
      select 'dirty ' || d::text as left from dirty d where due_at < now() + interval '2 seconds'
      union all select 'inbox ' || i::text from inbox i where settled_at is null
      union all select 'run ' || r::text from run r where state in ('queued', 'running')
      union all select 'attempt ' || a::text from attempt a where claimed and claim_ends_at > now()
      union all select 'lane ' || l::text from lane l where leased and kind in ('dirty', 'inbox', 'run')
      limit 20`,
    });
    return rows.map((row) => row.left).join("\n");
  }

  /** One connection for all the looks of a world: a new one each time costs more than what is looked at. */
  async #watch(): Promise<Client> {
    if (this.#watcher === null) {
      this.#watcher = new Client({ connectionString: this.database.url });
      await this.#watcher.connect();
    }
    return this.#watcher;
  }

  /** What its database, lanes, and sandbox are doing, in words: for a test that failed, or that waited in vain. */
  async whatItDoes(): Promise<string> {
    const owner = new Client({ connectionString: this.database.url });
    await owner.connect();
    try {
      const { rows } = await owner.query<{ line: string }>(`
        select concat_ws(' ', 'session', usename, pid, state, 'of', now() - state_change, 'statement of', now() - query_start,
            wait_event_type, wait_event, 'blocked by', pg_blocking_pids(pid), left(query, 300)) as line
          from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        union all select 'lane ' || l from lane l
        union all select 'run ' || r from (select * from run order by created_at desc limit 10) r
        union all select 'dirty: ' || count(*) || ', due ' || count(*) filter (where due_at <= now()) from dirty
        union all select 'inbox: ' || count(*) || ', due ' || count(*) filter (where due_at <= now()) from inbox where settled_at is null`);
      return [
        "What the world was doing:",
        ...rows.map(({ line }) => line),
        `webhooks waiting: ${this.sandbox.platform.webhooks.waiting}; turns under way: ${this.server.workers?.busy()}`,
      ].join("\n");
    } finally {
      await owner.end();
    }
  }

  /** Asks often at first, and then rarely: an answer costs what the work it waits for lacks. */
  async until(
    condition: () => Promise<boolean>,
    what: string | (() => string),
    timeoutMs = 40_000,
    mostPauseMs = longestPauseMs,
  ): Promise<void> {
    const end = Date.now() + timeoutMs;
    let pauseMs = shortestPauseMs;
    while (!(await condition())) {
      if (Date.now() > end)
        throw new Error(
          `Not within ${timeoutMs} ms: ${typeof what === "string" ? what : what()}.`,
        );
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * 1.5, mostPauseMs);
    }
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.sandbox.close();
    await this.#closeConnections();
    await this.database.drop();
  }

  async #closeConnections(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = null;
    await Promise.all([this.#closeProducts(), watcher?.end()]);
  }

  async #closeProducts(): Promise<void> {
    const open = await Promise.all(this.#products.values());
    this.#products.clear();
    this.#logins.clear();
    await Promise.all(open.map((client) => client.end()));
  }
}

export interface TruthRow {
  readonly id: string;
  readonly properties: Record<string, string | null>;
  readonly associations: Json;
  readonly archived: boolean;
  readonly mergedInto: string | null;
}

const openSandbox = (port: number, files?: ProjectFiles): Promise<Sandbox> =>
  startSandbox({
    port,
    publicUrl: "http://127.0.0.1:1",
    app: { ...identity, ...(files === undefined ? {} : { files }) },
    webhooks: { timeScale: 0.001, timeoutMs: 5000, gatherMs: 5 },
  });

/** Whether no turn is under way any more, soon. */
async function becomesIdle(server: Counterpart): Promise<boolean> {
  for (let looks = 0; looks < 200; looks += 1) {
    if (server.workers?.busy() === 0) return true;
    await pause(10);
  }
  return false;
}

/**
 * Whether no portal is left. A turn that the clock starts meanwhile may lock rows in another order: Postgres then ends
 * one of the two, and where that's this one, it's tried again once the turn is over.
 */
async function forgetsPortals(owner: Client): Promise<boolean> {
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      await owner.query(forgetPortals);
      return true;
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== DEADLOCK)
        throw error;
    }
  }
  return false;
}

/** Postgres' SQLSTATE deadlock_detected. */
const DEADLOCK = "40P01";

/** As its owner, and past the triggers that would tell of each row. */
const forgetPortals = `
  do $$
  declare
    of_portals name;
  begin
    set local session_replication_role = replica;
    for of_portals in
      select c.table_name from information_schema.columns c
      join pg_tables t on t.schemaname = c.table_schema and t.tablename = c.table_name
      where c.table_schema = 'public' and c.column_name = 'portal_id'
    loop
      execute format('delete from public.%I', of_portals);
    end loop;
    delete from oauth_state_used;
    delete from refused_signature;
  end
  $$`;

async function call<T>(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Reply<T>> {
  const response = await fetch(url, {
    method,
    headers: {
      ...headers,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === "" ? {} : JSON.parse(text)) as T,
  };
}

/** A world for the tests of a file or describe block, installed and pulled unless it is said otherwise. */
export function useWorld(
  options: WorldOptions & { readonly install?: boolean } = {},
): { readonly world: World } {
  let open: World | undefined;
  let hasFailed = false;
  beforeAll(async () => {
    const { install = true, ...others } = options;
    open = await World.take(others);
    if (install) await open.installed();
  }, 60_000);
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      hasFailed = true;
      process.stderr.write(`${await open?.whatItDoes()}\n`);
    });
  });
  afterAll(async () => {
    await (hasFailed ? open?.stop() : open?.leave());
  });
  return {
    get world() {
      if (open === undefined)
        throw new Error("The world is there once the tests run.");
      return open;
    },
  };
}

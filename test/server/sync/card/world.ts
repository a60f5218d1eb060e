import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { startSandbox } from "../../../../sandbox/app.ts";
import type { Sandbox } from "../../../../sandbox/sandbox.ts";
import { startCounterpart } from "../../../../server/app.ts";
import type { Counterpart, Overrides } from "../../../../server/app.ts";
import { readConfig } from "../../../../server/config.ts";
import type { Database } from "../../../../server/database/database.ts";
import type {
  ActionAnswer,
  SyncView,
} from "../../../../server/http/sync-view.ts";
import { syncViewSchema } from "../../../../server/http/sync-view.ts";
import { useDatabase } from "../../../database.ts";
import { control } from "../../../sandbox-control.ts";
import { environmentFor } from "../../environment.ts";
import { postSigned, signatureOf } from "../../http/sign.ts";
import { apiKeyIn, appId, clientSecret } from "../../http/world.ts";

type Json = Record<string, unknown>;
export type TypeName = "contacts" | "companies";
const typeIds = { contacts: "0-1", companies: "0-2" } as const;

/**
 * The whole app over a real database and a real sandbox, without workers, so that nothing moves but what a press
 * moves; `work` lets workers run until a condition holds.
 */
export class World {
  readonly sandbox: Sandbox;
  readonly app: Counterpart;
  /** The test's own connections: they outlive the app's. */
  readonly database: Database;
  readonly #databaseUrl: string;

  constructor(
    sandbox: Sandbox,
    app: Counterpart,
    store: { readonly database: Database; readonly url: string },
  ) {
    this.sandbox = sandbox;
    this.app = app;
    this.database = store.database;
    this.#databaseUrl = store.url;
  }

  /** An installed portal whose first pull has ended, unless `state` says that it is to stay in its setup window. */
  async portal(
    seed: (portal: Portal) => Promise<void> = () => Promise.resolve(),
    options: Json = {},
  ): Promise<Portal> {
    const { portalId } = await this.control("POST", "/portals", { options });
    const portal = new Portal(this, Number(portalId));
    await seed(portal);
    const installed = await this.control(
      "POST",
      `/portals/${portal.portalId}/install`,
      {},
    );
    portal.apiKey = apiKeyIn(installed);
    return portal;
  }

  async activePortal(
    seed?: (portal: Portal) => Promise<void>,
    options?: Json,
  ): Promise<Portal> {
    const portal = await this.portal(seed, options);
    await portal.api("POST", "/installation/start");
    await this.work(async () => {
      const { state } = await portal.api("GET", "/installation");
      expect(state).toBe("active");
    });
    return portal;
  }

  /** Lets workers work until the condition holds, and stops them. */
  async work(until: () => Promise<void>): Promise<void> {
    const worker = await start(this.sandbox, this.#databaseUrl, {
      ROLE: "worker",
    });
    try {
      await vi.waitFor(until, { timeout: 15_000, interval: 20 });
    } finally {
      await worker.stop();
    }
  }

  control(method: string, path: string, body?: unknown): Promise<Json> {
    return control(this.sandbox, method, path, body);
  }
}

/** One portal with the ways in of its three people: HubSpot's user, the product, and the card. */
export class Portal {
  readonly portalId: number;
  readonly #world: World;
  apiKey = "";

  constructor(world: World, portalId: number) {
    this.#world = world;
    this.portalId = portalId;
  }

  /** The product's API. Fails unless the answer is a success. */
  async api(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await fetch(`${this.#world.app.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text === "" ? {} : (JSON.parse(text) as Json);
  }

  /** A HubSpot user creates an object; answers its id. */
  async makeObject(
    type: TypeName | "deals",
    properties: Json,
  ): Promise<string> {
    const made = await this.#world.control(
      "POST",
      `/portals/${this.portalId}/objects/${type}`,
      { properties },
    );
    return String(made["id"]);
  }

  async editObject(
    type: TypeName,
    id: string,
    properties: Json,
  ): Promise<void> {
    await this.#world.control(
      "PATCH",
      `/portals/${this.portalId}/objects/${type}/${id}`,
      { properties },
    );
  }

  /** What stands in HubSpot, by id. */
  async objects(
    type: TypeName,
  ): Promise<
    Map<
      string,
      { properties: Record<string, string | null>; associations: unknown }
    >
  > {
    const { results } = await this.#world.control(
      "GET",
      `/portals/${this.portalId}/objects/${type}?archived=false`,
    );
    return new Map(
      (
        results as {
          id: string;
          properties: Record<string, string | null>;
          associations: unknown;
        }[]
      ).map((object) => [object.id, object]),
    );
  }

  async object(
    type: TypeName,
    id: string,
  ): Promise<Record<string, string | null>> {
    const object = (await this.objects(type)).get(id);
    if (object === undefined) throw new Error(`HubSpot has no ${type} ${id}.`);
    return object.properties;
  }

  async makeRecord(
    type: TypeName,
    properties: Json,
    more: Json = {},
  ): Promise<string> {
    const made = await this.api("POST", `/${type}`, { properties, ...more });
    return String(made["id"]);
  }

  async record(
    type: TypeName,
    id: string,
  ): Promise<{ properties: Json; hubspotId: string | null; sync: Json }> {
    return (await this.api("GET", `/${type}/${id}`)) as never;
  }

  /** Changes the settings document. */
  async settings(change: (settings: Json) => void): Promise<void> {
    const document = await this.api("GET", "/settings");
    change(document["settings"] as Json);
    await this.api("PUT", "/settings", document);
  }

  async card(type: TypeName, objectId: string): Promise<SyncView> {
    const response = await this.askCard(type, objectId);
    const body: unknown = await response.json();
    expect({ status: response.status, body }).toMatchObject({ status: 200 });
    return syncViewSchema.parse(body);
  }

  askCard(type: TypeName, objectId: string): Promise<Response> {
    const url = this.#address(
      `/card?objectTypeId=${typeIds[type]}&objectId=${objectId}`,
    );
    return fetch(url, { headers: signatureOf("GET", url, "") });
  }

  /** The whole value of one field: the answer's status and body. */
  async value(
    type: TypeName,
    objectId: string,
    field: string,
  ): Promise<{ status: number; body: Json }> {
    const url = this.#address(
      `/card/value?objectTypeId=${typeIds[type]}&objectId=${objectId}&field=${field}`,
    );
    const response = await fetch(url, { headers: signatureOf("GET", url, "") });
    return { status: response.status, body: (await response.json()) as Json };
  }

  async press(
    action: "sync" | "pull" | "push" | "retry" | "resolve",
    type: TypeName,
    objectId: string,
    more: Json = {},
  ): Promise<ActionAnswer> {
    const response = await this.askPress(action, type, objectId, more);
    const body: unknown = await response.json();
    expect({ status: response.status, body }).toMatchObject({ status: 200 });
    syncViewSchema.parse((body as Json)["view"]);
    return body as ActionAnswer;
  }

  askPress(
    action: "sync" | "pull" | "push" | "retry" | "resolve",
    type: TypeName,
    objectId: string,
    more: Json = {},
  ): Promise<Response> {
    return postSigned(
      this.#address(`/card/${action}`),
      JSON.stringify({
        objectTypeId: typeIds[type],
        objectId,
        requestId: randomUUID(),
        ...more,
      }),
    );
  }

  /** Opens the card and presses what is shown. */
  async openAndPress(
    action: "sync" | "pull" | "push",
    type: TypeName,
    objectId: string,
    more: Json = {},
  ): Promise<ActionAnswer> {
    const { version } = await this.card(type, objectId);
    return this.press(action, type, objectId, { version, ...more });
  }

  /** The calls by which the app has written objects to HubSpot since the counts were cleared: their last segment. */
  async writes(): Promise<string[]> {
    const { rows } = await this.#world.control("GET", "/requests");
    return (rows as Json[])
      .filter(({ portalId }) => portalId === this.portalId)
      .flatMap(({ path, count }) => {
        const [, action = ""] =
          /\{objectType\}\/batch\/(create|update|upsert|archive)$/.exec(
            String(path),
          ) ?? [];
        return action === ""
          ? []
          : Array.from({ length: Number(count) }, () => action);
      });
  }

  #address(path: string): string {
    const who = `userId=7&portalId=${this.portalId}&userEmail=ada%40example.com&appId=${appId}`;
    return `${this.#world.app.url}/ui${path}${path.includes("?") ? "&" : "?"}${who}`;
  }
}

async function start(
  sandbox: Sandbox,
  databaseUrl: string,
  more: Record<string, string>,
  overrides: Overrides = {},
): Promise<Counterpart> {
  return startCounterpart(
    readConfig(
      environmentFor(databaseUrl, {
        HUBSPOT_API_URL: sandbox.url,
        HUBSPOT_AUTHORIZE_URL: sandbox.authorizeUrl,
        HUBSPOT_APP_ID: String(appId),
        HUBSPOT_CLIENT_ID: "sandbox-client-id",
        HUBSPOT_CLIENT_SECRET: clientSecret,
        CALL_LIMIT: "unlimited",
        ...more,
      }),
    ),
    overrides,
  );
}

/**
 * One world for the tests of a file; each test makes a portal of its own. `through` answers the address by which the app
 * reaches the database, for what stands between them.
 */
export function useWorld(
  overrides: Overrides = {},
  {
    through = (url) => Promise.resolve(url),
    environment = {},
  }: {
    through?: (url: string) => Promise<string>;
    environment?: Record<string, string>;
  } = {},
): () => World {
  const store = useDatabase();
  let world: World | undefined;
  beforeAll(async () => {
    const sandbox = await startSandbox({ app: { appId, clientSecret } });
    const url = await through(store.url);
    const app = await start(
      sandbox,
      url,
      { ROLE: "web", ...environment },
      overrides,
    );
    sandbox.setPublicUrl(app.url);
    world = new World(sandbox, app, { database: store.database, url });
  });
  afterEach(() => {
    world?.sandbox.setFaults([]);
  });
  afterAll(async () => {
    await world?.app.stop();
    await world?.sandbox.close();
  });
  return () => {
    if (world === undefined) throw new Error("no world outside of a test");
    return world;
  };
}

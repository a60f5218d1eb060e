import { afterEach, beforeEach } from "vitest";
import type { SandboxOptions } from "../../sandbox/app.ts";
import { startSandbox } from "../../sandbox/app.ts";
import type { FaultDocument } from "../../sandbox/fault-document.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { FakeApp } from "./fake-app.ts";
import { startFakeApp } from "./fake-app.ts";

export const requiredScopes = [
  "oauth",
  "crm.objects.contacts.read",
  "crm.objects.contacts.write",
  "crm.objects.companies.read",
  "crm.objects.companies.write",
];

const files = {
  manifest: {
    config: {
      name: "Fake app",
      auth: {
        redirectUrls: ["${API_ORIGIN}/oauth/callback"],
        requiredScopes,
        optionalScopes: ["crm.objects.deals.read"],
      },
    },
  },
  webhooks: {
    config: {
      settings: {
        targetUrl: "${API_ORIGIN}/webhooks/hubspot",
        maxConcurrentRequests: 10,
      },
      subscriptions: {
        crmObjects: [
          ...[
            "creation",
            "deletion",
            "merge",
            "restore",
            "associationChange",
          ].flatMap((kind) =>
            ["contact", "company"].map((objectType) => ({
              subscriptionType: `object.${kind}`,
              objectType,
            })),
          ),
          {
            subscriptionType: "object.propertyChange",
            objectType: "contact",
            propertyName: "firstname",
          },
          {
            subscriptionType: "object.propertyChange",
            objectType: "contact",
            propertyName: "email",
            active: false,
          },
        ],
        hubEvents: [{ subscriptionType: "contact.privacyDeletion" }],
      },
    },
  },
};

export type Json = Record<string, unknown>;
export type Reply = {
  readonly status: number;
  readonly body: Json;
  readonly text: string;
  readonly headers: Headers;
};

/** A sandbox and a fake app that know each other. */
export class World {
  readonly sandbox: Sandbox;
  readonly app: FakeApp;
  accessToken = "";

  constructor(sandbox: Sandbox, app: FakeApp) {
    this.sandbox = sandbox;
    this.app = app;
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const init: RequestInit =
      body instanceof URLSearchParams
        ? { method, body, headers }
        : body === undefined
          ? { method, headers }
          : {
              method,
              body: JSON.stringify(body),
              headers: { "content-type": "application/json", ...headers },
            };
    const response = await fetch(this.sandbox.url + path, {
      ...init,
      redirect: "manual",
    });
    const text = await response.text();
    const json =
      response.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: response.status,
      body: json ? (JSON.parse(text) as Json) : {},
      text,
      headers: response.headers,
    };
  }

  /** A control call under /sandbox. */
  control(method: string, path: string, body?: unknown): Promise<Reply> {
    return this.request(method, `/sandbox${path}`, body);
  }

  /** An API call with the access token of the last install. */
  api(method: string, path: string, body?: unknown): Promise<Reply> {
    return this.request(method, path, body, {
      authorization: `Bearer ${this.accessToken}`,
    });
  }

  async portal(options: Json = {}, more: Json = {}): Promise<number> {
    const { body } = await this.control("POST", "/portals", {
      options,
      ...more,
    });
    return Number(body["portalId"]);
  }

  async installed(options: Json = {}): Promise<number> {
    const portalId = await this.portal(options);
    await this.install(portalId);
    return portalId;
  }

  async install(portalId: number, request: Json = {}): Promise<Reply> {
    const reply = await this.control(
      "POST",
      `/portals/${portalId}/install`,
      request,
    );
    this.accessToken = String(this.app.tokens["access_token"]);
    return reply;
  }

  faults(...documents: FaultDocument[]): Promise<Reply> {
    return this.control("PUT", "/faults", documents);
  }

  async createContact(portalId: number, properties: Json): Promise<string> {
    const { body } = await this.control(
      "POST",
      `/portals/${portalId}/objects/contacts`,
      { properties },
    );
    return String(body["id"]);
  }

  /** The id of every live object of a type, from the control client. */
  async ids(portalId: number, type: string): Promise<string[]> {
    const { body } = await this.control(
      "GET",
      `/portals/${portalId}/objects/${type}?archived=false`,
    );
    return (body["results"] as { id: string }[]).map(({ id }) => id);
  }

  /** All notifications that the app was sent, in the order in which they came. */
  get events(): readonly Json[] {
    return this.app.received.flatMap((received) => received.events);
  }
}

/** A world for each test, closed after it. */
export function useWorld(options: SandboxOptions = {}): () => World {
  let world: World | null = null;
  beforeEach(async () => {
    const sandbox = await startSandbox({
      ...options,
      app: { files },
      webhooks: {
        timeScale: 0.0001,
        gatherMs: 5,
        timeoutMs: 1000,
        ...options.webhooks,
      },
    });
    const app = await startFakeApp(sandbox, requiredScopes);
    sandbox.setPublicUrl(app.url);
    world = new World(sandbox, app);
  });
  afterEach(async () => {
    await world?.sandbox.close();
    await world?.app.close();
    world = null;
  });
  return () => {
    if (!world) throw new Error("no world outside of a test");
    return world;
  };
}

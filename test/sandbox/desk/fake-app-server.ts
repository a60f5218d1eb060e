import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

export type Seen = {
  method: string;
  url: string;
  body: string;
  headers: IncomingMessage["headers"];
};
type Json = Record<string, unknown>;
type Reply = {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  wait?: Promise<void>;
};

export const SECRET = "desk-test-secret";
export const API_KEY = "desk-test-key";

/**
 * An app server for the desk to talk to: what a test makes it answer, everything it was asked, and whether the calls
 * were signed. It is no model of ours: it holds one record and one view.
 */
export class FakeAppServer {
  readonly seen: Seen[] = [];
  url = "";
  view: Json = {};
  record: Json | null = null;
  settings: Json = { automatic: { pull: true, push: true } };
  version = 1;
  /** Answers by path prefix, before anything else; each is used once. */
  readonly next: { path: string; reply: Reply }[] = [];
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(async ({ status, body, headers, wait }) => {
      await wait;
      response.writeHead(status, {
        "content-type": "application/json",
        ...headers,
      });
      response.end(body === undefined ? "" : JSON.stringify(body));
    });
  });

  static async start(): Promise<FakeAppServer> {
    const app = new FakeAppServer();
    app.#server.listen(0, "127.0.0.1");
    await once(app.#server, "listening");
    app.url = `http://127.0.0.1:${(app.#server.address() as AddressInfo).port}`;
    return app;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** The calls to a path so far. */
  calls(method: string, path: string): Seen[] {
    return this.seen.filter(
      (call) => call.method === method && call.url.split("?")[0] === path,
    );
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const call = {
      method: request.method ?? "",
      url: request.url ?? "",
      body,
      headers: request.headers,
    };
    this.seen.push(call);
    const prepared = this.next.findIndex(({ path }) =>
      call.url.startsWith(path),
    );
    if (prepared >= 0)
      return (
        this.next.splice(prepared, 1)[0]?.reply ?? { status: 500, body: {} }
      );
    if (call.url.startsWith("/ui/")) return this.#card(call);
    if (request.headers.authorization !== `Bearer ${API_KEY}`)
      return problem(401, "Unknown key");
    return this.#api(call);
  }

  #card(call: Seen): Reply {
    if (!this.signed(call)) return problem(401, "Bad signature");
    if (call.method === "GET") return { status: 200, body: this.view };
    const message = call.url.startsWith("/ui/card/pull")
      ? "Pulled from HubSpot"
      : "Done";
    return {
      status: 200,
      body: {
        result: "done",
        message,
        changes: [],
        objectUrl: null,
        view: this.view,
      },
    };
  }

  #api(call: Seen): Reply {
    const path = call.url.split("?")[0];
    if (path === "/api/v1/settings") {
      if (call.method === "PUT") {
        const given = JSON.parse(call.body) as {
          version: number;
          settings: Json;
        };
        if (given.version !== this.version)
          return problem(409, "Settings were changed meanwhile");
        this.settings = given.settings;
        this.version += 1;
      }
      return {
        status: 200,
        body: { version: this.version, settings: this.settings },
      };
    }
    if (
      !this.record ||
      path !== `/api/v1/contacts/${String(this.record["id"])}`
    )
      return problem(404, "No such record");
    if (call.method === "PATCH") {
      const { properties } = JSON.parse(call.body) as { properties: Json };
      if (properties["email"] === "refused")
        return problem(422, "email is not an address");
      this.record = {
        ...this.record,
        properties: { ...(this.record["properties"] as Json), ...properties },
      };
    }
    return { status: 200, body: this.record };
  }

  /** Whether a call carries the v3 signature over this server's public address, as HubSpot computes it. */
  signed({ method, url, body, headers }: Seen): boolean {
    const timestamp = String(headers["x-hubspot-request-timestamp"]);
    const uri = `${this.url}${url}`
      .replaceAll("%40", "@")
      .replaceAll("%3A", ":");
    const wanted = createHmac("sha256", SECRET)
      .update(method + uri + body + timestamp)
      .digest("base64");
    return (
      wanted === headers["x-hubspot-signature-v3"] &&
      Math.abs(Date.now() - Number(timestamp)) < 300_000
    );
  }
}

function problem(status: number, title: string): Reply {
  return {
    status,
    body: { type: "about:blank", title, status, detail: `${title}.` },
  };
}

import { createHash, createHmac, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Received = {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly events: readonly Readonly<Record<string, unknown>>[];
};

/** The least app that HubSpot could install: OAuth with state cookie and PKCE, and a webhook address that keeps all it gets. */
export type FakeApp = {
  readonly url: string;
  readonly received: Received[];
  /** The last answer of the token endpoint. */
  tokens: Record<string, unknown>;
  /** Chooses the status a webhook body is answered with; null leaves it without an answer. */
  onWebhook: (received: Received) => number | null;
  /** Resolves when the condition holds after some webhook body; checks at once, too. */
  readonly until: (condition: () => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const clientId = "sandbox-client-id";
export const clientSecret = "sandbox-client-secret";

export async function startFakeApp(
  sandbox: { url: string },
  scopes: readonly string[],
): Promise<FakeApp> {
  const waiters = new Set<() => void>();
  const flows = new Map<string, string>();
  const known = new Set<unknown>();
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const app: FakeApp = {
    url: "",
    received: [],
    tokens: {},
    onWebhook: () => 200,
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition()) return;
          waiters.delete(check);
          resolve();
        };
        waiters.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function handle(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = new URL(request.url ?? "/", app.url);
    if (url.pathname === "/oauth/install") install(response);
    else if (url.pathname === "/oauth/callback")
      await callback(url, request, response);
    else if (url.pathname === "/webhooks/hubspot")
      await webhook(request, response);
    else response.writeHead(404).end();
  }

  function install(response: ServerResponse): void {
    const state = randomBytes(8).toString("hex");
    const verifier = randomBytes(32).toString("base64url");
    flows.set(state, verifier);
    const authorize = new URL(`${sandbox.url}/oauth/authorize`);
    authorize.search = new URLSearchParams({
      client_id: clientId,
      redirect_uri: `${app.url}/oauth/callback`,
      scope: scopes.join(" "),
      state,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    }).toString();
    response
      .writeHead(302, {
        location: authorize.href,
        "set-cookie": `state=${state}; Path=/oauth; HttpOnly`,
      })
      .end();
  }

  async function callback(
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const state = url.searchParams.get("state") ?? "";
    const verifier = flows.get(state);
    if (verifier === undefined || request.headers.cookie !== `state=${state}`) {
      response
        .writeHead(400, { "content-type": "application/json" })
        .end(JSON.stringify({ problem: "state" }));
      return;
    }
    const answer = await fetch(`${sandbox.url}/oauth/2026-09/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: clientId,
        client_secret: clientSecret,
        code: url.searchParams.get("code") ?? "",
        redirect_uri: `${app.url}/oauth/callback`,
        code_verifier: verifier,
      }),
    });
    app.tokens = (await answer.json()) as Record<string, unknown>;
    // A portal that is connected again keeps its key.
    const portalId = app.tokens["hub_id"];
    const isNew = !known.has(portalId);
    if (answer.ok) known.add(portalId);
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(
      JSON.stringify(
        answer.ok ? { portalId, apiKey: isNew ? "key-1" : null } : app.tokens,
      ),
    );
  }

  async function webhook(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const received = {
      headers: request.headers,
      body,
      events: JSON.parse(body) as Record<string, unknown>[],
    };
    app.received.push(received);
    const status = app.onWebhook(received);
    if (status === null) request.socket.destroy();
    else response.writeHead(status).end();
    for (const check of waiters) check();
  }

  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return Object.assign(app, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
}

/** HubSpot's v3 signature, written down once more from its documentation. */
export function expectedSignature(
  url: string,
  body: string,
  timestamp: string,
): string {
  return createHmac("sha256", clientSecret)
    .update(`POST${url}${body}${timestamp}`)
    .digest("base64");
}

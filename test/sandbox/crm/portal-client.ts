import { afterAll, beforeAll } from "vitest";
import { startSandbox } from "../../../sandbox/app.ts";
import type { Portal } from "../../../sandbox/crm/portal.ts";
import type { Sandbox } from "../../../sandbox/sandbox.ts";

export const allScopes = [
  "oauth",
  "crm.objects.owners.read",
  "sales-email-read",
  ...["contacts", "companies", "deals"].flatMap((type) => [
    `crm.objects.${type}.read`,
    `crm.objects.${type}.write`,
    `crm.schemas.${type}.read`,
    `crm.schemas.${type}.write`,
  ]),
];

export type Json = Record<string, unknown>;

export type Reply = {
  readonly status: number;
  /** The JSON that was answered; `{}` when there was none. */
  readonly body: Json;
  readonly headers: Headers;
};

/** One portal of a running sandbox, and an access token for it. */
export type PortalClient = {
  readonly url: string;
  readonly portal: Portal;
  readonly token: string;
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<Reply>;
};

/** Makes a portal with these options, and opens HubSpot's API for an app with these scopes. */
export function openPortal(
  sandbox: Sandbox,
  options: Json = {},
  scopes: readonly string[] = allScopes,
): PortalClient {
  const { portal } = sandbox.createPortal({ options });
  const { grants } = sandbox.platform;
  const refresh = grants.install({
    portalId: portal.portalId,
    userId: portal.users[0]?.userId ?? 1,
    scopes: new Set(scopes),
    redirectUri: "",
    challenge: null,
    expiresAt: Number.MAX_SAFE_INTEGER,
  });
  const token = grants.issueAccessToken(refresh, 3600).value;
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    };
    const response = await fetch(
      sandbox.url + path,
      body === undefined
        ? { method, headers }
        : { method, headers, body: JSON.stringify(body) },
    );
    const text = await response.text();
    return {
      status: response.status,
      body: text === "" ? {} : (JSON.parse(text) as Json),
      headers: response.headers,
    };
  };
  return { url: sandbox.url, portal, token, call };
}

/** One sandbox without call limits for a test file; each test opens a portal of its own. */
export function useSandbox(): () => Sandbox {
  let sandbox: Sandbox | undefined;
  beforeAll(async () => {
    sandbox = await startSandbox({ limits: "unlimited" });
  });
  afterAll(async () => {
    await sandbox?.close();
  });
  return () => {
    if (sandbox === undefined) throw new Error("the sandbox is not running");
    return sandbox;
  };
}

import { z } from "zod";
import { signRequest } from "../sign-request.ts";

/** HubSpot's limits on `hubspot.fetch`: 1 MB each way, 15 s unless the card asks for more, two minutes at most. */
const MAX_BYTES = 1_000_000;
const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_TIMEOUT_MS = 120_000;

/** What a card's `hubspot.fetch` asks for. */
export const proxyRequestSchema = z.object({
  url: z.url(),
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  timeout: z.number().positive().optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).default({}),
});
export type ProxyRequest = z.infer<typeof proxyRequestSchema>;

/** On whose behalf the card runs: HubSpot appends these to the address, and the signature covers them. */
export type Caller = {
  userId: number;
  userEmail: string;
  portalId: number;
  appId: number;
};

export type ProxyAnswer =
  | { ok: true; status: number; body: string; contentType: string }
  | { ok: false; reason: string };

export type ProxyRules = {
  permitted: readonly string[];
  secret: string;
  fetch?: typeof fetch;
  now?: () => number;
};

/**
 * Carries a card's call to the app's server as HubSpot's proxy does: only to permitted addresses, without cookies and
 * without headers but Authorization, signed, never following a redirect, one more try after a 5xx or a lost connection.
 */
export async function proxyExtensionCall(
  call: ProxyRequest,
  caller: Caller,
  rules: ProxyRules,
): Promise<ProxyAnswer> {
  const origin = new URL(call.url).origin;
  if (!rules.permitted.some((entry) => permits(entry, call.url, origin))) {
    return refused(`${origin} is not in the app's permittedUrls.fetch.`);
  }
  const foreign = Object.keys(call.headers).filter(
    (name) => name.toLowerCase() !== "authorization",
  );
  if (foreign.length > 0)
    return refused(
      `Only the Authorization header may be set, not ${foreign.join(", ")}.`,
    );
  const body =
    call.method === "GET" || call.body === undefined
      ? ""
      : JSON.stringify(call.body);
  if (Buffer.byteLength(body) > MAX_BYTES)
    return refused("The request is larger than 1 MB.");

  const url = withCaller(call.url, caller);
  const deadline = AbortSignal.timeout(
    Math.min(call.timeout ?? DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS),
  );
  const send = () => sendOnce({ ...call, url, body }, deadline, rules);
  const first = await send();
  const again =
    !deadline.aborted &&
    (first.ok ? first.status >= 500 : first.reason === UNREACHABLE);
  return again ? send() : first;
}

const UNREACHABLE = "The app's server could not be reached.";

async function sendOnce(
  call: {
    method: string;
    url: string;
    body: string;
    headers: Record<string, string>;
  },
  signal: AbortSignal,
  rules: ProxyRules,
): Promise<ProxyAnswer> {
  const headers: Record<string, string> = {
    accept: "application/json",
    ...call.headers,
    ...signRequest({
      ...call,
      secret: rules.secret,
      timestamp: (rules.now ?? Date.now)(),
      legacy: "v2",
    }),
  };
  const init: RequestInit = {
    method: call.method,
    headers,
    signal,
    redirect: "manual",
  };
  if (call.body !== "") {
    headers["content-type"] = "application/json";
    init.body = call.body;
  }
  try {
    const response = await (rules.fetch ?? fetch)(call.url, init);
    const body = await boundedText(response);
    if (body === null) return refused("The answer is larger than 1 MB.");
    const contentType =
      response.headers.get("content-type") ?? "application/json";
    return { ok: true, status: response.status, body, contentType };
  } catch {
    return refused(
      signal.aborted ? "The app's server took too long." : UNREACHABLE,
    );
  }
}

/** The body as text, or null when it is larger than HubSpot lets through. */
async function boundedText(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function withCaller(url: string, caller: Caller): string {
  const target = new URL(url);
  target.searchParams.append("userId", String(caller.userId));
  target.searchParams.append("portalId", String(caller.portalId));
  target.searchParams.append("userEmail", caller.userEmail);
  target.searchParams.append("appId", String(caller.appId));
  return target.href;
}

/** An entry without a path permits its whole origin, one with a path what begins with it. */
function permits(entry: string, url: string, origin: string): boolean {
  const { origin: allowed, pathname } = new URL(entry);
  return allowed === origin && new URL(url).pathname.startsWith(pathname);
}

function refused(reason: string): ProxyAnswer {
  return { ok: false, reason };
}

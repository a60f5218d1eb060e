import type { IncomingMessage } from "node:http";
import type { Answer } from "../crm/answer.ts";
import type { Call } from "../crm/call.ts";
import { matchRoute } from "../crm/routes/index.ts";
import { Refusal } from "../crm/refusal.ts";
import {
  authenticationMissing,
  htmlError,
  hubspotError,
  scopesMissing,
  tokenExpired,
} from "../errors.ts";
import type { AccessToken } from "../oauth/grants.ts";
import type { Platform } from "../platform.ts";
import type { PortalEntry } from "../portal-registry.ts";
import type { CallPlan, Performed } from "./call-plan.ts";
import { platformRoutes } from "./platform-routes.ts";

const READING_POSTS = /\/(?:search|batch\/read)$/;

/** Plans a call that carries an access token. `text` is the raw body. */
export function planCrmCall(
  platform: Platform,
  request: IncomingMessage,
  path: string,
  query: string,
  text: string,
): CallPlan {
  const method = request.method ?? "GET";
  const match =
    matchRoute(method, path) ?? platformRoutes(platform, method, path);
  const token = bearerOf(platform, request.headers.authorization);
  const perform = (): Performed => {
    if (!token) return silent(authenticationMissing());
    const entry = platform.registry.entry(token.portalId);
    if (!entry) return silent(authenticationMissing());
    const now = Date.now();
    if (token.expiresAt <= now)
      return silent(tokenExpired(token.expiresAt, now));
    if (!match) return silent(htmlError(404));
    const admission = entry.limits?.admit(
      match.route.limit,
      entry.portal.options,
      now,
    );
    if (admission?.refusal) return silent(admission.refusal);
    const body = parseJson(text);
    const answer = body.valid
      ? checkAndHandle(entry, {
          portal: entry.portal,
          token: token.token,
          method,
          path,
          params: match.params,
          query: new URLSearchParams(query),
          body: body.value,
          bodyLength: text.length,
        })
      : hubspotError(400, {
          message: "Invalid input JSON",
          category: "VALIDATION_ERROR",
        });
    return { answer, headers: admission?.headers ?? null };
  };

  function checkAndHandle(entry: PortalEntry, call: Call): Answer {
    if (!match) return htmlError(404);
    try {
      const required = match.route.scopes?.(call) ?? [];
      const lacks = required.some(
        (scope) =>
          !call.token.scopes.has(scope) || entry.withheldScopes.has(scope),
      );
      return lacks ? scopesMissing(required) : match.route.handle(call);
    } catch (error) {
      return answerOf(error);
    }
  }

  return {
    portalId: token?.portalId ?? null,
    method,
    path,
    template: match?.route.template ?? "(unknown)",
    writes: method !== "GET" && match !== null && !READING_POSTS.test(path),
    oauth: false,
    perform,
  };
}

/** The answer to something that an operation threw: HubSpot's refusal, or a 500 for a fault in the sandbox itself. */
export function answerOf(error: unknown): Answer {
  if (error instanceof Refusal) return error.toAnswer();
  process.stderr.write(
    `sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return hubspotError(500, { message: "internal error" });
}

function silent(answer: Answer): Performed {
  return { answer, headers: null };
}

function bearerOf(
  platform: Platform,
  authorization: string | undefined,
): AccessToken | null {
  if (!authorization || authorization.slice(0, 7).toLowerCase() !== "bearer ")
    return null;
  return platform.grants.accessToken(authorization.slice(7).trim());
}

function parseJson(
  text: string,
):
  | { readonly valid: true; readonly value: unknown }
  | { readonly valid: false } {
  if (text === "") return { valid: true, value: undefined };
  try {
    return { valid: true, value: JSON.parse(text) };
  } catch {
    return { valid: false };
  }
}

import type { Request, RequestHandler, Response } from "express";
import { discardBody } from "./discard-body.ts";
import type { HttpDependencies } from "./dependencies.ts";
import { Problem } from "./problem.ts";
import { bytesOf } from "./raw-body.ts";
import { runMiddleware } from "./run-middleware.ts";
import { checkSignatureHeaders, verifySignature } from "./verify-signature.ts";
import type { SignedRequest } from "./verify-signature.ts";

const sentences = {
  missing: "This address accepts only requests that HubSpot signed.",
  stale: "The request was signed too long ago.",
  bad: "The signature doesn't match the request.",
  query: "HubSpot sends webhooks to this address without a query.",
} as const;

/**
 * Refuses a request without a signature of the right form and age before its body is read, so that unsigned requests
 * can't fill the memory with bodies. The response is that of `requireSignature`.
 */
export function requireSignatureHeaders(
  parts: HttpDependencies,
  limitRefused: RequestHandler,
): RequestHandler {
  return async (request, response, next) => {
    const verdict = checkSignatureHeaders(headersOf(request), Date.now());
    if (!verdict.ok) {
      discardBody(request, response);
      await refuse(parts, limitRefused, request, response, verdict.reason);
    }
    next();
  };
}

/**
 * Throws a 401 unless HubSpot signed this request. Those that are refused count against their address's limit;
 * verified ones do not, since all portals share HubSpot's few addresses.
 */
export async function requireSignature(
  parts: HttpDependencies,
  limitRefused: RequestHandler,
  request: Request,
  response: Response,
): Promise<void> {
  const verdict = verifySignature(
    signedBy(parts, request),
    secretsOf(parts),
    Date.now(),
  );
  if (!verdict.ok)
    await refuse(parts, limitRefused, request, response, verdict.reason);
}

const headersOf = (
  request: Request,
): Pick<SignedRequest, "signature" | "timestamp"> => ({
  signature: request.get("X-HubSpot-Signature-v3"),
  timestamp: request.get("X-HubSpot-Request-Timestamp"),
});

/** What HubSpot should have signed; without a body if none was read. */
const signedBy = (
  parts: HttpDependencies,
  request: Request,
): SignedRequest => ({
  method: request.method,
  url: parts.config.publicUrl + request.originalUrl,
  body: bytesOf(request.body),
  ...headersOf(request),
});

const secretsOf = (parts: HttpDependencies): string[] =>
  parts.config.clientSecrets.map((secret) => secret.reveal());

async function refuse(
  parts: HttpDependencies,
  limitRefused: RequestHandler,
  request: Request,
  response: Response,
  reason: keyof typeof sentences,
): Promise<never> {
  parts.refusals.report(
    reason,
    request,
    signedBy(parts, request),
    secretsOf(parts),
  );
  await runMiddleware(limitRefused, request, response);
  throw new Problem(401, `signature_${reason}`, sentences[reason]);
}

/**
 * Refuses a request whose address has a query. HubSpot signs a card's requests with the same secret as its webhooks, to
 * any path of this server, and always with a query that says who asks; a webhook's address has none. So a card's
 * signature is worth nothing here.
 */
export function refuseQuery(
  parts: HttpDependencies,
  limitRefused: RequestHandler,
): RequestHandler {
  return async (request, response, next) => {
    if (request.originalUrl.includes("?")) {
      discardBody(request, response);
      await refuse(parts, limitRefused, request, response, "query");
    }
    next();
  };
}

import type { Request, RequestHandler, Response } from "express";
import type { Parts } from "./parts.ts";
import { Problem } from "./problem.ts";
import { bytesOf } from "./raw-body.ts";
import { verifySignature } from "./verify-signature.ts";

const sentences = {
  missing: "This address takes requests signed by HubSpot only.",
  stale: "The request was signed too long ago.",
  bad: "The signature does not fit the request.",
} as const;

/**
 * Throws a 401 unless HubSpot signed this request. Those that are refused count against their address's limit;
 * verified ones do not, since all portals share HubSpot's few addresses.
 */
export async function requireSignature(
  parts: Parts,
  limitRefused: RequestHandler,
  request: Request,
  response: Response,
): Promise<void> {
  const verdict = verifySignature(
    {
      method: request.method,
      url: parts.config.publicUrl + request.originalUrl,
      body: bytesOf(request.body),
      signature: request.get("X-HubSpot-Signature-v3"),
      timestamp: request.get("X-HubSpot-Request-Timestamp"),
    },
    parts.config.clientSecrets.map((secret) => secret.reveal()),
    Date.now(),
  );
  if (verdict.ok) return;
  parts.metrics.signaturesRefused.inc({ reason: verdict.reason });
  await passes(limitRefused, request, response);
  throw new Problem(
    401,
    `signature_${verdict.reason}`,
    sentences[verdict.reason],
  );
}

/** Runs a middleware to its `next`; rejects with what it hands over. */
function passes(
  middleware: RequestHandler,
  request: Request,
  response: Response,
): Promise<void> {
  return new Promise((resolve, reject) => {
    void middleware(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else
        reject(
          error instanceof Error
            ? error
            : new Error("refused", { cause: error }),
        );
    });
  });
}

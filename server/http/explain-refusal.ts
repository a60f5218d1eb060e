import type { Request } from "express";
import type { SignedRequest } from "./verify-signature.ts";
import { verifySignature } from "./verify-signature.ts";

/**
 * Returns the origin that HubSpot signed a refused request for, if it is one of `origins` and not ours; null if none of
 * them fits. It only explains a refusal: Host and X-Forwarded-* are the sender's words, and accept nothing.
 */
export function signedOrigin(
  request: SignedRequest,
  path: string,
  origins: readonly string[],
  secrets: readonly string[],
  now: number,
): string | null {
  return (
    origins.find(
      (origin) =>
        verifySignature({ ...request, url: origin + path }, secrets, now).ok,
    ) ?? null
  );
}

/** Returns the origins under which a request may have been sent, as it says itself and as a proxy in front says. */
export function originsOf(request: Request): string[] {
  const hosts = [request.get("X-Forwarded-Host"), request.get("Host")]
    .map((host) => host?.split(",")[0]?.trim() ?? "")
    .filter((host) => /^[\w.:[\]-]{1,255}$/.test(host));
  return [
    ...new Set(hosts.flatMap((host) => [`https://${host}`, `http://${host}`])),
  ];
}

import { createHmac, timingSafeEqual } from "node:crypto";

/** How old a request may be, and how far ahead its clock, in milliseconds (HubSpot: five minutes). */
const WINDOW_MS = 300_000;

/** The escapes that HubSpot decodes in the query before it signs an address, and no others. */
const decodedInQuery: Readonly<Record<string, string>> = {
  "%3A": ":",
  "%2F": "/",
  "%3F": "?",
  "%40": "@",
  "%21": "!",
  "%24": "$",
  "%27": "'",
  "%28": "(",
  "%29": ")",
  "%2A": "*",
  "%2C": ",",
  "%3B": ";",
};

/** An address as HubSpot signs it: some escapes of the query decoded, the path unchanged. */
export function signedForm(url: string): string {
  const query = url.indexOf("?");
  if (query < 0) return url;
  return (
    url.slice(0, query + 1) +
    url
      .slice(query + 1)
      .replace(
        /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi,
        (escape) => decodedInQuery[escape.toUpperCase()] ?? escape,
      )
  );
}

export type SignedRequest = {
  readonly method: string;
  /** As HubSpot called it: the configured public origin and the path and query as received, never `Host`. */
  readonly url: string;
  /** The bytes that came, before any parser saw them. */
  readonly body: Uint8Array;
  readonly signature: string | undefined;
  /** Milliseconds since 1970, as text. */
  readonly timestamp: string | undefined;
};

export type SignatureVerdict =
  { ok: true } | { ok: false; reason: "missing" | "stale" | "bad" };

/** Base64 of the 32 bytes of a SHA-256. */
const WELL_FORMED = /^[A-Za-z0-9+/]{43}=$/;

/**
 * Checks all of a signature that doesn't need the body: that there is one, its form, and its age. `now` in milliseconds
 * since 1970.
 */
export function checkSignatureHeaders(
  { signature, timestamp }: Pick<SignedRequest, "signature" | "timestamp">,
  now: number,
): SignatureVerdict {
  if (!signature || !timestamp || !/^\d{10,16}$/.test(timestamp))
    return { ok: false, reason: "missing" };
  if (Math.abs(now - Number(timestamp)) > WINDOW_MS)
    return { ok: false, reason: "stale" };
  return WELL_FORMED.test(signature)
    ? { ok: true }
    : { ok: false, reason: "bad" };
}

/**
 * Checks HubSpot's signature v3: base64 of HMAC-SHA256 over method, address, body and timestamp.
 * Several secrets while one is being rotated; each is tried, in constant time.
 */
export function verifySignature(
  request: SignedRequest,
  secrets: readonly string[],
  now: number,
): SignatureVerdict {
  const headers = checkSignatureHeaders(request, now);
  if (!headers.ok) return headers;
  const { signature = "", timestamp = "" } = request;
  const given = Buffer.from(signature, "base64");
  // HubSpot's documents have the query decoded; some senders sign it as it was sent.
  const urls = new Set([signedForm(request.url), request.url]);
  for (const secret of secrets) {
    for (const url of urls) {
      const wanted = createHmac("sha256", secret)
        .update(request.method.toUpperCase() + url, "utf8")
        .update(request.body)
        .update(timestamp, "utf8")
        .digest();
      if (given.length === wanted.length && timingSafeEqual(given, wanted))
        return { ok: true };
    }
  }
  return { ok: false, reason: "bad" };
}

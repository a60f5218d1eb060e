import { createHash, createHmac } from "node:crypto";

/** A request of HubSpot's to the app, as its signature covers it. */
export type SignedRequest = {
  readonly method: string;
  /** The whole address as it is called. */
  readonly url: string;
  /** The raw body, empty for none. */
  readonly body: string;
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** The older signature sent beside v3: webhooks carry v1, requests of UI extensions v2. */
  readonly legacy: "v1" | "v2";
};

/** The headers by which an app knows that a request is HubSpot's own. v3 alone reads the address with its query decoded. */
export function signRequest({
  method,
  url,
  body,
  secret,
  timestamp,
  legacy,
}: SignedRequest): Readonly<Record<string, string>> {
  const v3 = method + decodeQuery(url) + body + String(timestamp);
  const older = legacy === "v1" ? secret + body : secret + method + url + body;
  return {
    "x-hubspot-signature-v3": createHmac("sha256", secret)
      .update(v3)
      .digest("base64"),
    "x-hubspot-request-timestamp": String(timestamp),
    "x-hubspot-signature": createHash("sha256").update(older).digest("hex"),
    "x-hubspot-signature-version": legacy,
  };
}

const decoded: Readonly<Record<string, string>> = {
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

/** Decodes these twelve characters, and no others, behind the `?` that begins the query. */
function decodeQuery(url: string): string {
  const start = url.indexOf("?") + 1;
  if (start === 0) return url;
  return (
    url.slice(0, start) +
    url
      .slice(start)
      .replaceAll(
        /%[0-9a-f]{2}/gi,
        (code) => decoded[code.toUpperCase()] ?? code,
      )
  );
}

import { createHash, createHmac } from "node:crypto";

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

/** The headers by which an app knows that a request is HubSpot's own. */
export function signatureHeaders(
  request: SignedRequest,
): Readonly<Record<string, string>> {
  const { method, url, body, secret, timestamp, legacy } = request;
  const source = method + decodeUri(url) + body + String(timestamp);
  return {
    "X-HubSpot-Signature-v3": createHmac("sha256", secret)
      .update(source, "utf8")
      .digest("base64"),
    "X-HubSpot-Request-Timestamp": String(timestamp),
    "X-HubSpot-Signature": createHash("sha256")
      .update(
        legacy === "v1" ? secret + body : secret + method + url + body,
        "utf8",
      )
      .digest("hex"),
    "X-HubSpot-Signature-Version": legacy,
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

/** HubSpot signs the address with these twelve characters decoded in the query. */
function decodeUri(url: string): string {
  const start = url.indexOf("?");
  if (start < 0) return url;
  const query = url
    .slice(start + 1)
    .replaceAll(
      /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi,
      (code) => decoded[code.toUpperCase()] ?? code,
    );
  return url.slice(0, start + 1) + query;
}

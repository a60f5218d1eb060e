import { createHash, createHmac } from "node:crypto";

const DECODED: Readonly<Record<string, string>> = {
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

/** HubSpot signs the address with these twelve characters of the query decoded: `a%40b.c` is signed as `a@b.c`. */
function signedUri(url: string): string {
  const query = url.indexOf("?");
  if (query < 0) return url;
  const decoded = url
    .slice(query)
    .replace(/%[0-9a-f]{2}/gi, (code) => DECODED[code.toUpperCase()] ?? code);
  return url.slice(0, query) + decoded;
}

/**
 * The headers by which the app's server knows that HubSpot made this call: v3, and v2 for compatibility.
 * `url` is the whole public address with its query, `body` the bytes as sent ('' for none), `now` milliseconds.
 */
export function signRequest(call: {
  method: string;
  url: string;
  body: string;
  secret: string;
  now: number;
}): Record<string, string> {
  const uri = signedUri(call.url);
  const method = call.method.toUpperCase();
  const timestamp = String(call.now);
  const v3 = createHmac("sha256", call.secret)
    .update(method + uri + call.body + timestamp)
    .digest("base64");
  const v2 = createHash("sha256")
    .update(call.secret + method + uri + call.body)
    .digest("hex");
  return {
    "x-hubspot-signature-v3": v3,
    "x-hubspot-request-timestamp": timestamp,
    "x-hubspot-signature": v2,
    "x-hubspot-signature-version": "v2",
  };
}

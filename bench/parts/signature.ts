import { createHmac } from "node:crypto";

/** HubSpot's signature v3 of a call to the app; the address must hold no escapes in its query. */
export function signatureOf(call: {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly scene: { readonly secret: string };
  /** Milliseconds since 1970. */
  readonly now: number;
}): Record<string, string> {
  return {
    "x-hubspot-signature-v3": createHmac("sha256", call.scene.secret)
      .update(call.method + call.url + call.body + String(call.now))
      .digest("base64"),
    "x-hubspot-request-timestamp": String(call.now),
  };
}

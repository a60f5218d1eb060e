import { createHmac } from "node:crypto";
import { signedForm } from "../../../server/http/verify-signature.ts";
import { clientSecret } from "./world.ts";

/** The headers with which HubSpot signs a request to `url`. */
export function signatureOf(
  method: string,
  url: string,
  body: string,
  { secret = clientSecret, timestamp = Date.now() } = {},
): Record<string, string> {
  return {
    "x-hubspot-request-timestamp": String(timestamp),
    "x-hubspot-signature-v3": createHmac("sha256", secret)
      .update(`${method}${signedForm(url)}${body}${timestamp}`)
      .digest("base64"),
  };
}

/** Posts a body as HubSpot would, signed over the very address and bytes. */
export function postSigned(
  url: string,
  body: string,
  options: { secret?: string; timestamp?: number } = {},
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...signatureOf("POST", url, body, options),
    },
    body,
  });
}

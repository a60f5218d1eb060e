import type { ServerResponse } from "node:http";
import type { WebAnswer } from "./web-call.ts";

/** Writes the answer of a page (string: HTML) or a control path (anything else: JSON). */
export function sendWebAnswer(
  response: ServerResponse,
  { status, body, headers }: WebAnswer,
): void {
  const text =
    body === undefined
      ? ""
      : typeof body === "string"
        ? body
        : JSON.stringify(body);
  response.writeHead(status, {
    ...(body === undefined
      ? {}
      : {
          "content-type":
            typeof body === "string"
              ? "text/html; charset=utf-8"
              : "application/json; charset=utf-8",
        }),
    ...(status === 204 ? {} : { "content-length": Buffer.byteLength(text) }),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(text);
}

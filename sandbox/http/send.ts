import { randomUUID } from "node:crypto";
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Answer } from "../crm/answer.ts";

/** Writes an API answer: correlation id, JSON by default, a string body unchanged. */
export function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  more: Readonly<Record<string, string>> | null,
): void {
  const { status, body, headers } = answer;
  const out: OutgoingHttpHeaders = {
    "content-type": "application/json;charset=utf-8",
    "x-hubspot-correlation-id": correlationIdOf(body) ?? randomUUID(),
    ...more,
    ...headers,
  };
  if (body === undefined) {
    delete out["content-type"];
    if (status !== 204) out["content-length"] = 0;
    response.writeHead(status, out);
    response.end();
    return;
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  out["content-length"] = Buffer.byteLength(text);
  response.writeHead(status, out);
  response.end(text);
}

function correlationIdOf(body: unknown): string | null {
  if (typeof body !== "object" || body === null || !("correlationId" in body))
    return null;
  return typeof body.correlationId === "string" ? body.correlationId : null;
}

import { hubspot } from "@hubspot/ui-extensions";
import * as z from "zod/mini";
import type { ZodMiniType } from "zod/mini";

/** HubSpot ends a request after this time. The server responds to a click within ten seconds, if only that it is in progress. */
const TIMEOUT_MS = 15_000;
/** HubSpot repeats a failed request once, so no response is certain only after two time-outs. */
const SILENCE_MS = 2 * TIMEOUT_MS + 5_000;

/**
 * Either what was requested, or why there is none. `certain` says that the server refused the request; without it, the
 * request may have been executed although no response arrived.
 */
export type Answer<T> = { kind: "answered"; value: T } | Failure;

export type Failure = {
  kind: "failed";
  certain: boolean;
  title: string;
  message: string;
  /** The server's own code of a refusal, with what else its response says. */
  refusal?: { code: string; body: unknown };
};

/** The body of an error response (application/problem+json). */
const problemDocument = z.object({
  title: z.string(),
  detail: z.optional(z.string()),
  code: z.optional(z.string()),
});

/** Sends a request to the server: with a body a POST, unless another method is named. Never throws. */
export async function ask<T>(
  schema: ZodMiniType<T>,
  url: string,
  body?: Record<string, unknown>,
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" = body === undefined
    ? "GET"
    : "POST",
): Promise<Answer<T>> {
  let silence: ReturnType<typeof setTimeout> | undefined;
  try {
    const request = body === undefined ? { method } : { method, body };
    const response = await Promise.race([
      hubspot.fetch(url, { ...request, timeout: TIMEOUT_MS }),
      new Promise<null>(
        (resolve) => (silence = setTimeout(() => resolve(null), SILENCE_MS)),
      ),
    ]);
    if (response === null) return unreachable;
    const content: unknown = await response.json().catch(() => undefined);
    if (!response.ok) return turnedDown(response.status, content);
    const parsed = schema.safeParse(content);
    return parsed.success
      ? { kind: "answered", value: parsed.data }
      : misunderstood;
  } catch {
    // HubSpot doesn't document how it reports a failed request to an extension: it may throw, or return a status.
    return unreachable;
  } finally {
    clearTimeout(silence);
  }
}

const unreachable = {
  kind: "failed",
  certain: false,
  title: "Counterpart didn't respond",
  message: "Check your connection and try again.",
} as const;

const misunderstood = {
  kind: "failed",
  certain: false,
  title: "Counterpart's response couldn't be read",
  message: "This page may be out of date. Reload the page.",
} as const;

function turnedDown(status: number, content: unknown): Failure {
  const certain = status >= 400 && status < 500;
  const problem = problemDocument.safeParse(content);
  if (!certain || !problem.success) return { ...unreachable, certain };
  return {
    kind: "failed",
    certain,
    title: problem.data.title,
    message: problem.data.detail ?? "",
    ...(problem.data.code === undefined
      ? {}
      : { refusal: { code: problem.data.code, body: content } }),
  };
}

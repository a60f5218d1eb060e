import { Client } from "@hubspot/api-client";
import { Agent } from "undici";
import { MOST_CALLS } from "./call-slots.ts";
import { Flight, inFlight } from "./deadline-dispatcher.ts";
import type { Secret } from "./secret.ts";

export type TransportRequest = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base URL, with its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a form instead. */
  readonly form?: Readonly<Record<string, string>>;
  readonly token?: Secret;
  /** Epoch ms by which the whole answer must be here. */
  readonly deadlineAt: number;
  readonly signal?: AbortSignal | undefined;
  /** Of the body of its response; absent: any. */
  readonly mostBytes?: number | undefined;
};

export type TransportAnswer =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly header: (name: string) => string | null;
      readonly text: string;
    }
  | {
      readonly kind: "failed";
      readonly why: "deadline" | "cancelled" | "connection" | "too-large";
      /** False: HubSpot cannot have acted on it. */
      readonly sent: boolean;
      readonly cause: unknown;
    };

/** Sends single requests to HubSpot. Never throws: a failure is an answer of its own. */
export type Transport = {
  send(request: TransportRequest): Promise<TransportAnswer>;
  close(): Promise<void>;
};

/** The body of a response has more bytes than its request allows. */
class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/** Connections beside those of portals' calls: for tokens, which no portal's slow calls may delay. */
const OAUTH_CONNECTIONS = 8;

/** `baseUrl` without a trailing slash. Connections are this transport's own. */
export function createTransport(baseUrl: string): Transport {
  // its retry and limiter options are process-wide, so they stay unset
  const client = new Client({ basePath: baseUrl });
  const agent = new Agent({
    connections: MOST_CALLS + OAUTH_CONNECTIONS,
    connect: { timeout: 5_000 },
    // the deadline of each request is shorter than any default of undici's
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const send = async (request: TransportRequest): Promise<TransportAnswer> => {
    const flight = new Flight(agent);
    const failed = (
      why: "deadline" | "cancelled" | "connection" | "too-large",
      cause: unknown,
    ) => ({ kind: "failed", why, sent: flight.sent, cause }) as const;
    if (request.signal?.aborted) {
      return failed("cancelled", request.signal.reason);
    }
    const ended = Promise.withResolvers<TransportAnswer>();
    const end = (why: "deadline" | "cancelled", reason: Error): void => {
      const answer = failed(why, reason);
      flight.end(reason);
      ended.resolve(answer);
    };
    const timer = setTimeout(
      () => end("deadline", new DeadlineError("No answer in time.")),
      Math.max(0, request.deadlineAt - Date.now()),
    );
    const cancel = (): void => {
      const reason: unknown = request.signal?.reason;
      end(
        "cancelled",
        reason instanceof Error ? reason : new Error("Cancelled."),
      );
    };
    request.signal?.addEventListener("abort", cancel, { once: true });
    const answered = inFlight(flight, () => exchange(client, request)).catch(
      (cause: unknown) =>
        failed(
          cause instanceof BodyTooLarge ? "too-large" : "connection",
          cause,
        ),
    );
    try {
      return await Promise.race([answered, ended.promise]);
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", cancel);
    }
  };

  return { send, close: () => agent.destroy() };
}

async function exchange(
  client: Client,
  request: TransportRequest,
): Promise<TransportAnswer> {
  const headers: Record<string, string> = {};
  if (request.token) {
    headers["Authorization"] = `Bearer ${request.token.reveal()}`;
  }
  if (request.form) {
    headers["Content-Type"] = "application/x-www-form-urlencoded";
  }
  const response = await client.apiRequest({
    method: request.method,
    path: request.path,
    headers,
    ...(request.form
      ? {
          body: new URLSearchParams(request.form).toString(),
          defaultJson: false,
        }
      : { body: request.body }),
  });
  const text = await textOf(response, request.mostBytes);
  return {
    kind: "answer",
    status: response.status,
    header: (name) => response.headers.get(name),
    text,
  };
}

/** The text of a body. Throws BodyTooLarge, and reads no further, as soon as it has more than `mostBytes`. */
async function textOf(
  response: Response,
  mostBytes: number | undefined,
): Promise<string> {
  if (mostBytes === undefined || response.body === null) return response.text();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    bytes += part.length;
    // Leaving the loop cancels the body.
    if (bytes > mostBytes) throw new BodyTooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

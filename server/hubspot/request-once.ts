import type { Log } from "../log.ts";
import type { PortalId } from "../settings/object-type.ts";
import type { LimitKind } from "./budget/allowances.ts";
import type { Budget } from "./budget/budget.ts";
import type { CallSlots } from "./call-slots.ts";
import { classify } from "./classify.ts";
import { parseErrorBody } from "./error-body.ts";
import {
  CancelledError,
  TooManyBytesError,
  UnavailableError,
  UnknownOutcomeError,
  WaitError,
  type Capability,
  type HubSpotError,
} from "./errors.ts";
import { parseJson } from "./json.ts";
import { countCall, type CallMetrics } from "./metrics.ts";
import type { Secret } from "./secret.ts";
import type { Timing } from "./timing.ts";
import type { Transport, TransportAnswer } from "./transport.ts";

export type ApiCall = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** Whether HubSpot's state may change: a lost answer is then unknown, and not asked for again. */
  readonly write: boolean;
  readonly limit: LimitKind;
  /** Of a read's response: if it has more, the call ends with TooManyBytesError. Absent: any. */
  readonly mostBytes?: number | undefined;
  readonly capability: Capability;
  /** For the counters. */
  readonly kind: string;
};

export type RequestParts = {
  readonly portalId: PortalId;
  readonly transport: Transport;
  readonly budget: Budget;
  readonly slots: CallSlots;
  readonly log: Log;
  readonly metrics: CallMetrics | undefined;
};

/** A success. */
export type Done = {
  readonly kind: "done";
  /** Parsed JSON; null where there was none. */
  readonly body: unknown;
  /** For the rows of a batch that went wrong inside a success. */
  readonly correlationId: string | null;
};

export type RequestOutcome =
  | Done
  | { readonly kind: "unauthorized"; readonly error: HubSpotError }
  | { readonly kind: "failed"; readonly error: HubSpotError };

const scopes = {
  general: "portal",
  search: "search",
  associations: "associations",
} as const;

/** One request, once the budget and the portal's share of the connections allow it: its success, or what went wrong. */
export async function requestOnce(
  parts: RequestParts,
  call: ApiCall,
  token: Secret,
  timing: Timing,
): Promise<RequestOutcome> {
  const { portalId, budget } = parts;
  await budget.take(portalId, call.limit, {
    priority: timing.priority,
    signal: timing.signal,
    until: timing.deadlineAt - timing.answerMs,
  });
  const free = await parts.slots.take(portalId, timing);
  const started = performance.now();
  const answer = await parts.transport
    .send({
      method: call.method,
      path: call.path,
      body: call.body,
      token,
      deadlineAt: timing.deadlineAt,
      signal: timing.signal,
      mostBytes: call.mostBytes,
    })
    .finally(free);
  countCall(parts.metrics, {
    priority: timing.priority,
    kind: call.kind,
    status: answer.kind === "answer" ? String(answer.status) : answer.why,
    seconds: (performance.now() - started) / 1_000,
  });
  if (answer.kind === "failed") {
    const { why, sent } = answer;
    parts.log.info({ portalId, kind: call.kind, why, sent }, "no answer");
    return { kind: "failed", error: failure(call, answer) };
  }
  const most = Number(answer.header("x-hubspot-ratelimit-max") ?? Number.NaN);
  if (most > 0 && call.limit !== "search") {
    await budget.learn(portalId, call.limit, most);
  }
  if (answer.status < 300) {
    const body = answer.text === "" ? null : parseJson(answer.text);
    return body === undefined
      ? { kind: "failed", error: garbled(call, answer.status) }
      : { kind: "done", body, correlationId: correlationIdOf(answer) };
  }
  return refusal(parts, call, answer);
}

type Answer = Extract<TransportAnswer, { kind: "answer" }>;

function correlationIdOf(answer: Answer): string | null {
  return answer.header("x-hubspot-correlation-id");
}

async function refusal(
  { portalId, budget, log }: RequestParts,
  call: ApiCall,
  answer: Answer,
): Promise<RequestOutcome> {
  const correlationId = correlationIdOf(answer);
  const body = parseErrorBody(answer.status, answer.text, correlationId);
  log.info(
    {
      portalId,
      kind: call.kind,
      status: body.status,
      category: body.category,
      policyName: body.policyName,
      correlationId: body.correlationId,
    },
    "HubSpot responded with an error",
  );
  const nature = {
    write: call.write,
    capability: call.capability,
    scope: scopes[call.limit],
  };
  const retryAfter = answer.header("retry-after");
  const error = classify(body, retryAfter, nature, Date.now());
  // a lock (423) concerns the objects of this call alone; every other wait is one for all processes
  if (error instanceof WaitError && body.status !== 423) {
    await budget.pause(portalId, error.scope, error.until);
  }
  return { kind: body.status === 401 ? "unauthorized" : "failed", error };
}

function garbled({ write }: ApiCall, status: number): HubSpotError {
  const reason = "a success without JSON";
  return write
    ? new UnknownOutcomeError(reason)
    : new UnavailableError(reason, status);
}

function failure(
  { write }: ApiCall,
  failed: Extract<TransportAnswer, { kind: "failed" }>,
): HubSpotError {
  const { why, sent, cause } = failed;
  if (write && sent) return new UnknownOutcomeError(why, cause);
  if (why === "too-large") return new TooManyBytesError(cause);
  return why === "cancelled"
    ? new CancelledError(cause)
    : new UnavailableError(why, null, cause);
}

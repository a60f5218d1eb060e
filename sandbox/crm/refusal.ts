import { randomUUID } from "node:crypto";
import type { Answer } from "./answer.ts";

export type ErrorDetail = {
  readonly message: string;
  readonly code?: string;
  readonly in?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
};

export type RefusalBody = {
  readonly message: string;
  readonly category?: string;
  readonly subCategory?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly errors?: readonly ErrorDetail[];
  readonly links?: Readonly<Record<string, string>>;
  /** Context that only the error of a batch input carries. */
  readonly inBatch?: Readonly<Record<string, readonly string[]>>;
};

/** A call that HubSpot refuses: thrown by operations, answered by the route that asked for them. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: RefusalBody;

  constructor(status: number, body: RefusalBody) {
    super(body.message);
    this.name = "Refusal";
    this.status = status;
    this.body = body;
  }

  /** The whole answer, with a correlation id in body and headers. */
  toAnswer(): Answer {
    const correlationId = randomUUID();
    const { message, category, inBatch: _batchOnly, ...rest } = this.body;
    return {
      status: this.status,
      body: {
        status: "error",
        message,
        correlationId,
        ...rest,
        ...(category === undefined ? {} : { category }),
      },
      headers: { "x-hubspot-correlation-id": correlationId },
    };
  }

  /** The same refusal as one entry of a batch answer's `errors`. */
  toBatchError(traceId: string | undefined): Readonly<Record<string, unknown>> {
    const context = {
      ...(traceId === undefined ? {} : { objectWriteTraceId: [traceId] }),
      ...this.body.context,
      ...this.body.inBatch,
    };
    return {
      status: "error",
      category: this.body.category ?? "VALIDATION_ERROR",
      ...(this.body.subCategory === undefined
        ? {}
        : { subCategory: this.body.subCategory }),
      message: this.body.message,
      context,
      errors: this.body.errors ?? [],
      links: this.body.links ?? {},
    };
  }
}

/** 400 VALIDATION_ERROR. */
export function invalid(
  message: string,
  more: Omit<RefusalBody, "message" | "category"> = {},
): Refusal {
  return new Refusal(400, { message, category: "VALIDATION_ERROR", ...more });
}

/** @param existingId named in the message, and in a batch's error also beside it */
export function conflict(message: string, existingId?: string): Refusal {
  const inBatch =
    existingId === undefined ? {} : { inBatch: { existingId: [existingId] } };
  return new Refusal(409, { message, category: "CONFLICT", ...inBatch });
}

/** What HubSpot says about a numeric id that it does not have; recordings lack a category. */
export function notFound(withCategory: boolean, id?: string): Refusal {
  if (id !== undefined && !/^\d+$/.test(id)) {
    return new Refusal(404, {
      message: "Object not found.  objectId are usually numeric.",
      context: { id: [id] },
      category: "OBJECT_NOT_FOUND",
    });
  }
  return new Refusal(404, {
    message: "resource not found",
    ...(withCategory ? { category: "OBJECT_NOT_FOUND" } : {}),
  });
}

import type { Request, RequestHandler, Response } from "express";
import type { BodyBudget } from "./body-budget.ts";
import { discardBody } from "./discard-body.ts";
import { Problem } from "./problem.ts";

/** How long a whole body may take, in milliseconds: HubSpot gives a webhook up after five seconds. */
export const BODY_WITHIN_MS = 10_000;
const FIRST_BYTES = 16 * 1024;
/** Until one of those that are being read ends, in seconds. */
const RETRY_AFTER = "2";

/**
 * Reads a body as the bytes that came, whatever its type says: signatures are made over them. At most `limit` bytes, as
 * far as the process' budget reaches, and within a time. A compressed body is refused: HubSpot sends none.
 */
export function rawBody(
  limit: number,
  budget: BodyBudget,
  withinMs = BODY_WITHIN_MS,
): RequestHandler {
  return async (request, response, next) => {
    try {
      request.body = await readBody(request, response, {
        limit,
        budget,
        withinMs,
      });
    } catch (error) {
      discardBody(request, response);
      throw error;
    }
    next();
  };
}

const nothing = Buffer.alloc(0);

/** The bytes that `rawBody` read; none if the request had no body. */
export function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : nothing;
}

function readBody(
  request: Request,
  response: Response,
  {
    limit,
    budget,
    withinMs,
  }: { limit: number; budget: BodyBudget; withinMs: number },
): Promise<Buffer> {
  const declared = Number(request.get("Content-Length") ?? 0);
  const address = request.ip ?? "";
  if (!hasBody(request)) return Promise.resolve(nothing);
  if (declared > limit) return Promise.reject(tooLarge());
  if (!["", "identity"].includes(request.get("Content-Encoding") ?? ""))
    return Promise.reject(
      new Problem(
        415,
        "unsupported_encoding",
        "The body's encoding isn't supported.",
      ),
    );
  if (!budget.hasRoom(address, declared)) return Promise.reject(noRoom());

  return new Promise((resolve, reject) => {
    // Grown with what arrives: a length that is only announced costs nothing, and neither do a million tiny chunks.
    let buffer = nothing;
    let length = 0;
    const grow = (size: number): boolean => {
      const wanted = Math.max(size, buffer.length * 2, FIRST_BYTES);
      const capacity = Math.max(size, Math.min(wanted, declared || limit));
      const more = capacity - buffer.length;
      if (!budget.take(address, more)) return false;
      response.once("close", () => budget.release(address, more));
      const grown = Buffer.allocUnsafeSlow(capacity);
      buffer.copy(grown, 0, 0, length);
      buffer = grown;
      return true;
    };
    const onData = (chunk: Buffer): void => {
      const size = length + chunk.length;
      if (size > limit) return fail(tooLarge());
      if (size > buffer.length && !grow(size)) return fail(noRoom());
      chunk.copy(buffer, length);
      length = size;
    };
    const onEnd = (): void => {
      stop();
      resolve(buffer.subarray(0, length));
    };
    const onClose = (): void =>
      fail(new Problem(400, "incomplete_body", "The body arrived incomplete."));
    const late = setTimeout(
      () =>
        fail(
          new Problem(
            408,
            "body_too_slow",
            "The body took too long to arrive.",
          ),
        ),
      withinMs,
    );
    function stop(): void {
      clearTimeout(late);
      request.off("data", onData).off("end", onEnd).off("close", onClose);
    }
    function fail(problem: Problem): void {
      stop();
      buffer = nothing;
      reject(problem);
    }
    request.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}

/** Whether the headers announce one; how long it is may be open. */
function hasBody(request: Request): boolean {
  return (
    request.get("Transfer-Encoding") !== undefined ||
    Number(request.get("Content-Length") ?? 0) > 0
  );
}

const tooLarge = (): Problem =>
  new Problem(413, "too_large", "The body is too large.");

const noRoom = (): Problem =>
  new Problem(
    503,
    "too_many_bodies",
    "Too many requests are being read. Try again.",
    {},
    { "Retry-After": RETRY_AFTER },
  );

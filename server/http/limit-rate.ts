import type { RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import type { Log } from "../log.ts";
import { Problem } from "./problem.ts";

/**
 * Lets an address through `perMinute` times a minute, then answers 429. Each call counts for itself. Whose address it
 * is, is express's `trust proxy`; what the package finds wrong with that goes to the log, not to the console.
 */
export function limitRate(
  perMinute: number,
  log: Pick<Log, "warn">,
): RequestHandler {
  const warn = (error: unknown): void =>
    log.warn(
      { err: error },
      "requests are not counted by their true address; see TRUST_PROXY",
    );
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    logger: { warn, error: warn },
    handler: (_request, _response, next) => {
      next(
        new Problem(
          429,
          "too_many_requests",
          "Too many requests from this address; try again in a minute.",
        ),
      );
    },
  });
}

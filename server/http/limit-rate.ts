import type { Request, RequestHandler } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import type { Log } from "../log.ts";
import { Problem } from "./problem.ts";

/** A middleware that counts requests by address, and what it has counted. */
export type AddressLimit = RequestHandler & {
  /** Whether the next request of this address would be a 429; counts nothing. */
  isSpent(request: Request): Promise<boolean>;
};

/**
 * Lets an address through `perMinute` times a minute, then responds with 429. Each call counts for itself. Whose address it
 * is, is express's `trust proxy`; what the package finds wrong with that goes to the log, not to the console.
 */
export function limitRate(
  perMinute: number,
  log: Pick<Log, "warn">,
): AddressLimit {
  const warn = (error: unknown): void =>
    log.warn(
      { err: error },
      "requests are not counted by their true address: check TRUST_PROXY",
    );
  const limiter = rateLimit({
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
          "Too many requests came from this address. Try again in a minute.",
        ),
      );
    },
  });
  const limit: RequestHandler = (request, response, next) => {
    void limiter(request, response, next);
  };
  return Object.assign(limit, {
    isSpent: async (request: Request): Promise<boolean> => {
      const counted = await limiter.getKey(addressOf(request));
      return counted !== undefined && counted.totalHits >= perMinute;
    },
  });
}

/** What the package's own generator counts by: an IPv6 network is one address. */
function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? "", 56);
}

import type { RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { Problem } from "./problem.ts";

/** Lets an address through `perMinute` times a minute, then answers 429. Each call counts for itself. */
export function limitRate(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
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

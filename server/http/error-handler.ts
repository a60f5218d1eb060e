import type { ErrorRequestHandler, Response } from "express";
import {
  CapabilityMissingError,
  DisconnectedError,
  HubSpotError,
  UnavailableError,
  WaitError,
} from "../hubspot/errors.ts";
import type { Log } from "../log.ts";
import { databaseProblem } from "./database-problem.ts";
import { Problem, sendProblem } from "./problem.ts";

/**
 * Responds to whatever a route threw, as a problem. An unexpected error is logged, and the response doesn't contain its
 * message. `send` is for routes that people open in a browser.
 */
export function handleErrors(
  log: Log,
  send: (response: Response, problem: Problem) => void = sendProblem,
): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = asProblem(error);
    if (problem.status >= 500) {
      const expected = problem.code !== "internal";
      log[expected ? "warn" : "error"](
        {
          err: error,
          method: request.method,
          path: request.baseUrl + request.path,
          status: problem.status,
        },
        expected ? "a request could not be served" : "a request failed",
      );
    }
    send(response, problem);
  };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof WaitError) {
    const seconds = Math.max(
      1,
      Math.ceil((error.until.getTime() - Date.now()) / 1000),
    );
    return new Problem(
      503,
      "hubspot_busy",
      "HubSpot's API limit has been reached. Try again in a few minutes.",
      {},
      { "Retry-After": String(seconds) },
    );
  }
  if (error instanceof DisconnectedError)
    return new Problem(
      409,
      "disconnected",
      "HubSpot isn't connected. An admin can reconnect HubSpot.",
    );
  if (error instanceof CapabilityMissingError)
    return new Problem(
      409,
      "missing_scope",
      "Counterpart doesn't have permission to do this in HubSpot. An admin can reconnect HubSpot and grant it.",
      { capability: error.capability, scopes: error.scopes },
    );
  if (error instanceof UnavailableError)
    return new Problem(
      503,
      "hubspot_unavailable",
      "HubSpot isn't responding. Try again in a few minutes.",
      {},
      { "Retry-After": HUBSPOT_RETRY_AFTER },
    );
  if (error instanceof HubSpotError)
    return new Problem(
      502,
      "hubspot_refused",
      "HubSpot rejected this request.",
    );
  return (
    databaseProblem(error) ??
    unreadable(error) ??
    new Problem(
      500,
      "internal",
      "An error occurred in Counterpart, and was logged. Try again in a few minutes.",
    )
  );
}

/** Seconds until HubSpot may be reached again, where it hasn't said so itself. */
const HUBSPOT_RETRY_AFTER = "10";

/** What express's own readers of addresses and bodies refuse, by the type they give their errors, else by status. */
function unreadable(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null;
  switch ("type" in error ? error.type : undefined) {
    case "entity.too.large":
      return new Problem(413, "too_large", "The body is too large.");
    case "encoding.unsupported":
    case "charset.unsupported":
      return new Problem(
        415,
        "unsupported_encoding",
        "The body's encoding isn't supported.",
      );
    case "request.aborted":
    case "request.size.invalid":
      return new Problem(
        400,
        "incomplete_body",
        "The body arrived incomplete.",
      );
    default:
      // An escape that is none in the address, a body that is not compressed as it says.
      return "status" in error &&
        typeof error.status === "number" &&
        error.status >= 400 &&
        error.status < 500
        ? new Problem(400, "unreadable", "The request couldn't be read.")
        : null;
  }
}

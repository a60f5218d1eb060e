import { outageOf } from "./database/outage.ts";
import {
  CapabilityMissingError,
  DisconnectedError,
  GoneError,
  RefusedError,
  UnavailableError,
  UnknownOutcomeError,
  WaitError,
} from "./hubspot/errors.ts";
import { SealError } from "./hubspot/seal.ts";

/** What work fails from, as far as somebody would do something else about it. Stored with lanes, counted, and logged. */
export const causes = [
  "token_key",
  "hubspot_limit",
  "hubspot_unavailable",
  "hubspot_refused",
  "missing_scope",
  "disconnected",
  "database",
  "internal",
] as const;

export type Cause = (typeof causes)[number];

/** Returns the cause of an error that ended a piece of work. Goes by its class and code, never by its message. */
export function causeOf(error: unknown): Cause {
  if (error instanceof SealError) return "token_key";
  if (error instanceof WaitError) return "hubspot_limit";
  if (error instanceof UnavailableError || error instanceof UnknownOutcomeError)
    return "hubspot_unavailable";
  if (error instanceof RefusedError || error instanceof GoneError)
    return "hubspot_refused";
  if (error instanceof CapabilityMissingError) return "missing_scope";
  if (error instanceof DisconnectedError) return "disconnected";
  return outageOf(error) === null ? "internal" : "database";
}

/** What each cause means, and what somebody can do about it: sentences for logs and for the API's warnings. */
export const explanations: Readonly<
  Record<Cause, { meaning: string; remedy: string }>
> = {
  token_key: {
    meaning:
      "The stored connection to this HubSpot account can't be opened with any key in TOKEN_KEY.",
    remedy:
      "The operator adds the key that sealed it to TOKEN_KEY and restarts the server. If that key is lost, an admin can reconnect HubSpot.",
  },
  hubspot_limit: {
    meaning: "HubSpot's API limit has been reached.",
    remedy:
      "Sync continues by itself when HubSpot allows more calls. If this lasts, check which other apps use the account's limit.",
  },
  hubspot_unavailable: {
    meaning: "HubSpot isn't responding, or returns server errors.",
    remedy:
      "Sync retries by itself. If HubSpot's status page shows no incident, the operator checks the server's network and HUBSPOT_API_URL.",
  },
  hubspot_refused: {
    meaning: "HubSpot rejects requests that sync depends on.",
    remedy:
      "The operator looks up the correlation id of the rejected request in the server's log.",
  },
  missing_scope: {
    meaning: "Counterpart doesn't have a permission that sync needs.",
    remedy: "An admin can reconnect HubSpot and grant it.",
  },
  disconnected: {
    meaning: "HubSpot isn't connected.",
    remedy: "An admin can reconnect HubSpot.",
  },
  database: {
    meaning: "Statements fail in the server's database.",
    remedy:
      "The operator checks the database's connections, disk, and locks; the server's log has the error code.",
  },
  internal: {
    meaning: "Sync fails for a reason that the server doesn't know.",
    remedy: "The operator reports the error in the server's log.",
  },
};

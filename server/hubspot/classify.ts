import {
  CapabilityMissingError,
  GoneError,
  RefusedError,
  UnavailableError,
  UnknownOutcomeError,
  WaitError,
  type Capability,
  type ErrorBody,
  type HubSpotError,
  type WaitScope,
} from "./errors.ts";

/** What was called, as far as its errors depend on it. */
export type CallNature = {
  readonly write: boolean;
  readonly capability: Capability;
  readonly scope: WaitScope;
};

const second = 1_000;
const minute = 60 * second;

/** A lock in HubSpot lasts two seconds (423). */
const lockMs = 2 * second;

const rateMessage = /ten_secondly|secondly|daily|rate limit/i;

/** How long a 429 pauses what it names. HubSpot documents no Retry-After for it. */
function ratePauseMs(body: ErrorBody): number {
  const policy = `${body.policyName ?? ""} ${body.message}`.toUpperCase();
  // the day ends at midnight of the account's time zone; asking every quarter of an hour finds it soon enough
  if (policy.includes("DAILY")) return 15 * minute;
  if (policy.includes("TEN_SECONDLY")) return 5 * second;
  if (policy.includes("SECONDLY")) return second;
  return 5 * second;
}

/** A search's own limit is the secondly one; every other limit met by a search is the portal's. */
function rateScope(nature: CallNature, body: ErrorBody): WaitScope {
  const policy = `${body.policyName ?? ""} ${body.message}`.toUpperCase();
  if (policy.includes("DAILY")) return "portal";
  if (nature.scope === "search" && policy.includes("TEN_SECONDLY")) {
    return "portal";
  }
  return nature.scope;
}

/** Seconds, as 477 sends them; null when there is no such header. */
function retryAfterMs(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * second : null;
}

/**
 * The one table of what an error answer means. 401 is not in it: whoever calls refreshes the token once first, and a
 * second 401 is a refusal.
 */
export function classify(
  body: ErrorBody,
  retryAfter: string | null,
  nature: CallNature,
  now: number,
): HubSpotError {
  const wait = (ms: number, scope: WaitScope): WaitError =>
    new WaitError(new Date(now + ms), scope, body);
  const asked = retryAfterMs(retryAfter);
  const { status } = body;
  if (status === 403) {
    return new CapabilityMissingError(
      nature.capability,
      body.requiredScopes,
      body,
    );
  }
  if (status === 404) return new GoneError(body);
  if (status === 423) return wait(lockMs, nature.scope);
  if (status === 429) {
    return wait(asked ?? ratePauseMs(body), rateScope(nature, body));
  }
  // the account moves between data centres, which takes up to a day
  if (status === 477) return wait(asked ?? minute, "portal");
  if (status >= 500 && rateMessage.test(body.message)) {
    return wait(ratePauseMs(body), rateScope(nature, body));
  }
  if (status >= 500 || status === 408) {
    return nature.write
      ? new UnknownOutcomeError(`status ${status}`, body)
      : new UnavailableError(`status ${status}`, status, body);
  }
  return new RefusedError(body);
}

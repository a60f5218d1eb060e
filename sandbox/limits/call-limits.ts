import type { Answer } from "../crm/answer.ts";
import type { LimitKind } from "../crm/call.ts";
import type { PortalOptions } from "../crm/options.ts";
import type { RatePolicy } from "../errors.ts";
import { rateLimited } from "../errors.ts";
import { utcOffset } from "../crm/time-zone.ts";
import { RollingWindow } from "./rolling-window.ts";
import type { LimitSettings } from "./settings.ts";

type Headers = Readonly<Record<string, string>>;

/** Either the refusal, or the headers that the answer of an admitted call carries. */
export type Admission =
  | { readonly refusal: Answer }
  | { readonly refusal: null; readonly headers: Headers | null };

const admittedSilently: Admission = { refusal: null, headers: null };
const DAY_MS = 86_400_000;

/** What a portal's options say about limits, asked again at each call. */
export type LimitOptions = Pick<
  PortalOptions,
  "dailyLimit" | "timeZone" | "retryAfter" | "rateLimitNamedBy"
>;

/** The budgets of one app in one portal. */
export class CallLimits {
  #general: RollingWindow;
  #search: RollingWindow;
  #associations: RollingWindow;
  #day = 0;
  #today = 0;

  constructor(settings: Exclude<LimitSettings, "unlimited">) {
    this.#general = new RollingWindow(settings.tenSecondly, 10_000);
    this.#search = new RollingWindow(settings.searchPerSecond, 1000);
    this.#associations = new RollingWindow(
      settings.associationsTenSecondly,
      10_000,
    );
  }

  /** Counts a call at `now` (milliseconds since 1970). Answers of searches carry no headers about limits. */
  admit(kind: LimitKind, options: LimitOptions, now: number): Admission {
    if (kind === "search")
      return this.#search.take(now)
        ? admittedSilently
        : refused("SECONDLY", options, {}, 1);
    if (options.dailyLimit !== null) {
      const local = now + utcOffset(options.timeZone, now).ms;
      if (!this.#countToday(options.dailyLimit, Math.floor(local / DAY_MS)))
        return refused("DAILY", options, {}, secondsToMidnight(local));
    }
    const window = kind === "general" ? this.#general : this.#associations;
    const admitted = window.take(now);
    const headers = headersOf(window, now);
    return admitted
      ? { refusal: null, headers }
      : refused("TEN_SECONDLY_ROLLING", options, headers, 10);
  }

  /** @param day a number that changes at the account's midnight */
  #countToday(limit: number, day: number): boolean {
    if (day !== this.#day) {
      this.#day = day;
      this.#today = 0;
    }
    if (this.#today >= limit) return false;
    this.#today += 1;
    return true;
  }
}

/** @param wait seconds after which the limit lets calls through again */
function refused(
  policyName: RatePolicy,
  { retryAfter, rateLimitNamedBy }: LimitOptions,
  headers: Headers,
  wait: number,
): Admission {
  return {
    refusal: rateLimited(
      policyName,
      retryAfter ? { ...headers, "Retry-After": String(wait) } : headers,
      rateLimitNamedBy,
    ),
  };
}

function secondsToMidnight(local: number): number {
  return Math.ceil((DAY_MS - (local % DAY_MS)) / 1000);
}

function headersOf(window: RollingWindow, now: number): Headers {
  return {
    "X-HubSpot-RateLimit-Max": String(window.max),
    "X-HubSpot-RateLimit-Remaining": String(window.remaining(now)),
    "X-HubSpot-RateLimit-Interval-Milliseconds": String(window.intervalMs),
  };
}

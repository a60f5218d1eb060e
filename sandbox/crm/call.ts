import type { Answer } from "./answer.ts";
import type { Portal } from "./portal.ts";

/** Who calls: what HubSpot reads out of the access token. */
export type Token = {
  readonly scopes: ReadonlySet<string>;
  readonly userId: number;
  readonly appId: number;
};

/** One CRM request after routing, token check and body parsing. `params` are the named parts of the route's template. */
export type Call = {
  readonly portal: Portal;
  readonly token: Token;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON, or undefined when there was no body. */
  readonly body: unknown;
  /** Of the body as sent, in characters. */
  readonly bodyLength: number;
};

export type Handler = (call: Call) => Answer;

/** Which of HubSpot's limits a route counts against. */
export type LimitKind = "general" | "search" | "associations";

export type Route = {
  readonly method: string;
  /** The path as HubSpot's documentation writes it: `/crm/objects/2026-09/{objectType}/batch/read`. */
  readonly template: string;
  /** The scopes needed, all of them; absent means that any valid token will do. */
  readonly scopes?: (call: Call) => readonly string[];
  readonly limit: LimitKind;
  readonly handle: Handler;
};

export type RouteMatch = {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
};

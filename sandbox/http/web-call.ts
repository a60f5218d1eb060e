import { decodeSegment } from "./decode-segment.ts";

/** A request to a page or a control path, body read whole. */
export type WebCall = {
  readonly method: string;
  readonly path: string;
  /** Decoded named parts of the route's template. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly text: string;
};

/** An answer: strings go out as HTML, anything else as JSON. */
export type WebAnswer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type WebRoute = {
  readonly method: string;
  /** `/sandbox/portals/{portalId}` */
  readonly template: string;
  readonly handle: (call: WebCall) => WebAnswer | Promise<WebAnswer>;
};

export type WebMatch = {
  readonly route: WebRoute;
  readonly params: Readonly<Record<string, string>>;
};

/** Finds the route for a path among few; CRM calls have a quicker way of their own. "method" when only the method differs. */
export function matchWebRoute(
  routes: readonly WebRoute[],
  method: string,
  path: string,
): WebMatch | "method" | null {
  let pathKnown = false;
  for (const route of routes) {
    const params = matchTemplate(route.template, path);
    if (!params) continue;
    if (route.method === method) return { route, params };
    pathKnown = true;
  }
  return pathKnown ? "method" : null;
}

/** The named parts of a path, or null when it is not of this template. */
function matchTemplate(
  template: string,
  path: string,
): Readonly<Record<string, string>> | null {
  const wanted = template.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith("{")) {
      if (value === "") return null;
      params[part.slice(1, -1)] = decodeSegment(value);
    } else if (part !== value) return null;
  }
  return params;
}

import type { Request, RequestHandler } from "express";
import type { HttpDependencies } from "./dependencies.ts";

/**
 * Counts requests and their time by the route's pattern: an address itself would make a series of each id, and of each
 * spelling, since routes are found whatever the case of their letters.
 */
export function measureRequests(
  metrics: HttpDependencies["metrics"],
): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    response.once("close", () => {
      const labels = { route: patternOf(request), method: request.method };
      metrics.httpRequests.inc({ ...labels, status: response.statusCode });
      metrics.httpSeconds.observe(labels, (performance.now() - begun) / 1000);
    });
    next();
  };
}

function patternOf(request: Request): string {
  const route: unknown = request.route;
  return typeof route === "object" &&
    route !== null &&
    "path" in route &&
    typeof route.path === "string"
    ? request.baseUrl.toLowerCase() + route.path
    : "none";
}

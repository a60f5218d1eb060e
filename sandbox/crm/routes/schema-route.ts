import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { schemaScopes } from "./scopes.ts";

/** A route for the definitions of the type in its path. Reading needs the scope for reading, anything else the one for writing. */
export function schemaRoute(
  method: string,
  template: string,
  handle: (call: Call) => Answer,
): Route {
  const reads = method === "GET" || template.endsWith("/batch/read");
  return {
    method,
    template,
    scopes: schemaScopes(reads ? "read" : "write"),
    limit: "general",
    handle,
  };
}

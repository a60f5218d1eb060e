import type { Call } from "../call.ts";
import { findObjectType } from "../object-types.ts";

type Scopes = (call: Call) => readonly string[];

/** Reading or writing objects of the type in the path; unknown types need nothing, and are refused by the handler. */
export function objectScopes(
  access: "read" | "write",
  ...parameters: readonly string[]
): Scopes {
  const names = parameters.length === 0 ? ["objectType"] : parameters;
  return ({ params }) =>
    names.flatMap((name) => {
      const type = findObjectType(params[name] ?? "");
      return (access === "read" ? type?.readScopes : type?.writeScopes) ?? [];
    });
}

/** Reading or writing definitions. Whoever may read the objects may read their definitions too. */
export function schemaScopes(access: "read" | "write"): Scopes {
  return ({ params, token }) => {
    const type = findObjectType(params["objectType"] ?? "");
    if (type === undefined) return [];
    if (
      access === "read" &&
      type.readScopes.every((scope) => token.scopes.has(scope))
    )
      return [];
    return [type.schemaScopes[access]];
  };
}

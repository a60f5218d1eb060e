import manifest from "../../../hubspot-project/src/app/app-hsmeta.json" with { type: "json" };
import { descriptorOf, listedTypes } from "../../settings/types/index.ts";

const { requiredScopes: required, optionalScopes: optional } =
  manifest.config.auth;

/** The scopes that the app's manifest names: HubSpot refuses an authorization that asks for others. */
export const requiredScopes: readonly string[] = required;

/** The optional scopes of object types that a portal can switch on. */
const ofTypes: ReadonlySet<string> = new Set(
  listedTypes.flatMap((type) =>
    Object.values(descriptorOf(type).hubspot.scopes),
  ),
);

/**
 * Returns the optional scopes to ask for: those of object types, and those that the address names, separated by blanks,
 * because a feature needs them (BN-108). Names that the manifest doesn't have are ignored.
 */
export function optionalScopesFor(named: unknown): string[] {
  const wanted = typeof named === "string" ? named.split(/\s+/) : [];
  return optional.filter(
    (scope) => ofTypes.has(scope) || wanted.includes(scope),
  );
}

/** Returns the optional scopes of a grant that a connection has to name to keep them. */
const namedScopes = (granted: readonly string[]): string[] =>
  optional.filter((scope) => !ofTypes.has(scope) && granted.includes(scope));

/**
 * Returns the address where an admin connects HubSpot again without losing what was granted.
 * @param more a scope to ask for besides
 */
export function connectAddress(
  publicUrl: string,
  granted: readonly string[],
  more?: string,
): string {
  const address = `${publicUrl}/oauth/install`;
  const named = new Set([
    ...namedScopes(granted),
    ...(more === undefined ? [] : [more]),
  ]);
  return named.size === 0
    ? address
    : `${address}?optional_scope=${[...named].map(encodeURIComponent).join("%20")}`;
}

/** The required scopes that a grant lacks. */
export function missingScopes(granted: readonly string[]): string[] {
  return requiredScopes.filter((scope) => !granted.includes(scope));
}

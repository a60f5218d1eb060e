import manifest from "../../../hubspot-project/src/app/app-hsmeta.json" with { type: "json" };

const { requiredScopes: required, optionalScopes: optional } =
  manifest.config.auth;

/** The scopes that the app's manifest names: HubSpot refuses an authorization that asks for others. */
export const requiredScopes: readonly string[] = required;
export const optionalScopes: readonly string[] = optional;

/** The required scopes that a grant lacks. */
export function missingScopes(granted: readonly string[]): string[] {
  return requiredScopes.filter((scope) => !granted.includes(scope));
}

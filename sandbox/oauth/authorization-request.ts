import type { AppIdentity } from "../app-identity.ts";

/** A checked request of the app to be connected: the query of the authorize page. */
export type AuthorizationRequest = {
  readonly redirectUri: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly state: string | null;
  readonly challenge: {
    readonly value: string;
    readonly method: "S256" | "plain";
  } | null;
};

type Checked =
  { readonly request: AuthorizationRequest } | { readonly problem: string };

/** Checks what the app asks for against its own manifest, as HubSpot does before it shows the consent page. */
export function readAuthorizationRequest(
  parameters: URLSearchParams,
  app: AppIdentity,
): Checked {
  const { auth } = app.project.manifest.config;
  if (parameters.get("client_id") !== app.clientId)
    return { problem: "The client ID is missing or unknown." };
  const redirectUri = parameters.get("redirect_uri") ?? "";
  if (!auth.redirectUrls.includes(redirectUri))
    return {
      problem: `The redirect URL ${redirectUri} is not among those that the app has configured.`,
    };
  const required = words(parameters.get("scope"));
  const optional = words(parameters.get("optional_scope"));
  const missing = auth.requiredScopes.filter(
    (scope) => !required.includes(scope),
  );
  const unknown = [
    ...required.filter((scope) => !knownScopes(auth).includes(scope)),
    ...optional.filter((scope) => !auth.optionalScopes.includes(scope)),
  ];
  if (missing.length > 0 || unknown.length > 0)
    return {
      problem: `The scopes in the install link do not fit the app's configuration. Missing: ${missing.join(", ") || "none"}. Not configured: ${unknown.join(", ") || "none"}.`,
    };
  const challenge = readChallenge(parameters);
  if (challenge === "unknown method")
    return { problem: "The code challenge method must be S256 or plain." };
  return {
    request: {
      redirectUri,
      required,
      optional,
      state: parameters.get("state"),
      challenge,
    },
  };
}

function knownScopes(auth: {
  requiredScopes: string[];
  conditionallyRequiredScopes: string[];
}): readonly string[] {
  return [...auth.requiredScopes, ...auth.conditionallyRequiredScopes];
}

function readChallenge(
  parameters: URLSearchParams,
): AuthorizationRequest["challenge"] | "unknown method" {
  const value = parameters.get("code_challenge");
  if (value === null || value === "") return null;
  const method = parameters.get("code_challenge_method") ?? "plain";
  return method === "S256" || method === "plain"
    ? { value, method }
    : "unknown method";
}

function words(list: string | null): readonly string[] {
  return [...new Set((list ?? "").split(/\s+/).filter((word) => word !== ""))];
}

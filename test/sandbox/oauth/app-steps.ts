import { clientId, clientSecret } from "../fake-app.ts";
import { requiredScopes } from "../world.ts";
import type { Json, World } from "../world.ts";

/** What an app sends along with the browser to the authorize page. */
export function authorizeQuery(
  w: World,
  more: Record<string, string> = {},
): URLSearchParams {
  return new URLSearchParams({
    client_id: clientId,
    redirect_uri: `${w.app.url}/oauth/callback`,
    scope: requiredScopes.join(" "),
    state: "s1",
    ...more,
  });
}

/** Presses "Connect" and answers where the browser is sent. */
export async function consent(
  w: World,
  user: string,
  more: Record<string, string> = {},
): Promise<{ status: number; to: URL | null }> {
  const form = authorizeQuery(w, more);
  for (const scope of requiredScopes) form.append("grant", scope);
  form.set("user", user);
  form.set("decision", more["decision"] ?? "connect");
  const { status, headers } = await w.request("POST", "/oauth/authorize", form);
  const location = headers.get("location");
  return { status, to: location === null ? null : new URL(location) };
}

/** A call of the token endpoint, or of one beside it, with the app's own secret. */
export function token(
  w: World,
  fields: Record<string, string>,
  path = "/oauth/2026-09/token",
): Promise<{ status: number; body: Json }> {
  return w.request(
    "POST",
    path,
    new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      ...fields,
    }),
  );
}

/** The code that the app gets when the portal's first admin presses "Connect". */
export async function code(
  w: World,
  portalId: number,
  more: Record<string, string> = {},
): Promise<string> {
  const { to } = await consent(w, `${portalId}:${portalId * 10 + 1}`, more);
  return to?.searchParams.get("code") ?? "";
}

/** The app exchanges its code for tokens. */
export function exchange(
  w: World,
  value: string,
  more: Record<string, string> = {},
): Promise<{ status: number; body: Json }> {
  return token(w, {
    grant_type: "authorization_code",
    code: value,
    redirect_uri: `${w.app.url}/oauth/callback`,
    ...more,
  });
}

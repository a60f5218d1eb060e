import type { Answer } from "../crm/answer.ts";
import type { Platform } from "../platform.ts";
import { refuseClient } from "./client-check.ts";
import { oauthError } from "./errors.ts";
import { signedAccessToken } from "./signed-access-token.ts";

type Rights = {
  readonly portalId: number;
  readonly userId: number;
  readonly scopes: ReadonlySet<string>;
};

/** `POST /oauth/{version}/token/introspect`. The token is looked for in `token`, `access_token` and `refresh_token`. */
export function introspectToken(
  platform: Platform,
  form: URLSearchParams,
): Answer {
  const refused = refuseClient(form, platform.app);
  if (refused) return refused;
  const value = tokenOf(form);
  if (value === null) return oauthError("BAD_TOKEN");
  const access = platform.grants.accessToken(value);
  if (access && access.expiresAt > Date.now()) {
    const { userId, scopes } = access.token;
    const facts = describe(platform, {
      portalId: access.portalId,
      userId,
      scopes,
    });
    return {
      status: 200,
      body: {
        ...facts,
        token: value,
        token_use: "access_token",
        signed_access_token: signedAccessToken({
          value,
          expiresAt: access.expiresAt,
          portalId: access.portalId,
          userId,
          appId: platform.app.appId,
          scopes,
        }),
        expires_in: secondsLeft(access.expiresAt),
      },
    };
  }
  const refresh = platform.grants.refreshToken(value);
  if (refresh)
    return {
      status: 200,
      body: {
        ...describe(platform, refresh),
        token: value,
        token_use: "refresh_token",
      },
    };
  return { status: 200, body: { active: false } };
}

/** `POST /oauth/{version}/token/revoke`. Access tokens that were given out before keep working until they run out. */
export function revokeToken(platform: Platform, form: URLSearchParams): Answer {
  const refused = refuseClient(form, platform.app);
  if (refused) return refused;
  const value = tokenOf(form);
  if (value === null) return oauthError("BAD_TOKEN");
  if (!platform.grants.revokeRefreshToken(value))
    platform.grants.revokeAccessToken(value);
  return { status: 204 };
}

/** `GET /oauth/v1/access-tokens/{token}`: needs no client secret. */
export function describeAccessToken(platform: Platform, value: string): Answer {
  const access = platform.grants.accessToken(value);
  if (!access || access.expiresAt <= Date.now()) return oauthError("BAD_TOKEN");
  const { userId, scopes } = access.token;
  return {
    status: 200,
    body: {
      ...v1Facts(platform, { portalId: access.portalId, userId, scopes }),
      token: value,
      expires_in: secondsLeft(access.expiresAt),
    },
  };
}

/** `GET /oauth/v1/refresh-tokens/{token}` */
export function describeRefreshToken(
  platform: Platform,
  value: string,
): Answer {
  const refresh = platform.grants.refreshToken(value);
  if (!refresh) return oauthError("BAD_REFRESH_TOKEN");
  return {
    status: 200,
    body: {
      ...v1Facts(platform, refresh),
      token: value,
      client_id: platform.app.clientId,
    },
  };
}

/** `DELETE /oauth/v1/refresh-tokens/{token}` */
export function deleteRefreshToken(platform: Platform, value: string): Answer {
  return platform.grants.revokeRefreshToken(value)
    ? { status: 204 }
    : oauthError("BAD_REFRESH_TOKEN");
}

function tokenOf(form: URLSearchParams): string | null {
  return (
    form.get("token") ?? form.get("access_token") ?? form.get("refresh_token")
  );
}

function secondsLeft(expiresAt: number): number {
  return Math.max(0, Math.floor((expiresAt - Date.now()) / 1000));
}

function describe(
  platform: Platform,
  rights: Rights,
): Readonly<Record<string, unknown>> {
  return {
    active: true,
    ...v1Facts(platform, rights),
    client_id: platform.app.clientId,
    is_private_distribution: false,
  };
}

function v1Facts(
  platform: Platform,
  { portalId, userId, scopes }: Rights,
): Readonly<Record<string, unknown>> {
  const user = platform.registry
    .entry(portalId)
    ?.users.find(({ id }) => id === userId);
  return {
    token_type: "access",
    user: user?.email ?? "",
    hub_domain: `portal-${portalId}.example`,
    scopes: [...scopes],
    hub_id: portalId,
    app_id: platform.app.appId,
    user_id: userId,
  };
}

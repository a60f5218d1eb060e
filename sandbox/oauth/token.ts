import { createHash } from "node:crypto";
import type { Answer } from "../crm/answer.ts";
import type { Platform } from "../platform.ts";
import { refuseClient } from "./client-check.ts";
import { oauthError } from "./errors.ts";
import type { AuthorizationCode, RefreshToken } from "./grants.ts";

/** `POST /oauth/{version}/token`: exchanges a code or a refresh token. The v1 answer names only the tokens. */
export function exchangeToken(
  platform: Platform,
  form: URLSearchParams,
  version: string,
): Answer {
  const refused = refuseClient(form, platform.app);
  if (refused) return refused;
  const grantType = form.get("grant_type");
  if (grantType === "authorization_code")
    return exchangeCode(platform, form, version);
  if (grantType === "refresh_token") return refresh(platform, form, version);
  return oauthError("BAD_GRANT_TYPE");
}

/** The portal that a token call is about, without using anything up; null when the call is about none. */
export function portalOfTokenCall(
  platform: Platform,
  form: URLSearchParams,
): number | null {
  const code = form.get("code");
  if (code !== null) return platform.grants.portalOfCode(code);
  const token =
    form.get("refresh_token") ??
    form.get("token") ??
    form.get("access_token") ??
    "";
  return (
    platform.grants.refreshToken(token)?.portalId ??
    platform.grants.accessToken(token)?.portalId ??
    null
  );
}

function exchangeCode(
  platform: Platform,
  form: URLSearchParams,
  version: string,
): Answer {
  const grant = platform.grants.takeCode(form.get("code") ?? "");
  if (!grant) return oauthError("BAD_AUTH_CODE");
  if (form.get("redirect_uri") !== grant.redirectUri)
    return oauthError("BAD_REDIRECT_URI");
  if (!verifierFits(grant, form.get("code_verifier")))
    return oauthError("BAD_CODE_VERIFIER");
  return tokens(platform, platform.grants.install(grant), version);
}

function refresh(
  platform: Platform,
  form: URLSearchParams,
  version: string,
): Answer {
  const current = platform.grants.refreshToken(form.get("refresh_token") ?? "");
  if (!current) return oauthError("BAD_REFRESH_TOKEN");
  const rotates =
    platform.registry.entry(current.portalId)?.portal.options
      .refreshTokenRotates ?? false;
  return tokens(
    platform,
    rotates ? platform.grants.rotate(current) : current,
    version,
  );
}

function verifierFits(
  grant: AuthorizationCode,
  verifier: string | null,
): boolean {
  if (!grant.challenge) return true;
  if (verifier === null) return false;
  const answer =
    grant.challenge.method === "plain"
      ? verifier
      : createHash("sha256").update(verifier).digest("base64url");
  return answer === grant.challenge.value;
}

function tokens(
  platform: Platform,
  refreshToken: RefreshToken,
  version: string,
): Answer {
  const lifetime =
    platform.registry.entry(refreshToken.portalId)?.accessTokenSeconds ?? 1800;
  const { value } = platform.grants.issueAccessToken(refreshToken, lifetime);
  const pair = {
    token_type: "bearer",
    refresh_token: refreshToken.value,
    access_token: value,
    expires_in: lifetime,
  };
  if (version === "v1") return { status: 200, body: pair };
  return {
    status: 200,
    body: {
      ...pair,
      hub_id: refreshToken.portalId,
      scopes: [...refreshToken.scopes],
      user_id: refreshToken.userId,
      token_use: "access_token",
    },
  };
}

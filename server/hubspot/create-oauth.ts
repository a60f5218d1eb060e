import { paths } from "./api.ts";
import { parseErrorBody } from "./error-body.ts";
import { RefusedError, UnavailableError } from "./errors.ts";
import { asNumber, asRecord, asText, asTexts, parseJson } from "./json.ts";
import type { OAuth, TokenAnswer, TokenInfo } from "./oauth.ts";
import { Secret } from "./secret.ts";
import type { Transport } from "./transport.ts";

export type OAuthConfig = {
  /** Of the page that asks the admin, HubSpot's or the sandbox's. */
  readonly authorizeUrl: string;
  readonly clientId: string;
  /** More than one while rotating: the first is current. */
  readonly clientSecrets: readonly Secret[];
};

const deadlineMs = 10_000;

type FormAnswer = { readonly status: number; readonly text: string };

/** HubSpot's OAuth endpoints. Nothing of a request is ever in its query. */
export function createOAuth(config: OAuthConfig, transport: Transport): OAuth {
  const post = async (
    path: string,
    form: Record<string, string>,
    secret: Secret,
  ): Promise<FormAnswer> => {
    const answer = await transport.send({
      method: "POST",
      path,
      form: {
        ...form,
        client_id: config.clientId,
        client_secret: secret.reveal(),
      },
      deadlineAt: Date.now() + deadlineMs,
    });
    if (answer.kind === "failed") {
      throw new UnavailableError(answer.why, null, answer.cause);
    }
    const { status, text } = answer;
    if (status >= 500 || status === 429 || status === 423 || status === 477) {
      throw new UnavailableError(`status ${status}`, status);
    }
    return { status, text };
  };

  /** With each secret in turn: a secret that was rotated out is refused as such. */
  const ask = async (
    path: string,
    form: Record<string, string>,
  ): Promise<FormAnswer> => {
    let refused: FormAnswer | null = null;
    for (const secret of config.clientSecrets) {
      const answer = await post(path, form, secret);
      if (answer.status < 400) return answer;
      refused = answer;
      if (!namesSecret(answer)) break;
    }
    if (refused === null) throw new TypeError("There is no client secret.");
    return refused;
  };

  const grant = async (form: Record<string, string>): Promise<TokenAnswer> => {
    const { status, text } = await ask(paths.token, form);
    return status < 400 ? readGrant(text) : readRefusal(status, text);
  };

  return {
    authorizeUrl: (query) => {
      const url = new URL(config.authorizeUrl);
      const fields = {
        client_id: config.clientId,
        redirect_uri: query.redirectUri,
        scope: query.scopes.join(" "),
        optional_scope: query.optionalScopes.join(" "),
        state: query.state,
        code_challenge: query.codeChallenge,
        code_challenge_method: "S256",
      };
      // HubSpot's own links write a blank as %20, not as +
      url.search = Object.entries(fields)
        .filter(([, value]) => value !== "")
        .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
        .join("&");
      return url.toString();
    },

    exchangeCode: ({ code, redirectUri, codeVerifier }) =>
      grant({
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      }),

    refresh: (refreshToken) =>
      grant({
        grant_type: "refresh_token",
        refresh_token: refreshToken.reveal(),
      }),

    introspect: async (token, hint) => {
      const asked = { token_type_hint: hint };
      const value = token.reveal();
      const first = await ask(paths.introspect, { ...asked, token: value });
      // the guide names the field after the kind of token, the specification calls it token
      const answer =
        first.status < 400
          ? first
          : await ask(paths.introspect, { ...asked, [hint]: value });
      if (answer.status >= 400) throw refusalOf(answer);
      return readInfo(answer.text);
    },

    revoke: async (refreshToken) => {
      const token = refreshToken.reveal();
      const answer = await ask(paths.revoke, {
        token,
        token_type_hint: "refresh_token",
      });
      if (answer.status >= 400) throw refusalOf(answer);
    },
  };
}

function refusalOf({ status, text }: FormAnswer): RefusedError {
  return new RefusedError(parseErrorBody(status, text, null));
}

function statusOf(text: string): string {
  const body = asRecord(parseJson(text));
  return asText(body?.["status"]) ?? asText(body?.["error"]) ?? "";
}

function namesSecret({ text }: FormAnswer): boolean {
  return /BAD_CLIENT_SECRET|invalid_client/.test(statusOf(text));
}

/** What says that a code or refresh token is dead; any other refusal is our own mistake and ends nothing. */
const dead = new Set([
  "BAD_REFRESH_TOKEN",
  "BAD_AUTH_CODE",
  "BAD_HUB",
  "EXPIRED_AUTH_CODE",
  "INVALID_GRANT",
  "ACCESS_DENIED",
]);

function readRefusal(status: number, text: string): TokenAnswer {
  const body = asRecord(parseJson(text));
  const named = [asText(body?.["status"]), asText(body?.["error"])]
    .filter((name) => name !== null)
    .find((name) => dead.has(name.toUpperCase()));
  if (named === undefined) throw refusalOf({ status, text });
  const reason = asText(body?.["error_description"]) ?? "";
  return { ok: false, status: named, reason };
}

function readGrant(text: string): TokenAnswer {
  const body = asRecord(parseJson(text));
  const access = asText(body?.["access_token"]);
  const refresh = asText(body?.["refresh_token"]);
  const seconds = asNumber(body?.["expires_in"]);
  if (access === null || refresh === null || seconds === null) {
    throw new UnavailableError("an answer without tokens", 200);
  }
  const scopes = body?.["scopes"] ?? body?.["scope"];
  return {
    ok: true,
    grant: {
      accessToken: new Secret(access),
      refreshToken: new Secret(refresh),
      expiresAt: new Date(Date.now() + seconds * 1_000),
      portalId: asNumber(body?.["hub_id"]),
      userId: asNumber(body?.["user_id"]),
      scopes: scopes === undefined ? null : readScopes(scopes),
    },
  };
}

function readScopes(value: unknown): readonly string[] {
  return asTexts(value).flatMap((scope) => scope.split(" "));
}

function readInfo(text: string): TokenInfo {
  const body = asRecord(parseJson(text));
  return {
    active: body?.["active"] === true,
    portalId: asNumber(body?.["hub_id"]),
    userId: asNumber(body?.["user_id"]),
    userEmail: asText(body?.["user"]) ?? "",
    accountDomain: asText(body?.["hub_domain"]) ?? "",
    appId: asNumber(body?.["app_id"]),
    scopes: readScopes(body?.["scopes"] ?? []),
  };
}

import type { Answer } from "../crm/answer.ts";
import type { Platform } from "../platform.ts";
import {
  deleteRefreshToken,
  describeAccessToken,
  describeRefreshToken,
  introspectToken,
  revokeToken,
} from "./introspect.ts";
import { exchangeToken, portalOfTokenCall } from "./token.ts";

/** A token call: it carries the app's secret, or a token in its path, instead of an access token in a header. */
export type OAuthApiRoute = {
  readonly method: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly handle: (
    platform: Platform,
    form: URLSearchParams,
    match: readonly string[],
  ) => Answer;
  readonly portalOf: (
    platform: Platform,
    form: URLSearchParams,
    match: readonly string[],
  ) => number | null;
};

const VERSION = String.raw`(v1|v3|\d{4}-\d{2})`;

const byForm = (platform: Platform, form: URLSearchParams): number | null =>
  portalOfTokenCall(platform, form);
const byPath = (
  platform: Platform,
  _form: URLSearchParams,
  match: readonly string[],
): number | null =>
  portalOfTokenCall(platform, new URLSearchParams({ token: match[1] ?? "" }));

/** All token calls, on v1, v3 and dated paths. */
export const oauthApiRoutes: readonly OAuthApiRoute[] = [
  {
    method: "POST",
    template: "/oauth/{version}/token",
    pattern: new RegExp(`^/oauth/${VERSION}/token$`),
    handle: (platform, form, [, version = ""]) =>
      exchangeToken(platform, form, version),
    portalOf: byForm,
  },
  {
    method: "POST",
    template: "/oauth/{version}/token/introspect",
    pattern: new RegExp(`^/oauth/${VERSION}/token/introspect$`),
    handle: (platform, form) => introspectToken(platform, form),
    portalOf: byForm,
  },
  {
    method: "POST",
    template: "/oauth/{version}/token/revoke",
    pattern: new RegExp(`^/oauth/${VERSION}/token/revoke$`),
    handle: (platform, form) => revokeToken(platform, form),
    portalOf: byForm,
  },
  {
    method: "GET",
    template: "/oauth/v1/access-tokens/{token}",
    pattern: /^\/oauth\/v1\/access-tokens\/([^/]+)$/,
    handle: (platform, _form, [, token = ""]) =>
      describeAccessToken(platform, token),
    portalOf: byPath,
  },
  {
    method: "GET",
    template: "/oauth/v1/refresh-tokens/{token}",
    pattern: /^\/oauth\/v1\/refresh-tokens\/([^/]+)$/,
    handle: (platform, _form, [, token = ""]) =>
      describeRefreshToken(platform, token),
    portalOf: byPath,
  },
  {
    method: "DELETE",
    template: "/oauth/v1/refresh-tokens/{token}",
    pattern: /^\/oauth\/v1\/refresh-tokens\/([^/]+)$/,
    handle: (platform, _form, [, token = ""]) =>
      deleteRefreshToken(platform, token),
    portalOf: byPath,
  },
];

import type { PortalId } from "../settings/object-type.ts";
import type { Secret } from "./secret.ts";

/** What HubSpot answers to a code or a refresh token. */
export type TokenGrant = {
  readonly accessToken: Secret;
  /** The same one or a new one: store whatever comes back. */
  readonly refreshToken: Secret;
  readonly expiresAt: Date;
  /** Null where the answer does not say; introspect does. */
  readonly portalId: PortalId | null;
  readonly userId: number | null;
  readonly scopes: readonly string[] | null;
};

export type TokenInfo = {
  readonly active: boolean;
  readonly portalId: PortalId | null;
  readonly userId: number | null;
  /** The email of the user who installed; empty where HubSpot does not say. */
  readonly userEmail: string;
  /** The account's domain, by which people know it; empty if HubSpot does not give one. */
  readonly accountDomain: string;
  readonly appId: number | null;
  readonly scopes: readonly string[];
};

/** How a code or refresh token can be answered, as data: a dead token is no exception to its caller. */
export type TokenAnswer =
  | { readonly ok: true; readonly grant: TokenGrant }
  | { readonly ok: false; readonly status: string; readonly reason: string };

export type OAuth = {
  /** Where to send the admin's browser. PKCE: `codeChallenge` is S256 of the verifier. */
  authorizeUrl(query: {
    redirectUri: string;
    scopes: readonly string[];
    optionalScopes: readonly string[];
    state: string;
    codeChallenge: string;
  }): string;
  exchangeCode(input: {
    code: string;
    redirectUri: string;
    codeVerifier: string;
  }): Promise<TokenAnswer>;
  refresh(refreshToken: Secret): Promise<TokenAnswer>;
  introspect(
    token: Secret,
    hint: "access_token" | "refresh_token",
  ): Promise<TokenInfo>;
  revoke(refreshToken: Secret): Promise<void>;
};

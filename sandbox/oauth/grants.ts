import { randomBytes } from "node:crypto";
import type { Token } from "../crm/call.ts";

export type AccessToken = {
  readonly value: string;
  readonly portalId: number;
  /** What CRM handlers are told. */
  readonly token: Token;
  /** Milliseconds since 1970. */
  expiresAt: number;
  readonly refreshToken: string;
};

export type RefreshToken = {
  readonly value: string;
  readonly portalId: number;
  readonly userId: number;
  readonly scopes: ReadonlySet<string>;
};

export type AuthorizationCode = {
  readonly portalId: number;
  readonly userId: number;
  readonly scopes: ReadonlySet<string>;
  readonly redirectUri: string;
  readonly challenge: {
    readonly value: string;
    readonly method: "S256" | "plain";
  } | null;
  readonly expiresAt: number;
};

/** The app in one portal, from HubSpot's side. Webhooks are sent as long as it is installed. */
export type AppInstall = {
  readonly portalId: number;
  readonly userId: number;
  readonly scopes: ReadonlySet<string>;
  readonly installedAt: number;
};

const CODE_LIFETIME_MS = 5 * 60_000;

/** Codes, tokens and installs of the one app, for all portals. */
export class Grants {
  readonly #appId: number;
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #installs = new Map<number, AppInstall>();

  constructor(appId: number) {
    this.#appId = appId;
  }

  /** Makes a code that can be exchanged once, within five minutes. */
  issueCode(grant: Omit<AuthorizationCode, "expiresAt">): string {
    const now = Date.now();
    for (const [old, { expiresAt }] of this.#codes)
      if (expiresAt <= now) this.#codes.delete(old);
    const code = `na1-${randomBytes(24).toString("base64url")}`;
    this.#codes.set(code, {
      ...grant,
      expiresAt: now + CODE_LIFETIME_MS,
    });
    return code;
  }

  /** Hands a code out once; null when unknown, used before or too old. */
  takeCode(code: string): AuthorizationCode | null {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    return grant && grant.expiresAt > Date.now() ? grant : null;
  }

  /** The portal a code was issued for, without using it up. */
  portalOfCode(code: string): number | null {
    return this.#codes.get(code)?.portalId ?? null;
  }

  /** The user of a code has let the app in: it is installed from now on, with these scopes. Answers its refresh token. */
  install(grant: AuthorizationCode): RefreshToken {
    const { portalId, userId, scopes } = grant;
    this.#installs.set(portalId, {
      portalId,
      userId,
      scopes,
      installedAt: Date.now(),
    });
    return this.#issueRefreshToken({ portalId, userId, scopes });
  }

  /** A new refresh token with an old one's rights, for portals in which refreshing rotates it. The old one ends. */
  rotate(refreshToken: RefreshToken): RefreshToken {
    this.#refresh.delete(refreshToken.value);
    const { portalId, userId, scopes } = refreshToken;
    return this.#issueRefreshToken({ portalId, userId, scopes });
  }

  /** A new access token with a refresh token's rights. */
  issueAccessToken(
    refreshToken: RefreshToken,
    lifetimeSeconds: number,
  ): AccessToken {
    const value = randomBytes(96).toString("base64url");
    const accessToken: AccessToken = {
      value,
      portalId: refreshToken.portalId,
      token: {
        scopes: refreshToken.scopes,
        userId: refreshToken.userId,
        appId: this.#appId,
      },
      expiresAt: Date.now() + lifetimeSeconds * 1000,
      refreshToken: refreshToken.value,
    };
    this.#forgetOldTokens(refreshToken.portalId);
    this.#access.set(value, accessToken);
    return accessToken;
  }

  /** Null when unknown or revoked; one that has run out is still told apart for an hour. */
  accessToken(value: string): AccessToken | null {
    return this.#access.get(value) ?? null;
  }

  refreshToken(value: string): RefreshToken | null {
    return this.#refresh.get(value) ?? null;
  }

  installOf(portalId: number): AppInstall | null {
    return this.#installs.get(portalId) ?? null;
  }

  installs(): readonly AppInstall[] {
    return [...this.#installs.values()];
  }

  /** Access tokens that a revoked refresh token gave out keep working until they run out. */
  revokeRefreshToken(value: string): boolean {
    return this.#refresh.delete(value);
  }

  revokeAccessToken(value: string): boolean {
    return this.#access.delete(value);
  }

  /** Lets every access token of a portal run out now. Answers how many. */
  expireAccessTokens(portalId: number): number {
    const now = Date.now();
    const live = [...this.#access.values()].filter(
      (token) => token.portalId === portalId && token.expiresAt > now,
    );
    for (const token of live) token.expiresAt = now;
    return live.length;
  }

  /** Makes every refresh token of a portal invalid. Answers how many. */
  revokeRefreshTokens(portalId: number): number {
    const dead = [...this.#refresh.values()].filter(
      (token) => token.portalId === portalId,
    );
    for (const token of dead) this.#refresh.delete(token.value);
    return dead.length;
  }

  /** Removes the app from a portal: refresh tokens die, access tokens too if `killAccessTokens`. */
  uninstall(portalId: number, killAccessTokens: boolean): boolean {
    this.revokeRefreshTokens(portalId);
    if (killAccessTokens)
      for (const token of this.#access.values())
        if (token.portalId === portalId) this.#access.delete(token.value);
    return this.#installs.delete(portalId);
  }

  #forgetOldTokens(portalId: number): void {
    const before = Date.now() - 3_600_000;
    for (const token of this.#access.values())
      if (token.portalId === portalId && token.expiresAt < before)
        this.#access.delete(token.value);
  }

  #issueRefreshToken(rights: Omit<RefreshToken, "value">): RefreshToken {
    const refreshToken = {
      ...rights,
      value: `na1-${randomBytes(24).toString("base64url")}`,
    };
    this.#refresh.set(refreshToken.value, refreshToken);
    return refreshToken;
  }
}

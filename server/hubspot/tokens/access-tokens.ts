import { setTimeout as pause } from "node:timers/promises";
import type { PortalId } from "../../settings/object-type.ts";
import { DisconnectedError } from "../errors.ts";
import { unseal } from "../seal.ts";
import { refreshClaimed } from "./refresh-claimed.ts";
import {
  renewBeforeMs,
  type AccessToken,
  type TokenParts,
} from "./token-parts.ts";
import type { TokenRow } from "./token-rows.ts";

/** Access tokens by portal, refreshed by the clock, once for all processes. */
export type AccessTokens = {
  /** Throws DisconnectedError, or UnavailableError when there is none and HubSpot cannot be asked. */
  current(portalId: PortalId): Promise<AccessToken>;
  /** After a 401: another token than the refused one. */
  renew(portalId: PortalId, refused: AccessToken): Promise<AccessToken>;
  forget(portalId: PortalId): void;
};

/** After this long the row is looked at again: another process may have disconnected the installation. */
const lookAgainMs = 30_000;
/** Longer than the refresh call's own deadline. */
const claimMs = 20_000;
const pollMs = 50;

export function createAccessTokens(parts: TokenParts): AccessTokens {
  const { rows, keys } = parts;
  const cache = new Map<
    PortalId,
    { token: AccessToken; lookAgainAt: number }
  >();
  const loading = new Map<PortalId, Promise<AccessToken>>();

  /** A token from the row, or from HubSpot; not of the refused generation. */
  const load = async (
    portalId: PortalId,
    refused: number | null,
  ): Promise<AccessToken> => {
    for (;;) {
      const row = await rows.read(portalId);
      const refreshToken = unseal(keys, portalId, connected(portalId, row));
      if (row === null) continue;
      const msLeft = row.accessMsLeft ?? 0;
      if (row.accessToken === null && msLeft > 0) {
        // another process refreshes it
        await pause(Math.min(pollMs, msLeft));
        continue;
      }
      if (
        row.accessToken !== null &&
        row.generation !== refused &&
        msLeft > renewBeforeMs
      ) {
        return {
          token: unseal(keys, portalId, row.accessToken),
          generation: row.generation,
          renewAt: Date.now() + msLeft - renewBeforeMs,
        };
      }
      if (!(await rows.claim(portalId, row.generation, claimMs))) continue;
      const spare = row.generation === refused ? null : spareOf(row);
      const renewed = await refreshClaimed(parts, {
        portalId,
        generation: row.generation + 1,
        refreshToken,
        spare,
      });
      if (renewed !== null) return renewed;
    }
  };

  const once = (
    portalId: PortalId,
    refused: number | null,
  ): Promise<AccessToken> => {
    const present = loading.get(portalId);
    if (present !== undefined) return present;
    const started = load(portalId, refused)
      .then((token) => {
        cache.set(portalId, { token, lookAgainAt: Date.now() + lookAgainMs });
        return token;
      })
      .finally(() => loading.delete(portalId));
    loading.set(portalId, started);
    return started;
  };

  return {
    current: async (portalId) => {
      const cached = cache.get(portalId);
      const now = Date.now();
      const serves =
        cached !== undefined &&
        now < cached.lookAgainAt &&
        now < cached.token.renewAt;
      return serves ? cached.token : once(portalId, null);
    },

    renew: async (portalId, refused) => {
      const cached = cache.get(portalId);
      if (cached && cached.token.generation !== refused.generation) {
        return cached.token;
      }
      cache.delete(portalId);
      const token = await once(portalId, refused.generation);
      // a load that had begun before the refusal may have found the refused token once more
      return token.generation === refused.generation
        ? once(portalId, refused.generation)
        : token;
    },

    forget: (portalId) => {
      cache.delete(portalId);
    },
  };
}

/** The sealed refresh token of an installation that may call. */
function connected(portalId: PortalId, row: TokenRow | null): string {
  if (row === null) throw new DisconnectedError(portalId, "not installed");
  if (row.state === "disconnected" || row.state === "uninstalled") {
    throw new DisconnectedError(portalId, row.state);
  }
  if (row.isCopy)
    throw new DisconnectedError(
      portalId,
      "the database is a restored copy and sync is paused",
    );
  if (row.refreshToken === null) {
    throw new DisconnectedError(portalId, "there is no refresh token");
  }
  return row.refreshToken;
}

/** The sealed access token that still serves if HubSpot cannot be asked for another. */
function spareOf(
  row: TokenRow,
): { accessToken: string; msLeft: number } | null {
  const msLeft = row.accessMsLeft ?? 0;
  return row.accessToken !== null && msLeft > 0
    ? { accessToken: row.accessToken, msLeft }
    : null;
}

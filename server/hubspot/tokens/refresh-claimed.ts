import type { PortalId } from "../../settings/object-type.ts";
import { DisconnectedError, UnavailableError } from "../errors.ts";
import { seal, unseal } from "../seal.ts";
import type { Secret } from "../secret.ts";
import {
  renewBeforeMs,
  type AccessToken,
  type TokenParts,
} from "./token-parts.ts";

type Claim = {
  readonly portalId: PortalId;
  /** The generation that the claim made. */
  readonly generation: number;
  readonly refreshToken: Secret;
  /** The access token that was there, sealed, while it lasts. */
  readonly spare: {
    readonly accessToken: string;
    readonly msLeft: number;
  } | null;
};

/** How long an old token serves before HubSpot is asked again. */
const againMs = 15_000;

/**
 * Asks HubSpot for tokens as the holder of the claim, and stores them. Null when the row has moved on meanwhile: a
 * new install, whose tokens are then the ones to use. Throws DisconnectedError when the refresh token is dead.
 */
export async function refreshClaimed(
  parts: TokenParts,
  claim: Claim,
): Promise<AccessToken | null> {
  const { rows, keys, log, oauth } = parts;
  const { portalId, generation } = claim;
  let answer;
  try {
    answer = await oauth.refresh(claim.refreshToken);
  } catch (error) {
    const released = await rows.release(portalId, generation, claim.spare);
    if (!released) return null;
    if (claim.spare === null || !(error instanceof UnavailableError)) {
      throw error;
    }
    const { accessToken, msLeft } = claim.spare;
    return {
      token: unseal(keys, portalId, accessToken),
      generation: generation + 1,
      renewAt: Date.now() + Math.min(msLeft, againMs),
    };
  }
  if (!answer.ok) {
    const reason = `HubSpot rejected the refresh token (${answer.status}).`;
    if (!(await rows.disconnect(portalId, generation, reason))) return null;
    log.warn({ portalId, status: answer.status }, "a portal was disconnected");
    throw new DisconnectedError(portalId, reason);
  }
  const { accessToken, refreshToken, expiresAt } = answer.grant;
  const msLeft = expiresAt.getTime() - Date.now();
  const stored = await rows.store(portalId, generation, {
    accessToken: seal(keys, portalId, accessToken),
    refreshToken: seal(keys, portalId, refreshToken),
    msLeft,
  });
  log.debug({ portalId, stored }, "an access token was refreshed");
  if (!stored) return null;
  return {
    token: accessToken,
    generation: generation + 1,
    // a token that lives shorter than the usual margin is used for half its life
    renewAt: Date.now() + Math.max(msLeft - renewBeforeMs, msLeft / 2),
  };
}

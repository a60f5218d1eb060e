import type { Log } from "../../log.ts";
import type { OAuth } from "../oauth.ts";
import type { SealKey } from "../seal.ts";
import type { Secret } from "../secret.ts";
import type { TokenRows } from "./token-rows.ts";

/** A token that may be sent. */
export type AccessToken = {
  readonly token: Secret;
  /** Which write of the installation row it came from. */
  readonly generation: number;
  /** Epoch ms: from then on another one is wanted. */
  readonly renewAt: number;
};

/** What the tokens of all portals are made with. */
export type TokenParts = {
  readonly rows: TokenRows;
  readonly oauth: OAuth;
  readonly keys: readonly SealKey[];
  readonly log: Log;
};

/** A token is renewed this long before it ends, so that a call in flight does not outlive it. */
export const renewBeforeMs = 2 * 60_000;

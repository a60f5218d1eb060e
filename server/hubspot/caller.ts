import { setTimeout as pause } from "node:timers/promises";
import { CancelledError, UnavailableError } from "./errors.ts";
import {
  requestOnce,
  type ApiCall,
  type Done,
  type RequestParts,
} from "./request-once.ts";
import { retryDelay, type Timing } from "./timing.ts";
import type { AccessTokens } from "./tokens/access-tokens.ts";

/** Makes a call for one portal, until it is done or an error ends it. Throws the classes of errors.ts. */
export type Caller = (call: ApiCall, timing: Timing) => Promise<Done>;

/**
 * With a token, which a 401 renews once; with short waits sat out; with reads repeated twice when HubSpot is not
 * there. A write is repeated only when its refusal, or a connection never made, says that nothing was done.
 */
export function createCaller(
  parts: RequestParts & { readonly tokens: AccessTokens },
): Caller {
  const { portalId, tokens } = parts;
  return async (call, timing) => {
    let token = await tokens.current(portalId);
    let renewed = false;
    for (let repeats = 0; ;) {
      const outcome = await requestOnce(parts, call, token.token, timing);
      if (outcome.kind === "done") return outcome;
      const { error } = outcome;
      if (outcome.kind === "unauthorized" && !renewed) {
        renewed = true;
        token = await tokens.renew(portalId, token);
        continue;
      }
      const ms = retryDelay(error, timing, repeats);
      if (ms === null) throw error;
      if (error instanceof UnavailableError) repeats++;
      await waitFor(ms, timing.signal);
    }
  };
}

async function waitFor(
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await pause(ms, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new CancelledError(cause);
  }
}

import type { KeyObject } from "node:crypto";
import { randomBytes } from "node:crypto";
import { deriveKey } from "../derive-key.ts";
import { digest, equal, sign, STATE_LIFETIME_MS } from "./state.ts";

/** What a valid ticket allows; its nonce is used once, like a state's. */
export type NewKeyTicket = { portalId: number; nonce: string; expiresAt: Date };

/**
 * Signs and checks tickets for a new API key. The page after a connection carries one, because HubSpot has just
 * confirmed who the admin is. It is bound to the portal and to the browser that connected it.
 */
export class NewKeyTickets {
  readonly #keys: readonly Buffer[];

  /** The first root key signs; the others are still accepted while keys are being rotated. */
  constructor(rootKeys: readonly KeyObject[]) {
    this.#keys = rootKeys.map((root) => deriveKey(root, "oauth-new-key"));
  }

  /** Returns a ticket for the browser that has the cookie value `browser`. */
  issue(portalId: number, browser: string, now: number): string {
    const [key] = this.#keys;
    if (!key) throw new Error("A root key is needed to sign tickets.");
    const nonce = randomBytes(16).toString("base64url");
    const payload = `${nonce}.${portalId}.${now + STATE_LIFETIME_MS}.${digest(browser)}`;
    return `${payload}.${sign(key, payload)}`;
  }

  /** Returns what the ticket allows, or null if it is not ours, too old, or another browser's. */
  check(ticket: string, browser: string, now: number): NewKeyTicket | null {
    const [nonce, portalId, expires, browserHash, signature, ...more] =
      ticket.split(".");
    if (!nonce || !portalId || !expires || !browserHash || !signature)
      return null;
    const payload = `${nonce}.${portalId}.${expires}.${browserHash}`;
    const isOurs =
      more.length === 0 &&
      this.#keys.some((key) => equal(sign(key, payload), signature));
    if (!isOurs || Number(expires) < now || browser === "") return null;
    if (!equal(digest(browser), browserHash)) return null;
    return {
      portalId: Number(portalId),
      nonce,
      expiresAt: new Date(Number(expires)),
    };
  }
}

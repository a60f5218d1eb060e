import type { KeyObject } from "node:crypto";
import {
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { deriveKey } from "../derive-key.ts";

/** How long a consent may take, in milliseconds. */
export const STATE_LIFETIME_MS = 15 * 60_000;

export type StateVerdict =
  /** `about`: what the consent is for, as it was issued; "": to connect the account. */
  | { ok: true; nonce: string; expiresAt: Date; about: string }
  | { ok: false; reason: "foreign" | "expired" | "other-browser" };

/** Signs and checks OAuth states: ours, recent, and begun in this very browser. Their single use is checked apart. */
export class StateSigner {
  readonly #keys: readonly Buffer[];
  readonly #verifierKeys: readonly Buffer[];

  /** The first root key signs; the others are still accepted while keys are being rotated. */
  constructor(rootKeys: readonly KeyObject[]) {
    this.#keys = rootKeys.map((root) => deriveKey(root, "oauth-state"));
    this.#verifierKeys = rootKeys.map((root) => deriveKey(root, "oauth-pkce"));
  }

  /**
   * A new state for the browser that holds the cookie value `browser`.
   * @param about what the consent is for, without a dot
   */
  issue(
    browser: string,
    now: number,
    about = "",
  ): { state: string; codeChallenge: string } {
    const [key] = this.#keys;
    if (!key) throw new Error("A root key is needed to sign states.");
    const nonce = randomBytes(16).toString("base64url");
    const payload = [
      nonce,
      now + STATE_LIFETIME_MS,
      digest(browser),
      ...(about === "" ? [] : [about]),
    ].join(".");
    const codeChallenge = digest(this.codeVerifiers(nonce)[0] ?? "");
    return { state: `${payload}.${sign(key, payload)}`, codeChallenge };
  }

  check(state: string, browser: string, now: number): StateVerdict {
    const parts = state.split(".");
    const signature = parts.pop();
    const [nonce, expires, browserHash, about = "", ...more] = parts;
    if (!nonce || !expires || !browserHash || !signature || more.length > 0)
      return { ok: false, reason: "foreign" };
    const payload = parts.join(".");
    if (!this.#keys.some((key) => equal(sign(key, payload), signature)))
      return { ok: false, reason: "foreign" };
    if (Number(expires) < now) return { ok: false, reason: "expired" };
    if (!equal(digest(browser), browserHash))
      return { ok: false, reason: "other-browser" };
    return { ok: true, nonce, expiresAt: new Date(Number(expires)), about };
  }

  /** The PKCE verifier of a state, derived from its nonce so that it need not be stored: one for each root key. */
  codeVerifiers(nonce: string): string[] {
    return this.#verifierKeys.map((key) => sign(key, nonce));
  }

  /** The key that signed the state also derived its verifier. */
  codeVerifier(state: string): string {
    const end = state.lastIndexOf(".");
    const payload = state.slice(0, end);
    const index = this.#keys.findIndex((key) =>
      equal(sign(key, payload), state.slice(end + 1)),
    );
    return this.codeVerifiers(payload.split(".")[0] ?? "")[index] ?? "";
  }
}

/** HMAC-SHA256 of a text. */
export function sign(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

/** SHA-256 of a text. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Compares in constant time. */
export function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

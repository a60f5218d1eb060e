import type { KeyObject } from "node:crypto";
import { deriveKey } from "../derive-key.ts";
import { equal, sign } from "./state.ts";

/** How long an address for linking is valid: as long as a message with it may wait to be read. */
const LIFETIME_MS = 24 * 3_600_000;

/** The user of a portal who may say which HubSpot user that is. */
export type LinkSubject = { portalId: number; userId: string };

/** Signs and checks the addresses that the product asks for, at which its users say who they are in HubSpot. */
export class LinkTickets {
  readonly #keys: readonly Buffer[];

  /** The first root key signs; the others are still accepted while keys are being rotated. */
  constructor(rootKeys: readonly KeyObject[]) {
    this.#keys = rootKeys.map((root) => deriveKey(root, "oauth-link"));
  }

  /** Returns a ticket for a user, and when it ends. */
  issue(
    { portalId, userId }: LinkSubject,
    now: number,
  ): { ticket: string; expiresAt: Date } {
    const [key] = this.#keys;
    if (!key) throw new Error("A root key is needed to sign tickets.");
    const expiresAt = now + LIFETIME_MS;
    const payload = `${portalId}.${userId}.${expiresAt}`;
    return {
      ticket: `${payload}.${sign(key, payload)}`,
      expiresAt: new Date(expiresAt),
    };
  }

  /** Returns for whom a ticket is, or null if it is not ours or too old. */
  check(ticket: string, now: number): LinkSubject | null {
    const [portalId, userId, expires, signature, ...more] = ticket.split(".");
    if (!portalId || !userId || !expires || !signature || more.length > 0)
      return null;
    const payload = `${portalId}.${userId}.${expires}`;
    const isOurs = this.#keys.some((key) =>
      equal(sign(key, payload), signature),
    );
    return isOurs && Number(expires) >= now
      ? { portalId: Number(portalId), userId }
      : null;
  }
}

/** Returns a subject as a state is about it. */
export const aboutLink = ({ portalId, userId }: LinkSubject): string =>
  `${portalId}:${userId}`;

/** Reads what aboutLink() wrote, in a state that we have signed. */
export function subjectOf(about: string): LinkSubject {
  const [portalId = "", userId = ""] = about.split(":");
  return { portalId: Number(portalId), userId };
}

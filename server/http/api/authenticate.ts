import type { Request, Response } from "express";
import {
  hashOf,
  mayBeApiKey,
  portalOfKey,
  portalsOfKeys,
} from "../../database/api-key.ts";
import type { Database } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { AddressLimit } from "../limit-rate.ts";
import { Problem } from "../problem.ts";
import { runMiddleware } from "../run-middleware.ts";

/** How often the list of valid keys is read again while addresses with unknown keys are over their limit, in ms. */
const GUESSES_FRESH_MS = 5_000;

/** The most keys that are remembered; far more than there are valid ones, but replaced keys stay until they are used. */
const MOST_GUESSES = 100_000;

export type Asker = { portalId: PortalId; apiKey: string };

/**
 * Finds the portal of a request's API key. Refused requests count against their address. An address over its limit gets
 * a 429 without a question to the database, unless its key seems valid: so nobody's key stops working because others
 * send wrong ones from the same address, as they do behind a proxy that TRUST_PROXY doesn't name.
 */
export class Authentication {
  readonly #database: Database;
  readonly #limitRefused: AddressLimit;
  /** Portals of keys that were valid lately, by hash. A guess: each request is still checked against the database. */
  #guesses = new Map<string, PortalId>();
  #guessesReadAt = -Infinity;
  #reading: Promise<void> | null = null;

  constructor(database: Database, limitRefused: AddressLimit) {
    this.#database = database;
    this.#limitRefused = limitRefused;
  }

  /** Remembers a new key, so that it is looked up whatever its address has sent before. */
  expect(apiKey: string, portalId: PortalId): void {
    if (this.#guesses.size >= MOST_GUESSES) this.#guesses.clear();
    this.#guesses.set(hashText(apiKey), portalId);
  }

  /** Returns the portal that a request is probably for, from memory; null if its key is not known yet. */
  guess(request: Request): PortalId | null {
    const key = keyOf(request);
    return key === null ? null : (this.#guesses.get(hashText(key)) ?? null);
  }

  /** Returns whose key a request has. Throws a 401, or a 429 for an address that has sent too many wrong keys. */
  async check(request: Request, response: Response): Promise<Asker> {
    const apiKey = keyOf(request);
    if (apiKey === null || !mayBeApiKey(apiKey))
      return this.#refuse(apiKey, request, response);
    const hash = hashText(apiKey);
    if (!(await this.#seemsValid(hash, request)))
      await runMiddleware(this.#limitRefused, request, response);
    const portalId = await portalOfKey(this.#database, apiKey);
    if (portalId === null) {
      this.#guesses.delete(hash);
      return this.#refuse(apiKey, request, response);
    }
    this.expect(apiKey, portalId);
    return { portalId, apiKey };
  }

  /** False only for a key that nobody seems to have, of an address that is over its limit. */
  async #seemsValid(hash: string, request: Request): Promise<boolean> {
    if (this.#guesses.has(hash)) return true;
    if (!(await this.#limitRefused.isSpent(request))) return true;
    if (performance.now() - this.#guessesReadAt > GUESSES_FRESH_MS)
      await (this.#reading ??= this.#readGuesses());
    return this.#guesses.has(hash);
  }

  async #readGuesses(): Promise<void> {
    try {
      this.#guesses = await portalsOfKeys(this.#database);
    } finally {
      this.#guessesReadAt = performance.now();
      this.#reading = null;
    }
  }

  async #refuse(
    apiKey: string | null,
    request: Request,
    response: Response,
  ): Promise<never> {
    await runMiddleware(this.#limitRefused, request, response);
    throw new Problem(
      401,
      apiKey === null ? "key_missing" : "key_unknown",
      apiKey === null
        ? "Send the API key as Authorization: Bearer …"
        : "This API key isn't valid. A newer key may have replaced it.",
      {},
      { "WWW-Authenticate": 'Bearer realm="counterpart"' },
    );
  }
}

function keyOf(request: Request): string | null {
  const [, key] =
    /^Bearer +(\S+)$/i.exec(request.get("Authorization") ?? "") ?? [];
  return key ?? null;
}

const hashText = (key: string): string => hashOf(key).toString("base64");

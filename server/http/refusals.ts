import type { Request } from "express";
import type { Database } from "../database/database.ts";
import { noteRefusedSignature } from "../database/refused-signatures.ts";
import type { Log } from "../log.ts";
import { LogOnce } from "../log-once.ts";
import type { Metrics } from "../metrics.ts";
import { originsOf, signedOrigin } from "./explain-refusal.ts";
import type { SignedRequest } from "./verify-signature.ts";

/** A search through the possible origins costs some hashes of the body: not for each request of a storm. */
const SEARCH_EVERY_MS = 1_000;

const remedies: Readonly<Record<string, string>> = {
  stale:
    "the request's time is over five minutes off this machine's clock: check the clock",
  wrong_address:
    "HubSpot signed the request for another address: set PUBLIC_URL to signedFor, or correct the app's settings in HubSpot",
  bad: "if HubSpot sent it, check that HUBSPOT_CLIENT_SECRET is the app's, and that no proxy changes addresses or bodies; otherwise someone else sent it",
};

/**
 * Makes refused signatures visible: counted by reason, one log line per reason and minute with what to do, and noted for
 * the warnings of GET /api/v1/installation. A request without a signature is only counted: anyone can send one.
 */
export class Refusals {
  readonly #database: Database;
  readonly #log: Log;
  readonly #metrics: Pick<Metrics, "signaturesRefused">;
  readonly #lines = new LogOnce();
  readonly #notes = new LogOnce();
  /** Where HubSpot was last seen to send to instead of PUBLIC_URL. */
  #otherOrigin: string | null = null;
  #searchedAt = 0;

  constructor(parts: {
    database: Database;
    log: Log;
    metrics: Pick<Metrics, "signaturesRefused">;
  }) {
    this.#database = parts.database;
    this.#log = parts.log;
    this.#metrics = parts.metrics;
  }

  /** `secrets` are those that the signature was checked with. */
  report(
    refused: string,
    request: Request,
    signed: SignedRequest,
    secrets: readonly string[],
  ): void {
    const signedFor =
      refused === "bad" ? this.#search(request, signed, secrets) : null;
    const reason = signedFor === null ? refused : "wrong_address";
    this.#metrics.signaturesRefused.inc({ reason });
    const remedy = remedies[reason];
    if (remedy === undefined) return;
    this.#lines.write(reason, (more) =>
      this.#log.warn(
        {
          reason,
          path: request.baseUrl + request.path,
          ...(signedFor !== null && { signedFor }),
          ...(reason === "stale" && {
            secondsOff: Math.round(
              (Date.now() - Number(signed.timestamp)) / 1_000,
            ),
          }),
          remedy,
          ...more,
        },
        "a request that claims to be HubSpot's was refused",
      ),
    );
    this.#notes.write(reason, () => {
      this.#database
        .crossing((db) => noteRefusedSignature(db, reason))
        .catch((error: unknown) =>
          this.#log.warn({ err: error }, "a refusal could not be stored"),
        );
    });
  }

  #search(
    request: Request,
    signed: SignedRequest,
    secrets: readonly string[],
  ): string | null {
    const now = Date.now();
    const known = this.#otherOrigin === null ? [] : [this.#otherOrigin];
    const isDue = now - this.#searchedAt >= SEARCH_EVERY_MS;
    if (isDue) this.#searchedAt = now;
    const found = signedOrigin(
      signed,
      request.originalUrl,
      isDue ? [...known, ...originsOf(request)] : known,
      secrets,
      now,
    );
    this.#otherOrigin = found ?? this.#otherOrigin;
    return found;
  }
}

import type { Database } from "../database/database.ts";
import type { Log } from "../log.ts";
import type { PortalId } from "../settings/object-type.ts";
import type { MarkedStep } from "../sync/installation/setup-steps.ts";
import { recordStep } from "../sync/installation/setup-steps.ts";

/** The most portals that are remembered; beyond, some are written again, which changes nothing. */
const MOST = 100_000;

/**
 * Records a step of the set-up that requests show to be done, such as the first use of an API key: once per portal and
 * process, so that it costs no later request anything.
 */
export class SeenSteps {
  readonly #database: Database;
  readonly #log: Log;
  readonly #step: MarkedStep;
  readonly #portals = new Set<PortalId>();

  constructor(
    { database, log }: { database: Database; log: Log },
    step: MarkedStep,
  ) {
    this.#database = database;
    this.#log = log;
    this.#step = step;
  }

  /** Returns at once: the request doesn't wait for it, and never fails because of it. */
  saw(portalId: PortalId): void {
    if (this.#portals.has(portalId)) return;
    if (this.#portals.size >= MOST) this.#portals.clear();
    this.#portals.add(portalId);
    this.#database
      .inPortal(portalId, (db) => recordStep(db, portalId, this.#step))
      .catch((error: unknown) => {
        this.#portals.delete(portalId);
        this.#log.warn(
          { portalId, err: error },
          "a step of the set-up wasn't recorded",
        );
      });
  }
}

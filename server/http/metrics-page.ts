import type { Database } from "../database/database.ts";
import { readQueueGauges } from "../database/queue-gauges.ts";
import type { Metrics } from "../metrics.ts";

/** How long what was read from the database is good for, in milliseconds: scrapers ask every few seconds at most. */
const FRESH_MS = 2_000;

/**
 * The page of all metrics in Prometheus' format. Gauges of the queues count whole tables: they are read once for all who
 * ask within two seconds, and the page is made by one of those at a time.
 */
export class MetricsPage {
  readonly #database: Database;
  readonly #metrics: Metrics;
  readonly #freshMs: number;
  #readAt = -Infinity;
  #making: Promise<string> | null = null;

  constructor(database: Database, metrics: Metrics, freshMs = FRESH_MS) {
    this.#database = database;
    this.#metrics = metrics;
    this.#freshMs = freshMs;
  }

  /** Throws what the database throws. */
  read(): Promise<string> {
    this.#making ??= this.#make().finally(() => {
      this.#making = null;
    });
    return this.#making;
  }

  async #make(): Promise<string> {
    if (performance.now() - this.#readAt >= this.#freshMs) {
      await readQueueGauges(this.#database, this.#metrics);
      this.#readAt = performance.now();
    }
    return this.#metrics.registry.metrics();
  }
}

import type { Database } from "../database/database.ts";
import { readQueueGauges } from "../database/queue-gauges.ts";
import type { Metrics } from "../metrics.ts";
import { Problem } from "./problem.ts";

/** How long the page is good for, in milliseconds: scrapers ask every few seconds at most. */
const FRESH_MS = 2_000;

/**
 * The page of all metrics in Prometheus' format. Its gauges count whole tables, so it is made once for all who ask
 * within two seconds, and by one of them at a time.
 */
export class MetricsPage {
  readonly #database: Database;
  readonly #metrics: Metrics;
  readonly #freshMs: number;
  #made: { text: Promise<string>; goodUntil: number } | null = null;

  constructor(database: Database, metrics: Metrics, freshMs = FRESH_MS) {
    this.#database = database;
    this.#metrics = metrics;
    this.#freshMs = freshMs;
  }

  /** Throws a 503 without a database. */
  read(): Promise<string> {
    if (this.#made !== null && performance.now() < this.#made.goodUntil)
      return this.#made.text;
    const made = { text: this.#make(), goodUntil: Infinity };
    this.#made = made;
    void made.text
      .catch(() => undefined)
      .finally(() => {
        made.goodUntil = performance.now() + this.#freshMs;
      });
    return made.text;
  }

  async #make(): Promise<string> {
    try {
      await readQueueGauges(this.#database, this.#metrics);
    } catch {
      throw new Problem(
        503,
        "no_database",
        "The database does not answer.",
        {},
        { "Retry-After": "5" },
      );
    }
    return this.#metrics.registry.metrics();
  }
}

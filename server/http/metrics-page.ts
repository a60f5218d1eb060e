import type { Database } from "../database/database.ts";
import { readQueueGauges } from "../database/queue-gauges.ts";
import type { Metrics } from "../metrics.ts";
import { SharedAnswer } from "./shared-answer.ts";

/** How long what was read from the database is good for, in milliseconds: scrapers ask every few seconds at most. */
const FRESH_MS = 2_000;

/**
 * Returns what makes the page of all metrics in Prometheus' format. Gauges of the queues count whole tables: they are
 * read once for all who ask within two seconds, and the page is made by one of those at a time. Throws without a database.
 */
export function metricsPage(
  database: Database,
  metrics: Metrics,
  freshMs = FRESH_MS,
): () => Promise<string> {
  const gauges = new SharedAnswer(
    () => readQueueGauges(database, metrics),
    freshMs,
  );
  const page = new SharedAnswer(async () => {
    await gauges.get();
    return metrics.registry.metrics();
  }, 0);
  return () => page.get();
}

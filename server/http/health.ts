import { Router } from "express";
import type { RequestHandler } from "express";
import type { Database } from "../database/database.ts";
import type { Metrics } from "../metrics.ts";
import { metricsPage } from "./metrics-page.ts";
import type { Requirement } from "./readiness.ts";
import { SharedAnswer } from "./shared-answer.ts";

/** How long a look at the requirements is good for, in milliseconds: each is a transaction on every share. */
const READY_FRESH_MS = 250;

/**
 * What watches over a process: `/healthz` answers while it runs, `/readyz` while it can work (its requirements are met
 * and it is not stopping; 503 otherwise, naming those that are not), `/metrics` in Prometheus' format (503 without a
 * database).
 */
export function healthRoutes({
  database,
  requirements,
  metrics,
  isStopping,
  limit,
  metricsFreshMs,
}: {
  database: Database;
  requirements: readonly Requirement[];
  metrics: Metrics;
  isStopping: () => boolean;
  /** Of requests for metrics, by address. */
  limit: RequestHandler;
  /** How long the gauges of the queues are good for, in milliseconds; undefined: two seconds. */
  metricsFreshMs?: number | undefined;
}): Router {
  const router = Router();
  const checked = new SharedAnswer(
    () => missingOf(requirements),
    READY_FRESH_MS,
  );
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    if (isStopping()) {
      response.status(503).json({ status: "stopping" });
      return;
    }
    const missing = await checked.get();
    if (missing.length === 0) response.json({ status: "ready" });
    else response.status(503).json({ status: "not ready", missing });
  });
  const page = metricsPage(database, metrics, metricsFreshMs);
  router.get("/metrics", limit, async (_request, response) => {
    const text = await page();
    response.type(metrics.registry.contentType).send(text);
  });
  return router;
}

/** The names of the requirements that are not met. */
async function missingOf(
  requirements: readonly Requirement[],
): Promise<string[]> {
  const met = await Promise.all(requirements.map(({ isMet }) => isMet()));
  return requirements.flatMap(({ name }, at) => (met[at] ? [] : [name]));
}

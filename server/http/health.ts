import { Router } from "express";
import type { RequestHandler } from "express";
import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import type { Metrics } from "../metrics.ts";
import { MetricsPage } from "./metrics-page.ts";

const READY_WITHIN_MS = 2000;

/**
 * What watches over a process: `/healthz` answers while it runs, `/readyz` while it can work (its database answers
 * and it is not stopping; 503 otherwise, saying which), `/metrics` in Prometheus' format (503 without a database).
 */
export function healthRoutes({
  database,
  metrics,
  isStopping,
  limit,
  metricsFreshMs,
}: {
  database: Database;
  metrics: Metrics;
  isStopping: () => boolean;
  /** Of requests for metrics, by address. */
  limit: RequestHandler;
  /** How long the gauges of the queues are good for, in milliseconds; undefined: two seconds. */
  metricsFreshMs?: number | undefined;
}): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    if (isStopping()) {
      response.status(503).json({ status: "stopping" });
      return;
    }
    const answers = await databaseAnswers(database);
    response
      .status(answers ? 200 : 503)
      .json({ status: answers ? "ready" : "no database" });
  });
  const page = new MetricsPage(database, metrics, metricsFreshMs);
  router.get("/metrics", limit, async (_request, response) => {
    const text = await page.read();
    response.type(metrics.registry.contentType).send(text);
  });
  return router;
}

async function databaseAnswers(database: Database): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), READY_WITHIN_MS);
  });
  const asked = database
    .crossing((db) => sql`select 1`.execute(db))
    .then(
      () => true,
      () => false,
    );
  const answers = await Promise.race([asked, late]);
  clearTimeout(timer);
  return answers;
}

import { Router } from "express";
import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import { readQueueGauges } from "../database/queue-gauges.ts";
import type { Metrics } from "../metrics.ts";
import { Problem } from "./problem.ts";

const READY_WITHIN_MS = 2000;

/**
 * What watches over a process: `/healthz` answers while it runs, `/readyz` while it can work (its database answers
 * and it is not stopping; 503 otherwise, saying which), `/metrics` in Prometheus' format (503 without a database).
 */
export function healthRoutes({
  database,
  metrics,
  isStopping,
}: {
  database: Database;
  metrics: Metrics;
  isStopping: () => boolean;
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
  router.get("/metrics", async (_request, response) => {
    await readQueueGauges(database, metrics).catch(() => {
      throw new Problem(503, "no_database", "The database does not answer.");
    });
    const text = await metrics.registry.metrics();
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

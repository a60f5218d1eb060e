import { openDatabase } from "../../../server/database/database.ts";
import { startWorkers } from "../../../server/jobs/workers.ts";
import { createLog } from "../../../server/log.ts";
import { createMetrics } from "../../../server/metrics.ts";
import { works } from "./portal.ts";

// A worker process for the kill test: takes a lane, says so on stdout, and never finishes.
const log = createLog("silent");
const database = openDatabase({ url: process.argv[2] ?? "", poolSize: 4, log });
startWorkers({
  database,
  work: works({
    dirty: () => {
      process.stdout.write("working\n");
      return new Promise(() => undefined);
    },
  }),
  concurrency: 1,
  log,
  metrics: createMetrics(),
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { startWorkers } from "../../../server/jobs/workers.ts";
import { createLog } from "../../../server/log.ts";
import { createMetrics } from "../../../server/metrics.ts";
import { useDatabase } from "../../database.ts";
import { addDirty, addPortal, handleDirty, works } from "./portal.ts";

const at = useDatabase();

test("after kill -9 of a worker another process goes on within its lease", async () => {
  const portalId = 7;
  await addPortal(at.database, portalId);
  await addDirty(at.database, portalId);
  const script = fileURLToPath(new URL("stuck-worker.ts", import.meta.url));
  const child = spawn(process.execPath, [script, at.url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  let doneAt = 0;
  const workers = startWorkers({
    database: at.database,
    work: works({
      dirty: async (portal) => {
        await handleDirty(at.database, portal, 1);
        doneAt = Date.now();
        return { again: null };
      },
    }),
    concurrency: 2,
    log: createLog("silent"),
    metrics: createMetrics(),
  });
  try {
    const killedAt = Date.now();
    child.kill("SIGKILL");
    await once(child, "exit");
    await vi.waitFor(() => expect(doneAt).toBeGreaterThan(0), {
      timeout: 10_000,
    });
    expect(doneAt - killedAt).toBeLessThan(4500);
  } finally {
    await workers.stop();
  }
});

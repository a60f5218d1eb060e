import os from "node:os";
import { startCounterpart, STOP_WITHIN_MS } from "./app.ts";
import { ConfigError, readConfig } from "./config.ts";
import { readKillAt } from "./kill-at.ts";
import { createLog } from "./log.ts";
import { wireEngine } from "./wire-engine.ts";

const { config, checkpoint } = readOrExit();
const log = createLog(config.logLevel);
// Who waits for a card comes first where a worker shares the machine with HTTP.
if (config.role === "worker")
  os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

process.on("uncaughtException", (error) => {
  // Only what the log lets through: Node's own way prints every field of the error.
  log.fatal({ err: error }, "ended by an uncaught error");
  exit(1);
});

const starting = startCounterpart(config, {
  log,
  ...(checkpoint && {
    wireEngine: (foundation) => wireEngine({ ...foundation, checkpoint }),
  }),
});

// Also while it starts: what is up by then is stopped in order. A second signal ends it on the spot.
const stop = async (signal: NodeJS.Signals): Promise<void> => {
  process.on(signal, () => process.exit(1));
  log.info({ signal }, "stopping");
  // It may still be starting, and wait for another process's migration.
  setTimeout(() => {
    log.error("did not stop in time");
    exit(1);
  }, STOP_WITHIN_MS + 1_000);
  const app = await starting;
  await app.stop();
  log.info("stopped");
  exit(0);
};
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void stop(signal));
}

try {
  const app = await starting;
  void app.lost.then((reason) => {
    // Nothing is left to end in order: whoever watches over this process starts another.
    log.fatal({ err: reason }, "ended because it can't work anymore");
    exit(1);
  });
} catch (error) {
  log.fatal({ err: error }, "did not start");
  exit(1);
}

// Not before the last line is out.
function exit(code: number): void {
  process.stdout.write("", () => process.exit(code));
}

function readOrExit() {
  try {
    return {
      config: readConfig(process.env),
      checkpoint: readKillAt(process.env),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

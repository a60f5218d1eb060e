import { startCounterpart } from "./app.ts";
import { ConfigError, readConfig } from "./config.ts";
import type { Config } from "./config.ts";
import { createLog } from "./log.ts";

const config = readOrExit();
const log = createLog(config.logLevel);

process.on("uncaughtException", (error) => {
  // Only what the log lets through: Node's own way prints every field of the error.
  log.fatal({ err: error }, "ended by an error that nobody caught");
  process.exit(1);
});

try {
  const app = await startCounterpart(config, { log });
  const stop = (signal: NodeJS.Signals): void => {
    process.once(signal, () => process.exit(1));
    log.info({ signal }, "stopping");
    void app.stop().then(() => {
      log.info("stopped");
      process.exit(0);
    });
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  log.fatal({ err: error }, "did not start");
  process.exit(1);
}

function readOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../log.ts";
import { lastLinesOf, launchPostgres } from "./launch-postgres.ts";
import type { Launch, RunningPostgres } from "./launch-postgres.ts";
import { stopOrphan } from "./postmaster.ts";

/** Restarts within RESTART_WINDOW_MS; a Postgres that ends more often won't be mended by another restart. */
export const RESTARTS = 5;
export const RESTART_WINDOW_MS = 600_000;
/** Before the first restart; doubled with each further one of the window. */
const FIRST_PAUSE_MS = 250;

/** A Postgres that ended and could not be started again. */
class PostgresLost extends Error {
  override name = "PostgresLost";
}

/**
 * Watches over a running Postgres: one that ends unasked (killed, or its disk is full) is started again at the same
 * socket and port, so that pools and product logins come back. After RESTARTS of them within the window, `onLost` is
 * called with the reason, once. `stop` may be called at any moment, also after that.
 */
export function keepRunning({
  launch,
  running: first,
  log,
  onLost,
}: {
  launch: Launch;
  running: RunningPostgres;
  log: Log;
  onLost: (reason: Error) => void;
}): { stop(): Promise<void> } {
  const { place } = first;
  const stopping = new AbortController();
  let running: RunningPostgres | null = first;
  const watching = watch();
  return {
    stop: async () => {
      stopping.abort();
      await running?.stop();
      await watching;
      // One that a restart has brought up meanwhile.
      await running?.stop();
    },
  };

  async function watch(): Promise<void> {
    const restartedAt: number[] = [];
    while (running !== null) {
      const how = await running.ended;
      running = null;
      if (isStopping()) return;
      log.error(
        { how, postgresLog: await lastLinesOf(launch.home) },
        "Postgres ended and is started again",
      );
      running = await restart(how, restartedAt);
      if (isStopping()) return;
    }
  }

  function isStopping(): boolean {
    return stopping.signal.aborted;
  }

  // Null once it is given up, or not wanted any more.
  async function restart(
    how: string,
    restartedAt: number[],
  ): Promise<RunningPostgres | null> {
    for (let cause: unknown; ;) {
      const since = Date.now() - RESTART_WINDOW_MS;
      const recent = restartedAt.filter((at) => at > since);
      restartedAt.splice(0, restartedAt.length, ...recent);
      if (recent.length >= RESTARTS) {
        await giveUp(how, cause);
        return null;
      }
      restartedAt.push(Date.now());
      await pause(FIRST_PAUSE_MS * 2 ** recent.length, undefined, {
        signal: stopping.signal,
      }).catch(() => undefined);
      if (isStopping()) return null;
      try {
        await stopOrphan(launch.data);
        const again = await launchPostgres({ ...launch, place });
        log.warn({ restarts: recent.length + 1 }, "Postgres was started again");
        return again;
      } catch (error) {
        cause = error;
        log.error({ err: error }, "Postgres could not be started again");
      }
    }
  }

  async function giveUp(how: string, cause: unknown): Promise<void> {
    log.error(
      { how, postgresLog: await lastLinesOf(launch.home) },
      "Postgres ended too often and is not started again",
    );
    onLost(
      new PostgresLost(
        `The embedded Postgres ended (${how}) and was started again ${RESTARTS} times within ${RESTART_WINDOW_MS / 60_000} minutes. Check the free space of its disk and the end of its log, postgres.log in the data folder.`,
        { cause },
      ),
    );
  }
}

import type { Database } from "../database/database.ts";
import { endOverdueLogins } from "../database/end-overdue-logins.ts";
import type { SessionLimits } from "../database/end-overdue-logins.ts";
import type { Log } from "../log.ts";

const EVERY_MS = 5_000;
/** What Postgres says of a database that has not been migrated. */
const NOT_MIGRATED = new Set(["42P01", "42883"]);

/**
 * Ends overdue sessions of products' logins every few seconds, until stopped. Each process does it, from before its
 * migrations on: those would wait for a login's transaction. One line in the log for each portal and cause.
 */
export function startLoginWatch({
  database,
  log,
  everyMs = EVERY_MS,
  limits = {},
}: {
  database: Database;
  log: Log;
  everyMs?: number;
  limits?: Partial<SessionLimits>;
}): { stop(): Promise<void> } {
  let isFailing = false;
  const look = async (): Promise<void> => {
    try {
      for (const { portal_id, cause, ended } of await endOverdueLogins(
        database,
        limits,
      ))
        log.warn(
          { portalId: portal_id, cause, ended },
          "a product's login exceeded a limit and was stopped",
        );
      isFailing = false;
    } catch (error) {
      if (isFailing || isNotMigrated(error)) return;
      isFailing = true;
      log.warn({ err: error }, "overdue sessions of logins were not ended");
    }
  };
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const checkAgain = (): void => {
    looking = look().finally(() => {
      if (!stopped) timer = setTimeout(checkAgain, everyMs).unref();
    });
  };
  checkAgain();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

function isNotMigrated(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    NOT_MIGRATED.has(String(error.code))
  );
}

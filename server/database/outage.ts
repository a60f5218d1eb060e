import {
  codeOf,
  ConnectionLostError,
  DatabaseBusyError,
  DatabaseConnectionError,
  LOCK_TIMEOUT,
  SilentConnectionError,
} from "./errors.ts";

/**
 * What a failure of the database means to a caller: nothing can be done without it, others are at work on it, or others
 * have locked what the caller needs.
 */
export type Outage = "unavailable" | "busy" | "locked";

/**
 * SQLSTATE codes, or their first two characters, that say nothing about the statement: it may succeed when it comes
 * again.
 */
const outages: readonly (readonly [code: string, outage: Outage])[] = [
  // connection_exception
  ["08", "unavailable"],
  // read_only_sql_transaction: a primary that became a standby
  ["25006", "unavailable"],
  // idle_in_transaction_session_timeout
  ["25P03", "busy"],
  // serialization_failure, deadlock_detected: still so after three tries
  ["40001", "busy"],
  ["40P01", "busy"],
  // insufficient_resources: disk, memory, connections
  ["53", "unavailable"],
  [LOCK_TIMEOUT, "locked"],
  // query_canceled: it took too long
  ["57014", "busy"],
  // admin_shutdown, crash_shutdown, cannot_connect_now, and whatever else an operator does
  ["57P", "unavailable"],
  // io_error and its kind
  ["58", "unavailable"],
];

/** Returns what an error says of the database, or null if it is about something else. Looks at its causes, too. */
export function outageOf(error: unknown): Outage | null {
  for (
    let each = error, depth = 0;
    each instanceof Error && depth < 5;
    each = each.cause, depth++
  ) {
    if (each instanceof DatabaseBusyError) return "busy";
    if (
      each instanceof ConnectionLostError ||
      each instanceof DatabaseConnectionError ||
      each instanceof SilentConnectionError
    )
      return "unavailable";
    // Postgres's own answers have a severity; an error of the system or of a library may have a code as well.
    const code = "severity" in each ? codeOf(each) : undefined;
    const known =
      code === undefined
        ? undefined
        : outages.find(([of]) => code.startsWith(of));
    if (known) return known[1];
  }
  return null;
}

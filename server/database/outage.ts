/**
 * A connection to Postgres that could not be opened, or that ended under a statement. Whether the statement was executed
 * is not known.
 */
export class ConnectionLostError extends Error {
  override name = "ConnectionLostError";
}

/** What a failure of the database means to a caller: nothing can be done without it, or others are at work on it. */
export type Outage = "unavailable" | "busy";

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
  // lock_not_available
  ["55P03", "busy"],
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
    if (each instanceof ConnectionLostError) return "unavailable";
    const code = sqlStateOf(each);
    const known =
      code === null ? undefined : outages.find(([of]) => code.startsWith(of));
    if (known) return known[1];
  }
  return null;
}

/** Postgres's own answers have a severity; an error of the system or of a library may have a code as well. */
function sqlStateOf(error: Error): string | null {
  return "severity" in error &&
    "code" in error &&
    typeof error.code === "string"
    ? error.code
    : null;
}

/** Whether Postgres answered with this error, as opposed to a connection that failed. */
export const isAnswer = (error: unknown): boolean =>
  error instanceof Error && sqlStateOf(error) !== null;

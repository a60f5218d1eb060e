/** Postgres could not be reached, or refused the connection. `code` is the system's or Postgres' own. */
export class DatabaseConnectionError extends Error {
  override name = "DatabaseConnectionError";
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** No connection was free in time: others of this portal, or of all, are at work on them. Worth trying again. */
export class DatabaseBusyError extends Error {
  override name = "DatabaseBusyError";
}

/**
 * A connection through which no answer came. It was given up; whether the statement was executed is not known, but its
 * transaction was not committed unless the statement was the commit.
 */
export class SilentConnectionError extends Error {
  override name = "SilentConnectionError";
}

/** A connection that ended under a statement. Whether the statement was executed is not known. */
export class ConnectionLostError extends Error {
  override name = "ConnectionLostError";
}

export const LOCK_TIMEOUT = "55P03";
export const QUERY_CANCELED = "57014";

/** The SQLSTATE or system code of an error; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown =
    error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Whether Postgres itself answered with this error, as opposed to a connection that failed. */
export function isAnswered(error: unknown): boolean {
  return (
    error instanceof Error &&
    "severity" in error &&
    !/^(08|57P)/.test(codeOf(error) ?? "")
  );
}

import {
  codeOf,
  DatabaseBusyError,
  DatabaseConnectionError,
  LOCK_TIMEOUT,
  QUERY_CANCELED,
  SilentConnectionError,
} from "../database/errors.ts";
import { Problem } from "./problem.ts";

const RETRY = { "Retry-After": "2" } as const;

/** What the sender of a request learns of a database that could not serve it; null: the error is another. */
export function databaseProblem(error: unknown): Problem | null {
  if (
    error instanceof DatabaseConnectionError ||
    error instanceof SilentConnectionError
  )
    return new Problem(
      503,
      "no_database",
      "The database does not respond. Try again in a few seconds.",
      {},
      RETRY,
    );
  const code = codeOf(error);
  if (code === LOCK_TIMEOUT)
    return new Problem(
      503,
      "locked",
      "Another transaction has locked the records of this request. Try again in a few seconds.",
      {},
      RETRY,
    );
  if (error instanceof DatabaseBusyError || code === QUERY_CANCELED)
    return new Problem(
      503,
      "database_busy",
      "The database is busy with other requests. Try again in a few seconds.",
      {},
      RETRY,
    );
  return null;
}

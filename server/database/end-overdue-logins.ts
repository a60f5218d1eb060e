import { sql } from "kysely";
import type { Database } from "./database.ts";
import {
  IDLE_IN_TRANSACTION_SECONDS,
  LOCKS_OF_SESSION,
  LOGINS_SHARE,
  STATEMENT_SECONDS,
  TRANSACTION_SECONDS,
} from "./login-limits.ts";

/** What products' logins may do at most: seconds, locks of a session, and sessions of all logins (null: their share). */
export type SessionLimits = {
  statement: number;
  idleInTransaction: number;
  transaction: number;
  locks: number;
  sessions: number | null;
};

/** Sessions, or large objects, that a portal's login has lost, and why. */
export type EndedSessions = { portal_id: number; cause: string; ended: number };

const LIMITS: SessionLimits = {
  statement: STATEMENT_SECONDS,
  idleInTransaction: IDLE_IN_TRANSACTION_SECONDS,
  transaction: TRANSACTION_SECONDS,
  locks: LOCKS_OF_SESSION,
  sessions: null,
};

/**
 * Ends what products' logins do beyond their limits, in this database. Their own settings say the same, but a login can
 * change those. Returns what was ended.
 */
export async function endOverdueLogins(
  database: Database,
  limits: Partial<SessionLimits> = {},
): Promise<EndedSessions[]> {
  const { statement, idleInTransaction, transaction, locks, sessions } = {
    ...LIMITS,
    ...limits,
  };
  return database.crossing(async (db) => {
    const { rows } = await sql<EndedSessions>`
      select portal_id, cause, ended from end_overdue_logins(
        ${statement}::float8, ${idleInTransaction}::float8, ${transaction}::float8, ${locks}::integer,
        coalesce(${sessions}::integer, (current_setting('max_connections')::integer * ${LOGINS_SHARE}::float8)::integer))`.execute(
      db,
    );
    return rows;
  });
}

import {
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import type { Dialect, Driver, PostgresPool } from "kysely";
import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../log.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { Terms } from "./connection-pool.ts";
import type { Db } from "./db.ts";
import { readDeployment, rolesOf } from "./deployment.ts";
import type { Roles } from "./deployment.ts";
import { codeOf, isAnswered } from "./errors.ts";
import { OWNER_STATEMENT_MS, WORK_LIMITS } from "./limits.ts";
import type { TransactionLimits } from "./limits.ts";
import { beginningLate, NotBegun } from "./lazy-transaction.ts";
import { OwnerDialect } from "./migration-lock.ts";
import { NumberColumns } from "./number-columns.ts";
import { prologueOf } from "./prologue.ts";
import { StatementNames } from "./statement-names.ts";
import type { Tables } from "./tables.ts";
import { isLostPreparation } from "./watched-connection.ts";

export type { Db };

/** The only ways to the tables. */
export type Database = {
  /**
   * Runs `work` in one transaction that sees one portal, under a role that row-level security binds. Committed when
   * it resolves, rolled back when it throws. On a serialization failure or a deadlock the whole of it runs again, so it
   * must not act outside the database. Must not be called within itself: the inner one may wait for the connections
   * that its portal's outer ones have. Throws `DatabaseBusyError` if none gets free.
   */
  inPortal<T>(portalId: number, work: (db: Db) => Promise<T>): Promise<T>;
  /** The same for what must cross portals: lanes, inbox, installation routing, budgets. */
  crossing<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** The same connections, of which each portal gets a share of its own for this purpose. */
  as(purpose: string): Database;
  /** The database's owner: migrations, product logins and tests. Never a request's or a job's. */
  owner: Db;
  /** The names of this deployment's group roles. Rejects before the first migration. */
  roles(): Promise<Roles>;
  url: string;
  /** Connections of the pool: all, idle, and callers that wait for one. */
  poolState(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
};

const MAX_RUNS = 3;
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";

/**
 * Opens a pool on `url`, at most `poolSize` connections. It connects when first used; `close` waits for what is under way.
 * `names` may be shared with other pools on the same address.
 */
export function openDatabase({
  url,
  poolSize,
  log,
  limits = WORK_LIMITS,
  names = new StatementNames(),
}: {
  url: string;
  poolSize: number;
  log: Log;
  limits?: TransactionLimits;
  names?: StatementNames;
}): Database {
  const pool = new ConnectionPool({ url, size: poolSize, names, log });
  const { connectionMs, beginMs, answerMs } = limits;
  const owner = new Kysely<Tables>({
    dialect: new OwnerDialect({
      pool: pool.on({
        share: null,
        connectionMs: OWNER_STATEMENT_MS,
        answerMs: () => OWNER_STATEMENT_MS,
        isPrepared: false,
      }),
    }),
    plugins: [new NumberColumns()],
  });
  // The owner's own question, but one that others wait for.
  const asker = new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool: pool.on({
        share: null,
        connectionMs,
        answerMs: () => beginMs,
        isPrepared: false,
      }),
    }),
  });
  // Read once; a failure is none of the next caller's.
  let reading: Promise<Roles> | undefined;
  const roles = (): Promise<Roles> => {
    reading ??= readDeployment(asker)
      .then(rolesOf)
      .catch((error: unknown) => {
        reading = undefined;
        throw error;
      });
    return reading;
  };
  const runAs = async <T>(
    purpose: string,
    portalId: number | null,
    work: (db: Db) => Promise<T>,
  ): Promise<T> => {
    const prologue = prologueOf(await roles(), portalId, limits);
    const terms: Terms = {
      share: portalId === null ? null : `${purpose} ${portalId}`,
      connectionMs,
      answerMs: (text) => (text === prologue ? beginMs : answerMs),
      isPrepared: true,
    };
    return inTransaction(pool.on(terms), prologue, work);
  };
  const databaseAs = (purpose: string): Database => ({
    inPortal: async (portalId, work) => {
      if (!Number.isSafeInteger(portalId) || portalId < 0)
        throw new TypeError("A portal id is a whole number.");
      return runAs(purpose, portalId, work);
    },
    crossing: (work) => runAs(purpose, null, work),
    as: databaseAs,
    owner,
    roles,
    url,
    poolState: () => pool.state,
    close: () => pool.close(),
  });
  return databaseAs("any");
}

async function inTransaction<T>(
  pool: PostgresPool,
  prologue: string,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const scoped = new Kysely<Tables>({
    dialect: scopedDialect(pool, prologue),
    plugins: [new NumberColumns()],
  });
  for (let runs = 1; ; runs++) {
    try {
      return await scoped.transaction().execute(work);
    } catch (error) {
      if (runs === MAX_RUNS || !mayRunAgain(error)) throw causeOf(error);
      await pause(Math.random() * 20 * runs);
    }
  }
}

const causeOf = (error: unknown): unknown =>
  error instanceof NotBegun ? error.cause : error;

function mayRunAgain(error: unknown): boolean {
  // Of the connections that wait in the pool, Postgres or something between may have ended any.
  if (error instanceof NotBegun) return !isAnswered(error.cause);
  const code = codeOf(error);
  return (
    code === SERIALIZATION_FAILURE ||
    code === DEADLOCK_DETECTED ||
    isLostPreparation(error)
  );
}

// A Kysely for each transaction costs microseconds; what it buys is role and portal in BEGIN's own round trip, and a
// real Transaction, in which a second BEGIN is an error of types and of Kysely.
function scopedDialect(pool: PostgresPool, prologue: string): Dialect {
  return {
    createDriver: () =>
      new ScopedDriver({ pool: beginningLate(pool, prologue) }),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

class ScopedDriver extends PostgresDriver implements Driver {
  /** The connection begins by itself, with its first statement. */
  override beginTransaction(): Promise<void> {
    return Promise.resolve();
  }

  // What made the work fail is what the caller must learn, and not that its connection is gone. Kysely has marked the
  // connection by then: the pool closes it.
  override async rollbackTransaction(
    ...connection: Parameters<PostgresDriver["rollbackTransaction"]>
  ): Promise<void> {
    await super.rollbackTransaction(...connection).catch(() => undefined);
  }
}

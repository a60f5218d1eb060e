import {
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import type { DatabaseConnection, Dialect, Driver, PostgresPool } from "kysely";
import { CompiledQuery } from "kysely";
import { setTimeout as pause } from "node:timers/promises";
import type { CustomTypesConfig } from "pg";
import { Pool, types } from "pg";
import type { Log } from "../log.ts";
import { readDeployment, rolesOf } from "./deployment.ts";
import type { Roles } from "./deployment.ts";
import { parseExactly } from "./json.ts";
import { OwnerDialect } from "./migration-lock.ts";
import { NumberColumns } from "./number-columns.ts";
import { preparingPool } from "./preparing-pool.ts";
import type { Tables } from "./tables.ts";

/** What queries are made with: a transaction with its portal set, or the crossing role's. */
export type Db = Kysely<Tables>;

/** The only ways to the tables. */
export type Database = {
  /**
   * Runs `work` in one transaction that sees one portal, under a role that row-level security binds. Committed when
   * it resolves, rolled back when it throws. On a serialization failure or a deadlock the whole of it runs again, so it
   * must not act outside the database.
   */
  inPortal<T>(portalId: number, work: (db: Db) => Promise<T>): Promise<T>;
  /** The same for what must cross portals: lanes, inbox, installation routing, budgets. */
  crossing<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** The database's owner: migrations, product logins and tests. Never a request's or a job's. */
  owner: Db;
  /** The names of this deployment's group roles. Rejects before the first migration. */
  roles(): Promise<Roles>;
  url: string;
  /** Connections of the pool: all, idle, and callers that wait for one. */
  poolState(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
};

/**
 * A page of ids is looked up by index, whatever disks once cost; and a plan is never kept: one made while a table was
 * empty would read it whole when it is full.
 */
const PLANS =
  "set local plan_cache_mode = force_custom_plan; set local random_page_cost = 1.1";
const MAX_RUNS = 3;
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";

/** Parsers of columns: pg's own, but for json and jsonb, whose numbers may have more digits than a double. */
const columnTypes: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    (oid === types.builtins.JSON || oid === types.builtins.JSONB) &&
    format !== "binary"
      ? parseExactly
      : types.getTypeParser(oid, format),
};

/** Opens a pool on `url`. It connects when first used; `close` waits for what is under way. */
export function openDatabase({
  url,
  poolSize,
  log,
}: {
  url: string;
  poolSize: number;
  log: Log;
}): Database {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 30_000,
    application_name: "counterpart",
    types: columnTypes,
  });
  // Without listeners, a connection that Postgres ends would end this process: one at work as well as an idle one, of
  // which the pool tells once more.
  pool.on("connect", (client) =>
    client.on("error", (error) =>
      log.warn({ err: error }, "a database connection ended"),
    ),
  );
  pool.on("error", () => undefined);
  const owner = new Kysely<Tables>({
    dialect: new OwnerDialect({ pool }),
    plugins: [new NumberColumns()],
  });
  const preparing = preparingPool(pool);
  // Read once; a failure is none of the next caller's.
  let reading: Promise<Roles> | undefined;
  const roles = (): Promise<Roles> => {
    reading ??= readDeployment(owner)
      .then(rolesOf)
      .catch((error: unknown) => {
        reading = undefined;
        throw error;
      });
    return reading;
  };
  const run = <T>(prologue: string, work: (db: Db) => Promise<T>): Promise<T> =>
    inTransaction(preparing, prologue, work);
  return {
    inPortal: async (portalId, work) => {
      if (!Number.isSafeInteger(portalId) || portalId < 0)
        throw new TypeError("A portal id is a whole number.");
      const { portal } = await roles();
      return run(
        `begin; set local role ${portal}; set local app.portal = '${portalId}'; ${PLANS}`,
        work,
      );
    },
    crossing: async (work) => {
      const { crossing } = await roles();
      return run(`begin; set local role ${crossing}; ${PLANS}`, work);
    },
    owner,
    roles,
    url,
    poolState: () => ({
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    close: async () => {
      await owner.destroy();
      // Kysely leaves a pool alone that it never asked for a connection.
      if (!pool.ending) await pool.end();
    },
  };
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
      if (runs === MAX_RUNS || !isTransient(error)) throw error;
      await pause(Math.random() * 20 * runs);
    }
  }
}

function isTransient(error: unknown): boolean {
  const code: unknown =
    error instanceof Error && "code" in error ? error.code : undefined;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
}

// A Kysely for each transaction costs microseconds; what it buys is role and portal in BEGIN's own round trip, and a
// real Transaction, in which a second BEGIN is an error of types and of Kysely.
function scopedDialect(pool: PostgresPool, prologue: string): Dialect {
  return {
    createDriver: () => new ScopedDriver(pool, prologue),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

class ScopedDriver extends PostgresDriver implements Driver {
  readonly #prologue: string;

  constructor(pool: PostgresPool, prologue: string) {
    super({ pool });
    this.#prologue = prologue;
  }

  // No parameters: pg sends it by the simple protocol, which takes several statements at once.
  override async beginTransaction(
    connection: DatabaseConnection,
  ): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(this.#prologue));
  }
}

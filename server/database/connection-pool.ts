import type { PostgresPool, PostgresPoolClient } from "kysely";
import { Pool, types } from "pg";
import type { CustomTypesConfig, PoolClient } from "pg";
import { FairSlots } from "../fair-slots.ts";
import type { Log } from "../log.ts";
import { explainConnection } from "./explain-connection.ts";
import { DatabaseBusyError } from "./errors.ts";
import { parseExactly } from "./json.ts";
import type { StatementNames } from "./statement-names.ts";
import { WatchedConnection } from "./watched-connection.ts";

/** For a new connection to be open, TLS and password included. */
const CONNECT_WITHIN_MS = 5_000;
/** A connection that waits in the pool is closed after this. */
const UNUSED_MS = 30_000;
/** Those that stay all the same: to open one takes long if somebody's logins keep Postgres busy. */
const KEPT = 4;
/** The first probe of TCP's own, so that a peer that is gone is noticed on connections that wait. */
const KEEP_ALIVE_AFTER_MS = 10_000;
/** For what is under way when the pool is closed. */
const CLOSE_WITHIN_MS = 5_000;
/** One line for each cause this often, however many connections it ends. */
const LINES_APART_MS = 10_000;

/** Parsers of columns: pg's own, but for json and jsonb, whose numbers may have more digits than a double. */
const columnTypes: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    (oid === types.builtins.JSON || oid === types.builtins.JSONB) &&
    format !== "binary"
      ? parseExactly
      : types.getTypeParser(oid, format),
};

/** What a caller of the pool may wait for, and whose it is. */
export type Terms = {
  /** Whose share of the connections it uses, a portal's for one purpose; null: nobody's. */
  readonly share: string | null;
  readonly connectionMs: number;
  /** How long one statement may be without an answer. */
  readonly answerMs: (text: string) => number;
  readonly isPrepared: boolean;
};

/**
 * Connections to one Postgres, at most `size`. No portal can take them all (fair-slots.ts); one through which nothing
 * comes is closed, and so are those that have not been heard since.
 */
export class ConnectionPool {
  readonly #pool: Pool;
  readonly #slots: FairSlots<string>;
  readonly #names: StatementNames;
  readonly #log: Log;
  readonly #url: string;
  readonly #watched = new WeakMap<PoolClient, WatchedConnection>();
  readonly #open = new Set<PoolClient>();
  readonly #lines = new Map<string, number>();
  /** `performance.now()`: what was not heard since then may be as silent as the one that was given up. */
  #suspectBefore = 0;

  constructor({
    url,
    size,
    names,
    log,
  }: {
    url: string;
    size: number;
    names: StatementNames;
    log: Log;
  }) {
    this.#url = url;
    this.#names = names;
    this.#log = log;
    this.#slots = new FairSlots(size);
    this.#pool = new Pool({
      connectionString: url,
      max: size,
      min: Math.min(size, KEPT),
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      idleTimeoutMillis: UNUSED_MS,
      // A transaction's first statement goes out with its `begin` (lazy-transaction.ts).
      pipeline: true,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      application_name: "counterpart",
      types: columnTypes,
    });
    // Without listeners, a connection that Postgres ends would end this process: one at work as well as an idle one, of
    // which the pool tells once more.
    this.#pool.on("connect", (client) => {
      this.#open.add(client);
      client.on("error", (error) =>
        this.#warn("a database connection ended", { err: error }),
      );
    });
    this.#pool.on("remove", (client) => this.#open.delete(client));
    this.#pool.on("error", () => undefined);
  }

  /** Connections: all, idle, and callers that wait for one. */
  get state(): { total: number; idle: number; waiting: number } {
    return {
      total: this.#pool.totalCount,
      idle: this.#pool.idleCount,
      waiting: this.#slots.waiting,
    };
  }

  /** The pool as Kysely asks for it, on these terms. */
  on(terms: Terms): PostgresPool {
    return {
      options: {},
      connect: () => this.#take(terms),
      end: () => Promise.resolve(),
    };
  }

  /** Waits for what is under way, for five seconds at most; then its connections are closed below it. */
  async close(): Promise<void> {
    if (this.#pool.ending) return;
    const late = setTimeout(() => {
      for (const client of this.#open) this.#watch(client).destroy();
    }, CLOSE_WITHIN_MS);
    await this.#pool.end();
    clearTimeout(late);
  }

  async #take(terms: Terms): Promise<PostgresPoolClient> {
    const giveBack = await this.#slots.take({
      key: terms.share,
      until: Date.now() + terms.connectionMs,
    });
    if (giveBack === null)
      throw new DatabaseBusyError(
        `No database connection was free within ${terms.connectionMs} ms.`,
      );
    try {
      const client = await this.#connect();
      const watched = this.#watch(client);
      const query = (text: string, values: readonly unknown[] = []) =>
        watched.query(text, values, {
          answerMs: terms.answerMs(text),
          isPrepared: terms.isPrepared,
        });
      return {
        // Its other overload takes cursors, which nobody here has.
        query: query as unknown as PostgresPoolClient["query"],
        release: (isBroken) => {
          client.release(isBroken === true || watched.isSpent);
          giveBack();
        },
      };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  async #connect(): Promise<PoolClient> {
    for (;;) {
      const client = await this.#pool.connect().catch((error: unknown) => {
        throw explainConnection(this.#url, error);
      });
      const watched = this.#watch(client);
      if (watched.lastAnswerAt >= this.#suspectBefore) return client;
      watched.destroy();
      client.release(true);
    }
  }

  #watch(client: PoolClient): WatchedConnection {
    const known = this.#watched.get(client);
    if (known !== undefined) return known;
    const made = new WatchedConnection({
      client,
      names: this.#names,
      onSilent: (since) => {
        this.#suspectBefore = Math.max(this.#suspectBefore, since);
        this.#warn("Postgres did not respond; the connection was closed", {
          silentMs: Math.round(performance.now() - since),
        });
      },
      onLostNames: () => {
        if (this.#names.turnOff())
          this.#log.warn(
            "DATABASE_URL is a pooler that keeps no prepared statements, so they are no longer used: set DATABASE_PREPARED=off",
          );
      },
    });
    this.#watched.set(client, made);
    return made;
  }

  #warn(cause: string, about: Record<string, unknown>): void {
    const now = performance.now();
    if (now - (this.#lines.get(cause) ?? -LINES_APART_MS) < LINES_APART_MS)
      return;
    this.#lines.set(cause, now);
    this.#log.warn(about, cause);
  }
}

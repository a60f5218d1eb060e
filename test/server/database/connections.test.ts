import { sql } from "kysely";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { openDatabase } from "../../../server/database/database.ts";
import type { Database, Db } from "../../../server/database/database.ts";
import {
  DatabaseBusyError,
  DatabaseConnectionError,
  SilentConnectionError,
} from "../../../server/database/errors.ts";
import type { TransactionLimits } from "../../../server/database/limits.ts";
import { createLog } from "../../../server/log.ts";
import { useDatabase } from "../../database.ts";
import { startProxy } from "../../tcp-proxy.ts";
import type { Proxy } from "../../tcp-proxy.ts";

const at = useDatabase();
const limits: TransactionLimits = {
  connectionMs: 500,
  beginMs: 300,
  lockMs: 300,
  statementMs: 500,
  answerMs: 800,
  idleMs: 1_000,
};
let proxy: Proxy;
const opened: Database[] = [];

beforeAll(async () => {
  proxy = await startProxy(at.url);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});
afterAll(async () => {
  await proxy.close();
});

function open(url: string, poolSize = 6, within = limits): Database {
  const database = openDatabase({
    url,
    poolSize,
    log: createLog("silent"),
    limits: within,
  });
  opened.push(database);
  return database;
}

const pidOf = async (db: Db): Promise<number> => {
  const { rows } = await sql<{
    pid: number;
  }>`select pg_backend_pid() as pid`.execute(db);
  return rows[0]?.pid ?? 0;
};

/** Lets `count` transactions stand side by side, so that the pool has as many connections. */
async function fill(database: Database, count: number): Promise<void> {
  let inside = 0;
  const all = Promise.withResolvers<void>();
  await Promise.all(
    Array.from({ length: count }, () =>
      database.crossing(async (db) => {
        await pidOf(db);
        if (++inside === count) all.resolve();
        await all.promise;
      }),
    ),
  );
}

test("8-B1 a statement on a connection that falls silent fails in time, and its connection is not used again", async () => {
  const database = open(proxy.url);
  let pid = 0;
  const failed = database.inPortal(1, async (db) => {
    pid = await pidOf(db);
    proxy.silence();
    await pidOf(db);
  });
  await expect(failed).rejects.toBeInstanceOf(SilentConnectionError);
  expect(await database.inPortal(1, pidOf)).not.toBe(pid);
  expect(database.poolState()).toMatchObject({ total: 1, waiting: 0 });
});

test("8-B1 a commit whose answer never comes fails in time, too", async () => {
  const database = open(proxy.url);
  const failed = database.inPortal(1, async (db) => {
    await pidOf(db);
    proxy.silence();
  });
  await expect(failed).rejects.toBeInstanceOf(SilentConnectionError);
});

test("8-B1 connections that fell silent while nobody used them cost one wait, and fail no work", async () => {
  const database = open(proxy.url);
  await fill(database, 4);
  const before = proxy.connections();
  proxy.silence();
  expect(await database.inPortal(1, pidOf)).toBeGreaterThan(0);
  await fill(database, 4);
  // Each was replaced when its turn came, without a wait of its own.
  expect(proxy.connections() - before).toBe(4);
  expect(database.poolState().total).toBe(4);
});

test("8-B1 what a forgotten transaction has locked is free again by itself", async () => {
  const database = open(proxy.url);
  await at.database.crossing((db) =>
    sql`insert into lane (portal_id, kind) values (3, 'dirty')`.execute(db),
  );
  const take = sql`update lane set token = token + 1 where portal_id = 3`;
  const lost = database.inPortal(3, async (db) => {
    await take.execute(db);
    proxy.silence();
    await pidOf(db);
  });
  await expect(lost).rejects.toBeInstanceOf(SilentConnectionError);
  await vi.waitFor(() => database.inPortal(3, (db) => take.execute(db)), {
    timeout: 5_000,
  });
});

test("8-B1 closing the pool does not wait for a database that is silent", async () => {
  const database = open(proxy.url);
  const failed = database.inPortal(1, async (db) => {
    await pidOf(db);
    proxy.silence();
    await pidOf(db);
  });
  failed.catch(() => undefined);
  await database.close();
  await expect(failed).rejects.toBeInstanceOf(Error);
});

test("8-B5 a transaction that did not begin leaves its connection as it was", async () => {
  // A setting that Postgres refuses, after it has executed `begin`.
  const database = open(at.url, 1, { ...limits, lockMs: -1 });
  await expect(database.inPortal(5, pidOf)).rejects.toMatchObject({
    code: "22023",
  });
  const { rows } = await sql<{ one: number }>`select 1 as one`.execute(
    database.owner,
  );
  expect(rows).toEqual([{ one: 1 }]);
  expect(database.poolState()).toEqual({ total: 1, idle: 1, waiting: 0 });
});

test("8-B5 who loses the connection in the middle learns why, and the next one gets another", async () => {
  const database = open(at.url, 1);
  let runs = 0;
  await expect(
    database.inPortal(5, async (db) => {
      runs += 1;
      const pid = await pidOf(db);
      await sql`select pg_terminate_backend(${pid})`.execute(at.database.owner);
      await pidOf(db);
    }),
  ).rejects.toThrow(/terminat|ended/i);
  expect(runs).toBe(1);
  expect(await database.inPortal(5, pidOf)).toBeGreaterThan(0);
});

test("8-B5 a statement that was prepared before a migration changed its columns is prepared again", async () => {
  const { owner } = at.database;
  await sql`create table changing (id bigint)`.execute(owner);
  await sql`insert into changing values (7)`.execute(owner);
  await sql`grant select on changing to public`.execute(owner);
  const database = open(at.url, 1);
  const read = () =>
    database.inPortal(5, async (db) => {
      const { rows } =
        await sql`select * from changing where id = ${7}`.execute(db);
      return rows;
    });
  for (let times = 0; times < 3; times++)
    expect(await read()).toEqual([{ id: "7" }]);
  await sql`alter table changing add column note text`.execute(owner);
  expect(await read()).toEqual([{ id: "7", note: null }]);
});

test("8-A3 a lock that another has fails the transaction in time, and so does a statement that takes too long", async () => {
  const database = open(at.url);
  const locker = new Client({ connectionString: at.url });
  await locker.connect();
  await at.database.crossing((db) =>
    sql`insert into lane (portal_id, kind) values (4, 'dirty')`.execute(db),
  );
  await locker.query("begin");
  await locker.query("update lane set token = 0 where portal_id = 4");
  const take = sql`update lane set token = token + 1 where portal_id = 4`;
  await expect(
    database.inPortal(4, (db) => take.execute(db)),
  ).rejects.toMatchObject({ code: "55P03" });
  await locker.end();
  await expect(
    database.inPortal(4, (db) => sql`select pg_sleep(5)`.execute(db)),
  ).rejects.toMatchObject({ code: "57014" });
  expect(await database.inPortal(4, pidOf)).toBeGreaterThan(0);
});

test("8-A3 one portal gets a third of the connections, and others find one at once", async () => {
  const database = open(at.url, 6);
  const locker = new Client({ connectionString: at.url });
  await locker.connect();
  await at.database.crossing((db) =>
    sql`insert into lane (portal_id, kind) values (8, 'dirty')`.execute(db),
  );
  await locker.query("begin");
  await locker.query("update lane set token = 0 where portal_id = 8");
  const ends = Array.from({ length: 30 }, () =>
    database
      .inPortal(8, (db) =>
        sql`update lane set token = 1 where portal_id = 8`.execute(db),
      )
      .then(
        () => "done",
        (error: unknown) => error,
      ),
  );
  await vi.waitFor(() => expect(database.poolState().waiting).toBe(28));
  expect(await database.inPortal(9, pidOf)).toBeGreaterThan(0);
  expect(await database.crossing(pidOf)).toBeGreaterThan(0);
  const errors = await Promise.all(ends);
  await locker.end();
  expect(errors.some((error) => error instanceof DatabaseBusyError)).toBe(true);
  expect(errors).not.toContain("done");
  expect(database.poolState().waiting).toBe(0);
  expect(await database.inPortal(8, pidOf)).toBeGreaterThan(0);
});

test.each([
  [
    "a port that nobody listens on",
    (url: URL) => {
      url.port = "1";
    },
    /at 127\.0\.0\.1:1, user counterpart, database test_\w+ \(ECONNREFUSED\): .*Check that Postgres runs/,
  ],
  [
    "a database that is not there",
    (url: URL) => {
      url.pathname = "/nowhere";
    },
    /database nowhere \(3D000\): .*Create the database/,
  ],
  [
    "TLS that the server does not speak",
    (url: URL) => {
      url.searchParams.set("sslmode", "verify-full");
    },
    /does not support SSL connections\. Remove sslmode/,
  ],
])(
  "8-B6 a connection that fails says where to and why: %s",
  async (_what, change, expected) => {
    const url = new URL(proxy.url);
    url.password = "secret-of-the-database";
    change(url);
    const failed = open(url.href).inPortal(1, pidOf);
    await expect(failed).rejects.toBeInstanceOf(DatabaseConnectionError);
    const error = await failed.catch((reason: unknown) => reason as Error);
    expect(String(error)).toMatch(expected);
    expect(String(error)).not.toContain("secret-of-the-database");
  },
);

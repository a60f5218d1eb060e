import { execFileSync } from "node:child_process";
import os from "node:os";
import { sql } from "kysely";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  LOGIN_NICENESS,
  loginProcessors,
} from "../../../server/database/confine-logins.ts";
import { openDatabase } from "../../../server/database/database.ts";
import type { Database } from "../../../server/database/database.ts";
import { createProductLogin } from "../../../server/database/product-login.ts";
import { createLog } from "../../../server/log.ts";
import { startTestPostgres, TEMPLATE, withDatabase } from "../../postgres.ts";
import { addPortal } from "../jobs/portal.ts";

let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let database: Database;
beforeAll(async () => {
  postgres = await startTestPostgres({ confinesLogins: true });
  database = openDatabase({
    url: withDatabase(postgres.url, TEMPLATE),
    poolSize: 1,
    log: createLog("silent"),
  });
});
afterAll(async () => {
  await database.close();
  await postgres.stop();
});

test.each([
  ["0", "0"],
  ["0-1", "1"],
  ["0-3", "2,3"],
  ["1,3-5,8", "5,8"],
])("of the processors %s, logins get %s", (allowed, logins) => {
  expect(loginProcessors(allowed)).toBe(logins);
});

/** The processors that a process may use, in the kernel's notation. */
const processorsOf = (pid: number | string): string =>
  execFileSync("grep", ["Cpus_allowed_list", `/proc/${pid}/status`], {
    encoding: "utf8",
  })
    .split(/\s+/)
    .at(1) ?? "";

const numbersIn = (list: string): number[] =>
  list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });

const patient = { timeout: 20_000 };

// Elsewhere, Postgres' processes keep all processors, and their priority.
const isLinux = process.platform === "linux";

test("X-18 a login's session gets half of the processors and a low priority, also while it computes; ours get all", async () => {
  await addPortal(database, 7);
  const product = new Client({
    connectionString: await createProductLogin(database, 7),
  });
  await product.connect();
  try {
    const { rows } = await product.query<{ pid: number }>(
      "select pg_backend_pid() as pid",
    );
    const theirs = rows[0]?.pid ?? 0;
    const computing = product
      .query("select count(*) from generate_series(1, 50000000)")
      .catch(() => undefined);
    const { rows: own } = await sql<{ pid: number }>`
      select pg_backend_pid() as pid`.execute(database.owner);
    const ours = own[0]?.pid ?? 0;
    const niceness = isLinux ? LOGIN_NICENESS : 0;
    await expect.poll(() => os.getPriority(theirs), patient).toBe(niceness);
    if (isLinux) {
      const all = processorsOf("self");
      await expect.poll(() => processorsOf(ours), patient).toBe(all);
      expect(numbersIn(processorsOf(theirs))).toEqual(
        numbersIn(loginProcessors(all)),
      );
    }
    expect(os.getPriority(ours)).toBe(os.getPriority());
    await sql`select pg_cancel_backend(${theirs})`.execute(database.owner);
    await computing;
  } finally {
    await product.end();
  }
});

import { mkdtemp, rm } from "node:fs/promises";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startEmbeddedPostgres } from "../../../server/database/embedded.ts";
import type { EmbeddedPostgres } from "../../../server/database/launch-postgres.ts";
import { mostMemory } from "../../../server/database/launch-postgres.ts";

const GIGABYTE = 1024 ** 3;

test.each([
  [1, 0.75],
  [8, 0.75],
  [16, 1],
  [24, 1.5],
  [512, 2],
])(
  "on a machine of %d GB, a process of Postgres may have %d GB for itself",
  (total, most) => {
    expect(mostMemory(total * GIGABYTE)).toBe(most * GIGABYTE);
  },
);

// Elsewhere, nothing bounds it.
describe.runIf(process.platform === "linux")(
  "X-18 a session that takes too much memory has its statement refused, and Postgres goes on",
  () => {
    let folder: string;
    let postgres: EmbeddedPostgres;
    let greedy: Client;
    let other: Client;
    beforeAll(async () => {
      folder = await mkdtemp("/tmp/counterpart-memory-");
      postgres = await startEmbeddedPostgres({
        dataDir: folder,
        settings: { fsync: "off" },
        memoryBytes: 100 * 1024 ** 2,
      });
      [greedy, other] = [0, 1].map(
        () => new Client({ connectionString: postgres.url }),
      ) as [Client, Client];
      await Promise.all([greedy.connect(), other.connect()]);
      await greedy.query("set work_mem = '4GB'");
    });
    afterAll(async () => {
      await Promise.all([greedy.end(), other.end()]);
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    });
    afterEach(async () => {
      for (const client of [greedy, other])
        await expect(client.query("select 1 as one")).resolves.toMatchObject({
          rows: [{ one: 1 }],
        });
    });

    test("memory of its own", async () => {
      await expect(
        greedy.query(
          "select max(t) from (select repeat(n::text, 20) t from generate_series(1, 2000000) n order by t offset 1) s",
        ),
      ).rejects.toMatchObject({ code: "53200" });
    });

    test("memory that a parallel query shares with its workers", async () => {
      await other.query(`
        create unlogged table large as
        select n, repeat('x', 100) as text from generate_series(1, 3000000) n;
        analyze large`);
      await greedy.query(`
        set min_parallel_table_scan_size = 0;
        set parallel_setup_cost = 0;
        set parallel_tuple_cost = 0;
        set enable_mergejoin = off`);
      const join =
        "select count(*), max(b.text) from large a join large b using (n)";
      const { rows } = await greedy.query<Record<string, string>>(
        `explain ${join}`,
      );
      expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain(
        "Parallel Hash Join",
      );
      await expect(greedy.query(join)).rejects.toMatchObject({ code: "53200" });
    });
  },
);

import { mkdtemp, rm } from "node:fs/promises";
import { Client } from "pg";
import { expect, test } from "vitest";
import { startEmbeddedPostgres } from "../../../server/database/embedded.ts";
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
test.runIf(process.platform === "linux")(
  "X-18 a session that takes too much memory has its statement refused, and Postgres goes on",
  async () => {
    const folder = await mkdtemp("/tmp/counterpart-memory-");
    const postgres = await startEmbeddedPostgres({
      dataDir: folder,
      settings: { fsync: "off" },
      memoryBytes: 300_000_000,
    });
    const [greedy, other] = [0, 1].map(
      () => new Client({ connectionString: postgres.url }),
    ) as [Client, Client];
    try {
      await Promise.all([greedy.connect(), other.connect()]);
      await greedy.query("set work_mem = '4GB'");
      await expect(
        greedy.query(
          "select max(t) from (select repeat(n::text, 20) t from generate_series(1, 5000000) n order by t offset 1) s",
        ),
      ).rejects.toMatchObject({ code: "53200" });
      for (const client of [greedy, other])
        await expect(client.query("select 1 as one")).resolves.toMatchObject({
          rows: [{ one: 1 }],
        });
    } finally {
      await Promise.all([greedy.end(), other.end()]);
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
);

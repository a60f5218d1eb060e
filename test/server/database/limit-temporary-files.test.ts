import { sql } from "kysely";
import { Client } from "pg";
import { beforeAll, expect, test } from "vitest";
import {
  limitTemporaryFiles,
  toCancel,
} from "../../../server/database/limit-temporary-files.ts";
import { createProductLogin } from "../../../server/database/product-login.ts";
import { useDatabase } from "../../database.ts";
import { addPortal } from "../jobs/portal.ts";

const at = useDatabase();

test.each([
  ["none of a login within its limit", { a: [60, 40] }, []],
  ["the largest of a login", { a: [20, 70, 30] }, ["a70"]],
  ["as many as it takes", { a: [90, 80, 70] }, ["a90", "a80"]],
  ["one that alone has too much", { a: [101] }, ["a101"]],
  ["none for what another login has", { a: [60], b: [60, 50] }, ["b60"]],
])("cancelled is %s", (_case, files, expected) => {
  const sessions = Object.entries<number[]>(files).flatMap(([login, sizes]) =>
    sizes.map((bytes, index) => ({ pid: index + 1, login, bytes })),
  );
  expect(
    toCancel(sessions, 100).map(({ login, bytes }) => `${login}${bytes}`),
  ).toEqual(expected);
});

// Elsewhere, Postgres' own limit for each session is all there is.
const isLinux = process.platform === "linux";
/** About 8 MB of temporary files. */
const SORT =
  "select count(*) from (select repeat(n::text, 20) t from generate_series(1, 60000) n order by t) s";
const PATIENCE = { timeout: 20_000 };

/** Sessions of portals' logins, with a limit on their temporary files from after `before` on. */
async function limited(
  bytes: number,
  portals: readonly number[],
  work: (sessions: Client[]) => Promise<void>,
  before: (sessions: Client[]) => Promise<void> = async () => undefined,
): Promise<void> {
  const { rows } = await sql<{ data_directory: string }>`
    show data_directory`.execute(at.database.owner);
  const sessions = await Promise.all(
    portals.map(async (portalId) => {
      const client = new Client({
        connectionString: await createProductLogin(at.database, portalId),
      });
      client.on("error", () => undefined);
      await client.connect();
      return client;
    }),
  );
  let limiting: { stop(): void } | undefined;
  try {
    await before(sessions);
    limiting = limitTemporaryFiles(rows[0]?.data_directory ?? "", { bytes });
    await work(sessions);
  } finally {
    limiting?.stop();
    await Promise.all(sessions.map((client) => client.end()));
  }
}

beforeAll(async () => {
  for (const portalId of [7, 8]) await addPortal(at.database, portalId);
});

test.runIf(isLinux)(
  "X-18 a login whose sessions have too many temporary files together has its largest statements cancelled; others go on",
  async () => {
    await limited(12_000_000, [7, 7, 8], async (sessions) => {
      // A cursor keeps its files until its transaction ends.
      const hold = async (client: Client): Promise<void> => {
        await client.query("begin");
        await client.query(
          `declare held cursor for ${SORT.replace("count(*)", "t")}`,
        );
        await client.query("fetch 1 from held");
      };
      const [one, two, other] = sessions as [Client, Client, Client];
      await hold(one);
      await hold(other);
      await expect(two.query(SORT.replace("60000", "2000000"))).rejects.toThrow(
        "canceling statement",
      );
      await expect(one.query("fetch 1 from held")).resolves.toBeDefined();
      await expect(other.query("fetch 1 from held")).resolves.toBeDefined();
      await expect
        .poll(() => two.query(SORT).then(() => true), PATIENCE)
        .toBe(true);
    });
  },
);

test.runIf(isLinux)(
  "X-18 a session that runs nothing and keeps too many temporary files is ended",
  async () => {
    await limited(
      4_000_000,
      [7, 8],
      async (sessions) => {
        const [idle, other] = sessions as [Client, Client];
        await expect
          .poll(
            () =>
              idle.query("select 1").then(
                () => "alive",
                ({ message }: Error) => message,
              ),
            PATIENCE,
          )
          .toMatch(/terminat|not queryable/);
        await expect(other.query("select 1")).resolves.toBeDefined();
      },
      async ([idle]) => {
        await idle?.query(
          "declare held cursor with hold for select repeat(n::text, 20) t from generate_series(1, 60000) n",
        );
      },
    );
  },
);

test.runIf(isLinux)(
  "X-18 the files that a parallel query shares count for its session",
  async () => {
    await limited(100_000, [7], async (sessions) => {
      const [session] = sessions as [Client];
      for (const setting of [
        "work_mem = '64kB'",
        "parallel_setup_cost = 0",
        "parallel_tuple_cost = 0",
        "min_parallel_table_scan_size = 0",
        "enable_mergejoin = off",
        "enable_nestloop = off",
        "enable_indexscan = off",
        "enable_bitmapscan = off",
      ])
        await session.query(`set ${setting}`);
      const join =
        "select count(*) from pg_attribute a join pg_attribute b on a.attname = b.attname and a.attnum = b.attnum where pg_sleep(0.0005) is not null";
      const { rows } = await session.query<{ "QUERY PLAN": string }>(
        `explain ${join}`,
      );
      expect(JSON.stringify(rows)).toContain("Parallel Hash Join");
      await expect(session.query(join)).rejects.toThrow("canceling statement");
    });
  },
);

import { sql } from "kysely";
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "../../../server/database/database.ts";
import { migrate } from "../../../server/database/migrate.ts";
import { StatementNames } from "../../../server/database/statement-names.ts";
import { cloneDatabase } from "../../database.ts";
import { useWorld } from "../sync/card/world.ts";
import { startPgBouncer } from "./pgbouncer.ts";

const bouncers: { stop(): Promise<void> }[] = [];
afterAll(async () => {
  for (const bouncer of bouncers) await bouncer.stop();
});

async function through(url: string): Promise<string> {
  const bouncer = await startPgBouncer(url);
  bouncers.push(bouncer);
  return bouncer.url;
}

const world = useWorld({}, { through });

/** A log whose lines can be read. */
function readableLog() {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  return { log: pino({ base: null }, stream), lines };
}

/** Many small transactions at once, each with a few statements of a few texts. */
async function load(
  url: string,
  names: StatementNames,
): Promise<{ sum: number; lines: string[] }> {
  const { log, lines } = readableLog();
  const database = openDatabase({ url, poolSize: 12, log, names });
  try {
    const results = await Promise.all(
      Array.from({ length: 300 }, (_one, at) =>
        database.inPortal(at, async (db) => {
          const columns = sql.raw(
            Array.from(
              { length: (at % 7) + 1 },
              (_c, n) => `${n} as c${n}`,
            ).join(),
          );
          let sum = 0;
          for (let times = 0; times < 3; times++) {
            const { rows } = await sql<{
              given: number;
            }>`select ${columns}, ${at}::int as given`.execute(db);
            sum += rows[0]?.given ?? Number.NaN;
          }
          return sum;
        }),
      ),
    );
    return { sum: results.reduce((sum, one) => sum + one, 0), lines };
  } finally {
    await database.close();
  }
}

const SUM = 3 * ((299 * 300) / 2);

test("8-B4 behind a pooler that loses prepared statements, no transaction fails, and one line says what to set", async () => {
  const cloned = await cloneDatabase();
  try {
    const { sum, lines } = await load(
      await through(cloned.url),
      new StatementNames(),
    );
    expect(sum).toBe(SUM);
    expect(
      lines.filter((line) => line.includes("DATABASE_PREPARED=off")),
    ).toHaveLength(1);
  } finally {
    await cloned.drop();
  }
});

test("8-B4 without prepared statements, there is nothing to say", async () => {
  const cloned = await cloneDatabase();
  try {
    const { sum, lines } = await load(
      await through(cloned.url),
      new StatementNames(true),
    );
    expect({ sum, lines }).toEqual({ sum: SUM, lines: [] });
  } finally {
    await cloned.drop();
  }
});

test("8-B4 an empty database is migrated through the pooler", async () => {
  const cloned = await cloneDatabase({ template: "template1" });
  const { log } = readableLog();
  const database = openDatabase({
    url: await through(cloned.url),
    poolSize: 2,
    log,
  });
  try {
    expect((await migrate(database.owner)).length).toBeGreaterThan(0);
  } finally {
    await database.close();
    await cloned.drop();
  }
});

test("8-B4 the app installs, pulls, serves cards and syncs through the pooler", async () => {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    objectId = await it.makeObject("contacts", { email: "ada@example.com" });
  });
  const views: Awaited<ReturnType<typeof portal.card>>[] = [];
  // A portal's cards beyond those that wait already are refused, so they come in two rounds.
  for (let round = 0; round < 2; round++)
    views.push(
      ...(await Promise.all(
        Array.from({ length: 20 }, () => portal.card("contacts", objectId)),
      )),
    );
  const { record } = views[0] ?? {};
  await portal.api("PATCH", `/contacts/${record?.id ?? ""}`, {
    properties: { phone: "7" },
  });
  await world().work(async () => {
    expect((await portal.object("contacts", objectId))["phone"]).toBe("7");
  });
});

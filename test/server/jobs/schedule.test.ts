import { sql } from "kysely";
import { afterEach, expect, test, vi } from "vitest";
import type { LaneKind } from "../../../server/jobs/lane.ts";
import { startSchedule, tick } from "../../../server/jobs/schedule.ts";
import { startWorkers } from "../../../server/jobs/workers.ts";
import { createLog } from "../../../server/log.ts";
import { createMetrics } from "../../../server/metrics.ts";
import { useDatabase } from "../../database.ts";
import { addPortal, laneOf, setState, works } from "./portal.ts";

const at = useDatabase({ poolSize: 40 });
const log = createLog("silent");
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await at.database.owner.deleteFrom("lane").execute();
  await at.database.owner.deleteFrom("installation").execute();
});

test("ten processes that tick and work do each turn once", async () => {
  const portals = [1, 2, 3];
  for (const portalId of portals) await addPortal(at.database, portalId);
  const intervals = { "changed-pull": 1 };
  const turns: { portalId: number; at: number }[] = [];
  const began = Date.now();
  for (let process = 0; process < 10; process++) {
    const schedule = startSchedule({ database: at.database, intervals, log });
    const workers = startWorkers({
      database: at.database,
      work: works({
        "changed-pull": (portalId) => {
          turns.push({ portalId, at: Date.now() });
          return Promise.resolve({ again: null });
        },
      }),
      intervals,
      concurrency: 2,
      log,
      metrics: createMetrics(),
    });
    stops.push(
      () => schedule.stop(),
      () => workers.stop(),
    );
  }
  await vi.waitFor(
    () => {
      for (const portalId of portals)
        expect(
          turns.filter((turn) => turn.portalId === portalId).length,
        ).toBeGreaterThan(5);
    },
    { timeout: 30_000 },
  );
  const seconds = (Date.now() - began) / 1000;
  for (const portalId of portals) {
    const times = turns
      .filter((turn) => turn.portalId === portalId)
      .map((turn) => turn.at);
    expect(times.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    // Its interval runs from the end of a turn, so a turn that begins late makes the next one as late.
    for (const [index, time] of times.entries())
      if (index > 0)
        expect(time - (times[index - 1] ?? 0)).toBeGreaterThan(990);
  }
});

test("due times are spread over the interval, by portal, and the same whoever computes them", async () => {
  for (let portalId = 1; portalId <= 200; portalId++)
    await addPortal(at.database, portalId);
  await tick(at.database, { sweep: 1000 });
  const { rows } = await sql<{ quarter: number; n: number }>`
    select floor(extract(epoch from next_at - now()) / 250)::int as quarter, count(*)::int as n
    from lane where kind = 'sweep' group by 1 order by 1`.execute(
    at.database.owner,
  );
  expect(rows.map((row) => row.quarter)).toEqual([0, 1, 2, 3]);
  for (const { n } of rows) expect(n).toBeGreaterThan(25);
  const before = await laneOf(at.database, 17, "sweep");
  await tick(at.database, { sweep: 1000 });
  const after = await laneOf(at.database, 17, "sweep");
  expect(Math.abs((after?.due_in ?? 0) - (before?.due_in ?? 0))).toBeLessThan(
    5,
  );
});

test("a tick brings back what rested while the portal was disconnected, and what a longer interval put too far off", async () => {
  await addPortal(at.database, 5, "disconnected");
  await tick(at.database, { "changed-pull": 60 });
  expect(await laneOf(at.database, 5, "changed-pull")).toBeUndefined();
  await setState(at.database, 5, "active");
  await tick(at.database, { "changed-pull": 60 });
  for (const far of ["infinity", "2999-01-01"]) {
    await sql`update lane set next_at = ${far}::timestamptz where portal_id = 5`.execute(
      at.database.owner,
    );
    await tick(at.database, { "changed-pull": 60 });
    expect(
      (await laneOf(at.database, 5, "changed-pull"))?.due_in,
    ).toBeLessThanOrEqual(60);
  }
});

test("a tick leaves a lane alone that ended after the tick began", async () => {
  await addPortal(at.database, 6);
  await tick(at.database, { "changed-pull": 60 });
  // Its worker's clock is the same, but its turn ended five seconds later.
  await sql`update lane set next_at = now() + interval '65 seconds'`.execute(
    at.database.owner,
  );
  await tick(at.database, { "changed-pull": 60 });
  expect(
    (await laneOf(at.database, 6, "changed-pull"))?.due_in,
  ).toBeGreaterThan(61);
});

test("the end of a setup window makes upkeep due", async () => {
  await addPortal(at.database, 9, "setting-up");
  const intervals: Partial<Record<LaneKind, number>> = { upkeep: 3600 };
  const windowEnds = (moment: string) =>
    sql`update installation set window_ends_at = ${moment}::timestamptz`.execute(
      at.database.owner,
    );
  await windowEnds("2999-01-01");
  await tick(at.database, intervals);
  await sql`update lane set next_at = now() + interval '30 minutes'`.execute(
    at.database.owner,
  );
  await tick(at.database, intervals);
  expect((await laneOf(at.database, 9, "upkeep"))?.due_in).toBeGreaterThan(
    1000,
  );
  await windowEnds("2001-01-01");
  await tick(at.database, intervals);
  expect((await laneOf(at.database, 9, "upkeep"))?.due_in).toBeLessThanOrEqual(
    0,
  );
});

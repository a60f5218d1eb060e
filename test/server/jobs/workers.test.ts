import { sql } from "kysely";
import { afterEach, expect, test, vi } from "vitest";
import {
  CancelledError,
  DisconnectedError,
  WaitError,
} from "../../../server/hubspot/errors.ts";
import { backOffSeconds } from "../../../server/jobs/ending.ts";
import type { LaneKind, LaneWorks } from "../../../server/jobs/lane.ts";
import { LeaseLost } from "../../../server/database/fence.ts";
import { makeLaneDue } from "../../../server/database/make-lane-due.ts";
import { startWorkers } from "../../../server/jobs/workers.ts";
import type { Workers } from "../../../server/jobs/workers.ts";
import { createLog } from "../../../server/log.ts";
import { createMetrics } from "../../../server/metrics.ts";
import { useDatabase } from "../../database.ts";
import {
  addDirty,
  addEvent,
  addPortal,
  addRun,
  handleDirty,
  laneOf,
  setState,
  works,
} from "./portal.ts";

const at = useDatabase({ poolSize: 40 });
const running: Workers[] = [];
let lastPortal = 1000;

async function newPortal(
  state?: Parameters<typeof addPortal>[2],
): Promise<number> {
  const portalId = ++lastPortal;
  await addPortal(at.database, portalId, state);
  return portalId;
}

function start(
  work: Partial<LaneWorks>,
  options: {
    concurrency?: number;
    intervals?: Partial<Record<LaneKind, number>>;
  } = {},
): Workers {
  const workers = startWorkers({
    database: at.database,
    work: works(work),
    concurrency: 4,
    log: createLog("silent"),
    metrics: createMetrics(),
    ...options,
  });
  running.push(workers);
  return workers;
}

afterEach(async () => {
  const ended = running.splice(0);
  await Promise.all(ended.map((workers) => workers.stop()));
  expect(ended.map((workers) => workers.busy())).toEqual(ended.map(() => 0));
  await at.database.owner.deleteFrom("lane").execute();
  await at.database.owner.deleteFrom("dirty").execute();
  await at.database.owner.deleteFrom("inbox").execute();
  await at.database.owner.deleteFrom("run").execute();
  await at.database.owner.deleteFrom("installation").execute();
});

test("changed records, webhook events and queued runs are found without anybody waking a lane", async () => {
  const portalId = await newPortal();
  const seen: string[] = [];
  const note = (kind: string) => async (portal: number) => {
    seen.push(`${kind} of ${portal}`);
    await at.database.owner
      .deleteFrom(kind as "dirty" | "inbox" | "run")
      .execute();
    return { again: null };
  };
  start({ dirty: note("dirty"), inbox: note("inbox"), run: note("run") });
  await addDirty(at.database, portalId);
  await addEvent(at.database, portalId);
  await addRun(at.database, portalId);
  await vi.waitFor(() =>
    expect(seen.toSorted()).toEqual([
      `dirty of ${portalId}`,
      `inbox of ${portalId}`,
      `run of ${portalId}`,
    ]),
  );
});

test("the lanes of a portal that is disconnected rest until it is connected again", async () => {
  const resting = await newPortal("disconnected");
  const active = await newPortal();
  const seen: number[] = [];
  start({
    dirty: async (portalId) => {
      seen.push(portalId);
      await handleDirty(at.database, portalId, 10);
      return { again: null };
    },
  });
  await addDirty(at.database, resting);
  await at.database.inPortal(resting, (db) =>
    makeLaneDue(db, "dirty", resting),
  );
  await addDirty(at.database, active);
  await vi.waitFor(() => expect(seen).toEqual([active]));
  await vi.waitFor(async () =>
    expect((await laneOf(at.database, resting, "dirty"))?.due_in).toBe(
      Infinity,
    ),
  );
  await setState(at.database, resting, "active");
  await vi.waitFor(() => expect(seen).toEqual([active, resting]));
});

test("one portal's backlog does not delay the others", async () => {
  const large = await newPortal();
  await addDirty(at.database, large, 2000);
  const small: number[] = [];
  for (let index = 0; index < 40; index++) {
    const portalId = await newPortal();
    await addDirty(at.database, portalId);
    small.push(portalId);
  }
  const order: number[] = [];
  start(
    {
      dirty: async (portalId) => {
        order.push(portalId);
        return {
          again:
            (await handleDirty(at.database, portalId, 10)) > 0 ? "now" : null,
        };
      },
    },
    { concurrency: 2 },
  );
  await vi.waitFor(() => expect(new Set(order).size).toBe(41), {
    timeout: 10_000,
  });
  const lastSmall = Math.max(
    ...small.map((portalId) => order.indexOf(portalId)),
  );
  const turnsOfLarge = order
    .slice(0, lastSmall)
    .filter((portalId) => portalId === large).length;
  // Turn by turn: with 40 others waiting, it had a turn or two, where first come first served would give it 200.
  expect(turnsOfLarge).toBeLessThan(25);
});

test("many workers never work one lane at the same time, and every record is handled once", async () => {
  const portals = [await newPortal(), await newPortal(), await newPortal()];
  for (const portalId of portals) await addDirty(at.database, portalId, 60);
  const inside = new Map<number, number>();
  let most = 0;
  let turns = 0;
  const work: Partial<LaneWorks> = {
    dirty: async (portalId, { fence }) => {
      const now = (inside.get(portalId) ?? 0) + 1;
      inside.set(portalId, now);
      most = Math.max(most, now);
      turns += 1;
      const left = await handleDirty(at.database, portalId, 10);
      await at.database.inPortal(portalId, (db) => fence(db));
      inside.set(portalId, (inside.get(portalId) ?? 0) - 1);
      return { again: left > 0 ? "now" : null };
    },
  };
  for (let process = 0; process < 4; process++) start(work);
  await vi.waitFor(async () => {
    const { rows } = await sql<{
      n: number;
    }>`select count(*)::int as n from dirty`.execute(at.database.owner);
    expect(rows[0]?.n).toBe(0);
    expect([...inside.values()]).toEqual([0, 0, 0]);
  });
  expect(most).toBe(1);
  expect(turns).toBe(18);
});

test("work that throws backs off, is not woken sooner, and starts afresh after a success", async () => {
  const portalId = await newPortal();
  await addDirty(at.database, portalId);
  const turns: number[] = [];
  start({
    dirty: async () => {
      turns.push(Date.now());
      if (turns.length < 2)
        throw Object.assign(new TypeError("contact jane@example.com"), {
          code: "E_TEST",
        });
      await handleDirty(at.database, portalId, 1);
      return { again: null };
    },
  });
  await vi.waitFor(async () =>
    expect(await laneOf(at.database, portalId, "dirty")).toMatchObject({
      failures: 1,
      waits: true,
      leased: false,
      last_error: "TypeError E_TEST",
    }),
  );
  await vi.waitFor(
    async () =>
      expect(await laneOf(at.database, portalId, "dirty")).toMatchObject({
        failures: 0,
        waits: false,
        last_error: null,
      }),
    { timeout: 5000 },
  );
  expect((turns[1] ?? 0) - (turns[0] ?? 0)).toBeGreaterThan(700);
});

test("back-off doubles to five minutes", () => {
  const middle = () => 0.5;
  expect(
    [0, 1, 2, 3, 8, 9, 400].map((failures) => backOffSeconds(failures, middle)),
  ).toEqual([1, 2, 4, 8, 256, 300, 300]);
  expect(backOffSeconds(0, () => 0)).toBe(0.75);
});

test("a lane that HubSpot asks to wait comes back at that moment, and it counts as no failure", async () => {
  const portalId = await newPortal();
  const other = await newPortal();
  await addDirty(at.database, portalId);
  const turns: number[] = [];
  let until = 0;
  start({
    dirty: async (portal) => {
      if (portal !== portalId) {
        await handleDirty(at.database, portal, 10);
        return { again: null };
      }
      turns.push(Date.now());
      if (turns.length === 1) {
        until = Date.now() + 900;
        throw new WaitError(new Date(until), "portal");
      }
      await handleDirty(at.database, portalId, 10);
      return { again: null };
    },
  });
  await vi.waitFor(async () =>
    expect(await laneOf(at.database, portalId, "dirty")).toMatchObject({
      waits: true,
      failures: 0,
      last_error: null,
    }),
  );
  await addDirty(at.database, other);
  await vi.waitFor(async () =>
    expect(await laneOf(at.database, other, "dirty")).toMatchObject({
      leased: false,
      token: 1,
    }),
  );
  await vi.waitFor(() => expect(turns).toHaveLength(2));
  expect(turns[1]).toBeGreaterThanOrEqual(until - 5);
  expect((turns[1] ?? 0) - until).toBeLessThan(700);
});

test("a portal that turns out disconnected rests; a cancelled turn is given back at once", async () => {
  const gone = await newPortal();
  const cancelled = await newPortal();
  let turns = 0;
  start({
    upkeep: (portalId) => {
      if (portalId === gone)
        throw new DisconnectedError(gone, "dead refresh token");
      turns += 1;
      return turns === 1
        ? Promise.reject(new CancelledError())
        : Promise.resolve({ again: null });
    },
  });
  for (const portalId of [gone, cancelled]) {
    await at.database.inPortal(portalId, (db) =>
      makeLaneDue(db, "upkeep", portalId),
    );
  }
  await vi.waitFor(() => expect(turns).toBe(2));
  await vi.waitFor(async () =>
    expect(await laneOf(at.database, gone, "upkeep")).toMatchObject({
      due_in: Infinity,
      failures: 0,
      leased: false,
    }),
  );
});

test("stopping asks the work to stop, waits for it and gives the lane to the next worker", async () => {
  const portalId = await newPortal();
  await addDirty(at.database, portalId);
  let began = false;
  const first = start({
    dirty: (_portal, { signal }) => {
      began = true;
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () =>
          reject(new Error("stopped midway")),
        );
      });
    },
  });
  await vi.waitFor(() => expect(began).toBe(true));
  await first.stop();
  const lane = await laneOf(at.database, portalId, "dirty");
  expect(lane).toMatchObject({ leased: false, failures: 0, waits: false });
  expect(lane?.due_in).toBeLessThanOrEqual(0);
});

test("a lease outlives its length while the work goes on", async () => {
  const portalId = await newPortal();
  await addDirty(at.database, portalId);
  let turns = 0;
  const work: Partial<LaneWorks> = {
    dirty: async (portal, { fence, signal }) => {
      turns += 1;
      const before = await laneOf(at.database, portal, "dirty");
      await vi.waitFor(
        async () => {
          const { rows } = await sql<{ late: boolean }>`
            select now() > ${claimedAt}::timestamptz + interval '3.5 seconds' as late`.execute(
            at.database.owner,
          );
          expect(rows[0]?.late).toBe(true);
        },
        { timeout: 10_000, interval: 100 },
      );
      expect(signal.aborted).toBe(false);
      await at.database.inPortal(portal, async (db) => {
        await fence(db);
        await sql`delete from dirty`.execute(db);
      });
      expect((await laneOf(at.database, portal, "dirty"))?.token).toBe(
        before?.token,
      );
      return { again: null };
    },
  };
  const claimedAt = new Date();
  start(work);
  start(work);
  await vi.waitFor(
    async () =>
      expect(await laneOf(at.database, portalId, "dirty")).toMatchObject({
        leased: false,
        token: 1,
      }),
    {
      timeout: 10_000,
    },
  );
  expect(turns).toBe(1);
});

test("8-A3 a portal whose turns do not end leaves turns to others", async () => {
  const stuck = await newPortal();
  const other = await newPortal();
  const release = Promise.withResolvers<void>();
  let atOnce = 0;
  const stay: LaneWorks[LaneKind] = async (portalId) => {
    if (portalId === other) await handleDirty(at.database, other, 10);
    else {
      atOnce += 1;
      await release.promise;
    }
    return { again: null };
  };
  const workers = start({ inbox: stay, dirty: stay, run: stay, upkeep: stay });
  for (const kind of ["inbox", "dirty", "run", "upkeep"] as const)
    await at.database.inPortal(stuck, (db) => makeLaneDue(db, kind, stuck));
  await vi.waitFor(() => expect(workers.busy()).toBe(2));
  await addDirty(at.database, other);
  await vi.waitFor(async () =>
    expect(await laneOf(at.database, other, "dirty")).toMatchObject({
      leased: false,
      token: 1,
    }),
  );
  expect({ atOnce, busy: workers.busy() }).toEqual({ atOnce: 2, busy: 2 });
  release.resolve();
  // What else was due comes when a turn is free.
  await vi.waitFor(() => expect(atOnce).toBe(4));
});

test("8-B1 a turn whose lease can't be prolonged is asked to stop, and its lane is left to others", async () => {
  const portalId = await newPortal();
  await addDirty(at.database, portalId);
  const silence = Promise.withResolvers<never>();
  let isSilent = false;
  let why: unknown;
  const workers = startWorkers({
    database: {
      ...at.database,
      crossing: (work) =>
        isSilent ? silence.promise : at.database.crossing(work),
    },
    work: works({
      dirty: async (_portal, { signal }) => {
        isSilent = true;
        await new Promise((done) => signal.addEventListener("abort", done));
        why = signal.reason;
        throw why;
      },
    }),
    concurrency: 2,
    log: createLog("silent"),
    metrics: createMetrics(),
    unconfirmedMs: 1_500,
  });
  running.push(workers);
  await vi.waitFor(() => expect(why).toBeInstanceOf(LeaseLost), {
    timeout: 10_000,
  });
  await vi.waitFor(() => expect(workers.busy()).toBe(0));
  await setState(at.database, portalId, "disconnected");
  isSilent = false;
  silence.reject(new Error("The connection was given up."));
});

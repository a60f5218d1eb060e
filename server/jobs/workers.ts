import { explanations } from "../causes.ts";
import type { Database } from "../database/database.ts";
import { LeaseLost } from "../database/fence.ts";
import { mayTakeAnother } from "../fair-slots.ts";
import type { Log } from "../log.ts";
import { LogOnce } from "../log-once.ts";
import type { Metrics } from "../metrics.ts";
import { WakeSignal } from "./wake-signal.ts";
import { endingOf } from "./ending.ts";
import { LEASE_SECONDS, workingStates } from "./lane.ts";
import type { LaneKind, LaneWork, LaneWorks } from "./lane.ts";
import { claimLanes, fenceOf, renewLeases, releaseLane } from "./lane-store.ts";
import type { Claim } from "./lane-store.ts";
import { wakeLanes } from "./wake-lanes.ts";
import { within } from "./within.ts";

const POLL_MS = 250;
/** A storm of wakes is one look this often. */
const WAKES_APART_MS = 15;
const AFTER_DATABASE_ERROR_MS = 500;
const STOP_DEADLINE_MS = 20_000;
/** Without a word of the database for this long, a turn stops; by then, another connection was tried too. */
const UNCONFIRMED_MS = 10_000;

export type Workers = {
  /** Looks for work now rather than at the next poll: this process has just stored some. */
  wake(): void;
  /** Turns under way. */
  busy(): number;
  /** When lanes were last looked at with success, epoch ms; the start, before the first time. */
  lookedAt(): number;
  /** Takes no more lanes, asks turns under way to stop, waits for them and gives their lanes back. */
  stop(): Promise<void>;
};

type Options = {
  /** What lanes are looked at and kept with; no turn waits for these connections. */
  database: Database;
  work: LaneWorks;
  /** Kinds that come back by themselves, seconds after a turn that left nothing to do. */
  intervals?: Partial<Record<LaneKind, number>>;
  /** Turns at once in this process, of which one portal gets a third at most. Each may need two connections. */
  concurrency: number;
  log: Log;
  metrics: Metrics;
  unconfirmedMs?: number;
};

type Turn = {
  claim: Claim;
  stop: AbortController;
  ended: Promise<void>;
  /** When the lease was last known to be ours, epoch ms. */
  confirmedAt: number;
};

/** Works the lanes of all portals in this process, beside any number of others. */
export function startWorkers({
  database,
  work,
  intervals = {},
  concurrency,
  log,
  metrics,
  unconfirmedMs = UNCONFIRMED_MS,
}: Options): Workers {
  const turns = new Map<Claim, Turn>();
  const wake = new WakeSignal();
  const failing = new LogOnce();
  const states = JSON.stringify(workingStates);
  let stopped = false;
  let pollAt = 0;
  let polledAt = 0;
  /** Whether lanes may be due that the last look left: of a portal that was given one, or that had its share. */
  let mayTake = false;
  /** When the next lane is due by itself, as far as the last look saw. */
  let dueAt = Infinity;
  let lookedAt = Date.now();

  async function take(): Promise<void> {
    while (!stopped) {
      try {
        await wake.wait(await takeOnce());
      } catch (error) {
        failing.write("lanes", (more) =>
          log.error({ ...more, err: error }, "lanes could not be checked"),
        );
        await wake.wait(AFTER_DATABASE_ERROR_MS);
      }
    }
  }

  // Answers the ms until it has to be called again, unless it is woken.
  async function takeOnce(): Promise<number> {
    const askedAt = Date.now();
    const looks = askedAt >= pollAt;
    const free = stopped ? 0 : concurrency - turns.size;
    const takes = free > 0 && (looks || mayTake || askedAt >= dueAt);
    if (looks || takes) {
      // Before the database is asked: who wakes us meanwhile is heard.
      mayTake = false;
      if (looks) {
        polledAt = askedAt;
        pollAt = askedAt + POLL_MS;
      }
      const { dueIn, claims, hasMore } = await database.crossing(
        async (db) => ({
          dueIn: looks ? await wakeLanes(db, states) : null,
          ...(takes
            ? await claimLanes(db, free, states, fullPortals(free))
            : { claims: [], hasMore: false }),
        }),
      );
      lookedAt = Date.now();
      for (const claim of claims) begin(claim, askedAt);
      if (dueIn !== null) dueAt = askedAt + dueIn;
      else if (looks || dueAt <= askedAt) dueAt = Infinity;
      if (hasMore) mayTake = true;
      if (hasMore && claims.length < free) return 0;
    }
    // With all hands busy, the end of a turn rings the wake.
    if (turns.size >= concurrency) return POLL_MS;
    return Math.max(1, Math.min(pollAt, dueAt) - Date.now());
  }

  /** The portals that have their share of the turns. */
  function fullPortals(free: number): number[] {
    const held = new Map<number, number>();
    for (const { portalId } of turns.keys())
      held.set(portalId, (held.get(portalId) ?? 0) + 1);
    return [...held]
      .filter(([, count]) => !mayTakeAnother(count, free))
      .map(([portalId]) => portalId);
  }

  function begin(claim: Claim, confirmedAt: number): void {
    const stop = new AbortController();
    if (stopped) stop.abort();
    const ended = turn(claim, stop.signal).finally(() => {
      turns.delete(claim);
      mayTake = true;
      wake.ring();
    });
    turns.set(claim, { claim, stop, ended, confirmedAt });
  }

  async function turn(claim: Claim, signal: AbortSignal): Promise<void> {
    const { portalId, kind, failures } = claim;
    const about = { portalId, lane: kind };
    const seconds = metrics.laneSeconds.startTimer({ kind });
    // async, so that work which throws before its first promise is judged like any other
    const perform: LaneWork = async (...given) => work[kind](...given);
    const result = await perform(portalId, {
      fence: fenceOf(claim),
      signal,
    }).then(
      ({ again }) => {
        const next = again === "now" ? 0 : (again ?? intervals[kind] ?? null);
        return {
          outcome: "done" as const,
          ending: { is: "idle" as const, next },
        };
      },
      (error: unknown) => {
        const judged = endingOf(error, { failures, stopped });
        if (judged.cause !== undefined) {
          const { cause } = judged;
          metrics.failures.inc({ cause });
          failing.write(`${cause} ${portalId}`, (more) =>
            log.error(
              {
                ...about,
                failures: failures + 1,
                cause,
                remedy: explanations[cause].remedy,
                ...more,
                err: error,
              },
              "a turn failed",
            ),
          );
        } else
          log.debug(
            { ...about, outcome: judged.outcome },
            "a turn ended early",
          );
        return judged;
      },
    );
    seconds();
    metrics.laneTurns.inc({ kind, outcome: result.outcome });
    if (!result.ending) return;
    try {
      await releaseLane(database, claim, result.ending);
    } catch (error) {
      log.warn(
        { ...about, err: error },
        "a lane was not released; its lease will end",
      );
    }
  }

  async function keepLeases(): Promise<void> {
    const claims = [...turns.keys()];
    if (claims.length === 0) return;
    const askedAt = Date.now();
    const lost = new Set(await renewLeases(database, claims));
    for (const claim of claims) {
      const turn = turns.get(claim);
      if (lost.has(claim)) turn?.stop.abort(new LeaseLost("The lease ended."));
      else if (turn !== undefined) turn.confirmedAt = askedAt;
    }
  }

  // A database that does not respond confirms nothing: another process may have the lane by then.
  function stopUnconfirmed(): void {
    for (const { stop, confirmedAt } of turns.values())
      if (Date.now() - confirmedAt > unconfirmedMs)
        stop.abort(new LeaseLost("The lease could not be renewed in time."));
  }

  const taking = take();
  let keeping: Promise<void> | undefined;
  let isUnanswered = false;
  const heartbeat = setInterval(
    () => {
      // A heartbeat that is late by our own fault is asked first.
      if (isUnanswered) stopUnconfirmed();
      isUnanswered = true;
      keeping ??= keepLeases()
        .then(() => {
          isUnanswered = false;
        })
        .catch((error: unknown) =>
          failing.write("leases", (more) =>
            log.warn({ ...more, err: error }, "leases could not be renewed"),
          ),
        )
        .finally(() => (keeping = undefined));
    },
    (LEASE_SECONDS * 1000) / 3,
  );

  return {
    wake: () => {
      pollAt = Math.min(pollAt, polledAt + WAKES_APART_MS);
      wake.ring();
    },
    busy: () => turns.size,
    lookedAt: () => lookedAt,
    stop: async () => {
      stopped = true;
      wake.ring();
      for (const { stop } of turns.values()) stop.abort();
      // A claim that was under way may bring one more turn. Any of it may wait for a database that no longer answers.
      const ended = taking
        .then(() => Promise.all([...turns.values()].map((one) => one.ended)))
        .then(() => {
          clearInterval(heartbeat);
          return keeping;
        });
      if (!(await within(STOP_DEADLINE_MS, ended))) {
        log.warn(
          { turns: turns.size },
          "turns did not stop in time; their leases will end",
        );
      }
      clearInterval(heartbeat);
    },
  };
}

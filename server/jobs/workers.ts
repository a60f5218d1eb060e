import { explanations } from "../causes.ts";
import type { Database } from "../database/database.ts";
import { LeaseLost } from "../database/fence.ts";
import type { Log } from "../log.ts";
import { LogOnce } from "../log-once.ts";
import type { Metrics } from "../metrics.ts";
import { Bell } from "./bell.ts";
import { endingOf } from "./ending.ts";
import { LEASE_SECONDS, workingStates } from "./lane.ts";
import type { LaneKind, LaneWork, LaneWorks } from "./lane.ts";
import {
  claimLanes,
  fenceOf,
  prolongLeases,
  releaseLane,
} from "./lane-store.ts";
import type { Claim } from "./lane-store.ts";
import { wakeLanes } from "./wake-lanes.ts";
import { within } from "./within.ts";

const POLL_MS = 250;
/** A storm of wakes is one look this often. */
const WAKES_APART_MS = 15;
const AFTER_DATABASE_ERROR_MS = 500;
const STOP_DEADLINE_MS = 20_000;

export type Workers = {
  /** Looks for work now rather than at the next poll: this process has just stored some. */
  wake(): void;
  /** Turns under way. */
  busy(): number;
  /** Takes no more lanes, asks turns under way to stop, waits for them and gives their lanes back. */
  stop(): Promise<void>;
};

type Options = {
  database: Database;
  work: LaneWorks;
  /** Kinds that come back by themselves, seconds after a turn that left nothing to do. */
  intervals?: Partial<Record<LaneKind, number>>;
  /** Turns at once in this process. The pool needs two connections for each, and some. */
  concurrency: number;
  log: Log;
  metrics: Metrics;
};

type Turn = { claim: Claim; stop: AbortController; ended: Promise<void> };

/** Works the lanes of all portals in this process, beside any number of others. */
export function startWorkers({
  database,
  work,
  intervals = {},
  concurrency,
  log,
  metrics,
}: Options): Workers {
  const turns = new Map<Claim, Turn>();
  const bell = new Bell();
  const failing = new LogOnce();
  const states = JSON.stringify(workingStates);
  let stopped = false;
  let pollAt = 0;
  let polledAt = 0;

  async function take(): Promise<void> {
    while (!stopped) {
      try {
        await bell.wait(await takeOnce());
      } catch (error) {
        log.error({ err: error }, "lanes could not be looked at");
        await bell.wait(AFTER_DATABASE_ERROR_MS);
      }
    }
  }

  // Answers the ms until it has to be called again, unless the bell rings.
  async function takeOnce(): Promise<number> {
    let next = POLL_MS;
    if (Date.now() >= pollAt) {
      next = Math.min(POLL_MS, (await wakeLanes(database, states)) ?? POLL_MS);
      polledAt = Date.now();
      pollAt = polledAt + POLL_MS;
    }
    const free = concurrency - turns.size;
    // With all hands busy, the end of a turn rings the bell.
    if (free <= 0 || stopped) return POLL_MS;
    const claims = await claimLanes(database, free, states);
    for (const claim of claims) begin(claim);
    return Math.max(1, Math.min(next, pollAt - Date.now()));
  }

  function begin(claim: Claim): void {
    const stop = new AbortController();
    if (stopped) stop.abort();
    const ended = turn(claim, stop.signal).finally(() => {
      turns.delete(claim);
      bell.ring();
    });
    turns.set(claim, { claim, stop, ended });
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
        "a lane was not given back; its lease will end",
      );
    }
  }

  async function keepLeases(): Promise<void> {
    const claims = [...turns.keys()];
    if (claims.length === 0) return;
    const lost = await prolongLeases(database, claims);
    for (const claim of lost)
      turns.get(claim)?.stop.abort(new LeaseLost("The lease ended."));
  }

  const taking = take();
  let keeping = Promise.resolve();
  const heartbeat = setInterval(
    () => {
      keeping = keeping
        .then(keepLeases)
        .catch((error: unknown) =>
          log.warn({ err: error }, "leases could not be prolonged"),
        );
    },
    (LEASE_SECONDS * 1000) / 3,
  );

  return {
    wake: () => {
      pollAt = Math.min(pollAt, polledAt + WAKES_APART_MS);
      bell.ring();
    },
    busy: () => turns.size,
    stop: async () => {
      stopped = true;
      bell.ring();
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

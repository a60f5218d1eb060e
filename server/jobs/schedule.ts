import cron from "node-cron";
import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import type { Log } from "../log.ts";
import { workingStates } from "./lane.ts";
import type { LaneKind } from "./lane.ts";

/** Seconds between the turns of the kinds that come by the clock. */
export type Intervals = Partial<Record<LaneKind, number>>;

/**
 * Seconds past its interval from which a due time is too far off. A lane that ended after the tick began is due a little
 * later than the tick's own reckoning; if that counted, its next turn would come early.
 */
const TOO_FAR_SECONDS = 10;

/**
 * Ticks every second until stopped. Due times are the lanes' own rows, and a tick only puts them right, so any number
 * of processes may tick: each turn is still done once.
 */
export function startSchedule({
  database,
  intervals,
  log,
}: {
  database: Database;
  intervals: Intervals;
  log: Log;
}): { stop(): Promise<void> } {
  let ticking: Promise<void> = Promise.resolve();
  const task = cron.schedule(
    "* * * * * *",
    () => {
      ticking = tick(database, intervals).catch((error: unknown) => {
        log.warn(
          { err: error },
          "a tick of the schedule failed; the next one does its work",
        );
      });
      return ticking;
    },
    {
      noOverlap: true,
      // A late tick is none lost: the next one does the same.
      suppressMissedWarning: true,
      logger: {
        info: (message) => log.debug(message),
        warn: (message) => log.warn(message),
        error: (message) => log.error({ err: message }, "the clock failed"),
        debug: (message) => log.debug({ err: message }, "the clock"),
      },
    },
  );
  return {
    stop: async () => {
      await task.stop();
      await ticking;
      await task.destroy();
    },
  };
}

/**
 * Gives each portal the lanes that its state works by the clock, due within one interval and spread by portal; calls
 * back those that rested or that a longer interval has put too far off; makes upkeep due where a setup window has ended.
 */
export async function tick(
  database: Database,
  intervals: Intervals,
): Promise<void> {
  const kinds = Object.entries(intervals).map(([kind, seconds]) => ({
    kind,
    seconds,
    states: workingStates[kind as LaneKind],
  }));
  await database.crossing(async (db) => {
    const wished = sql`
      select i.portal_id, k.kind, now() + make_interval(secs => k.seconds) as latest,
        now() + make_interval(secs => k.seconds * (hashint8(i.portal_id) & 1023) / 1024) as due
      from jsonb_to_recordset(${JSON.stringify(kinds)}::jsonb) as k (kind text, seconds float8, states jsonb)
      join installation i on k.states ? i.state`;
    await sql`
      insert into lane (portal_id, kind, next_at)
      select w.portal_id, w.kind, w.due from (${wished}) w
      where not exists (select from lane l where l.portal_id = w.portal_id and l.kind = w.kind)
      on conflict do nothing`.execute(db);
    await sql`
      update lane set next_at = far.due
      from (
        select l.portal_id, l.kind, w.due
        from lane l join (${wished}) w on w.portal_id = l.portal_id and w.kind = l.kind
        where not l.leased and not l.waits and l.next_at > w.latest + make_interval(secs => ${TOO_FAR_SECONDS})
        for update of l skip locked
      ) far
      where lane.portal_id = far.portal_id and lane.kind = far.kind`.execute(
      db,
    );
    await sql`
      update lane set next_at = now()
      from (
        select l.portal_id from lane l join installation i on i.portal_id = l.portal_id
        where i.state = 'setting-up' and i.window_ends_at <= now()
          and l.kind = 'upkeep' and not l.leased and not l.waits and l.next_at > now()
        for update of l skip locked
      ) ended
      where lane.portal_id = ended.portal_id and lane.kind = 'upkeep'`.execute(
      db,
    );
  });
}

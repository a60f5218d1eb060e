import { monitorEventLoopDelay } from "node:perf_hooks";
import { sql } from "kysely";
import type { Shares } from "../database/shares.ts";

/** Something without which a process cannot work; `isMet` decides within two seconds. */
export type Requirement = {
  /** For whoever reads that it is not met. */
  readonly name: string;
  readonly isMet: () => Promise<boolean>;
};

const QUERY_WITHIN_MS = 2_000;
/** Lanes are checked four times a second. */
const LOOKED_WITHIN_MS = 10_000;
/** A request that waits this long for the event loop has been given up by its sender. */
const LONGEST_BLOCK_MS = 5_000;

/** A query through each share of the connections, a recent check of the lanes, and an event loop that runs. */
export function requirementsOf({
  shares,
  lanesLookedAt,
}: {
  shares: Shares;
  /** When lanes were last checked, epoch ms; null if this process works on none. */
  lanesLookedAt: (() => number) | null;
}): Requirement[] {
  const delay = monitorEventLoopDelay();
  delay.enable();
  return [
    ...shares.all.map(([name, database]) => ({
      name: `database connections for ${purposes[name]}`,
      isMet: () => isDone(database.crossing((db) => sql`select 1`.execute(db))),
    })),
    ...(lanesLookedAt === null
      ? []
      : [
          {
            name: "lanes checked",
            isMet: () =>
              Promise.resolve(Date.now() - lanesLookedAt() < LOOKED_WITHIN_MS),
          },
        ]),
    {
      name: "event loop",
      isMet: () => {
        // Since the last request.
        const longestMs = delay.max / 1e6;
        delay.reset();
        return Promise.resolve(longestMs < LONGEST_BLOCK_MS);
      },
    },
  ];
}

const purposes = {
  control: "webhooks and lanes",
  web: "cards and requests",
  work: "turns",
} as const;

async function isDone(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), QUERY_WITHIN_MS);
  });
  const done = work.then(
    () => true,
    () => false,
  );
  const first = await Promise.race([done, late]);
  clearTimeout(timer);
  return first;
}

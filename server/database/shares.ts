import type { Log } from "../log.ts";
import { openDatabase } from "./database.ts";
import type { Database } from "./database.ts";
import { CONTROL_LIMITS, WEB_LIMITS, WORK_LIMITS } from "./limits.ts";
import type { TransactionLimits } from "./limits.ts";
import { StatementNames } from "./statement-names.ts";

/**
 * The connections of one process by what they serve, so that no kind of work waits for another's. A share of no
 * connections is another's: a process without HTTP has no `web` of its own.
 */
export type Shares = {
  /** Webhooks, lanes, schedule, readiness, budgets and tokens: short statements that serve all portals. */
  readonly control: Database;
  /** Cards and the product's requests. */
  readonly web: Database;
  /** The turns of lanes. */
  readonly work: Database;
  /** Each of those that have connections of their own, by name. */
  readonly all: readonly (readonly [name: ShareName, database: Database])[];
  close(): Promise<void>;
};

export type ShareName = "control" | "web" | "work";

export type ShareLimits = Readonly<Record<ShareName, TransactionLimits>>;

export const SHARE_LIMITS: ShareLimits = {
  control: CONTROL_LIMITS,
  web: WEB_LIMITS,
  work: WORK_LIMITS,
};

/** Opens the shares on one address; `sizes` in connections, at least one of `web` and `work` above 0. */
export function openShares({
  url,
  sizes,
  log,
  isPrepared,
  limits = SHARE_LIMITS,
}: {
  url: string;
  sizes: Readonly<Record<ShareName, number>>;
  log: Log;
  /** False if a pooler between us and Postgres keeps no prepared statements. */
  isPrepared: boolean;
  limits?: ShareLimits;
}): Shares {
  const names = new StatementNames(!isPrepared);
  const open = (name: ShareName): Database =>
    openDatabase({
      url,
      poolSize: sizes[name],
      log: log.child({ share: name }),
      limits: limits[name],
      names,
    });
  const control = open("control");
  const web = sizes.web > 0 ? open("web") : null;
  const work = sizes.work > 0 ? open("work") : null;
  const either = web ?? work;
  if (either === null)
    throw new TypeError(
      "A process needs connections for requests or for jobs.",
    );
  const all = [
    ["control", control] as const,
    ...(web ? [["web", web] as const] : []),
    ...(work ? [["work", work] as const] : []),
  ];
  return {
    // Whose metrics are asked for means all of them.
    control: { ...control, poolState: () => totalOf(all) },
    web: web ?? either,
    work: work ?? either,
    all,
    close: async () => {
      await Promise.all(all.map(([, database]) => database.close()));
    },
  };
}

function totalOf(all: Shares["all"]): ReturnType<Database["poolState"]> {
  const states = all.map(([, database]) => database.poolState());
  const sum = (key: "total" | "idle" | "waiting"): number =>
    states.reduce((total, state) => total + state[key], 0);
  return { total: sum("total"), idle: sum("idle"), waiting: sum("waiting") };
}

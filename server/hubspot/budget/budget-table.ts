import { sql } from "kysely";
import type { Database } from "../../database/database.ts";
import { allowanceOf, type LimitKind } from "./allowances.ts";
import { grantCalls, type Wish } from "./rolling-log.ts";

export type Taken = {
  readonly granted: Wish;
  /** How long until the first call that was not granted may be asked for again; null when all were. */
  readonly waitMs: number | null;
  /** The wait is a pause that HubSpot asked for, not a full window. */
  readonly paused: boolean;
};

type Row = {
  learned_limit: number | null;
  /** ms from now by the database's clock; null or negative when there is no pause. */
  pause_ms: string | null;
  granted: number[];
  now_ms: string;
};

/** The budget's rows, on which all processes agree; by the database's clock. */
export type BudgetTable = {
  take(portalId: number, kind: LimitKind, wish: Wish): Promise<Taken>;
  /** Never shortens a pause. */
  pause(portalId: number, kind: LimitKind, ms: number): Promise<void>;
  learn(portalId: number, kind: LimitKind, limit: number): Promise<void>;
};

export function createBudgetTable(database: Database): BudgetTable {
  return {
    take: (portalId, kind, wish) =>
      database.crossing(async (db) => {
        // both by primary key: the row's lock makes processes take turns, for the length of two statements
        await db
          .insertInto("call_budget")
          .values({ portal_id: portalId, kind })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const { rows } = await sql<Row>`
          select b.learned_limit, to_jsonb(b.granted) as granted,
            extract(epoch from clock_timestamp()) * 1000 as now_ms,
            extract(epoch from greatest(b.paused_until, (
              select p.paused_until from call_budget p where p.portal_id = b.portal_id and p.kind = 'general'
            )) - clock_timestamp()) * 1000 as pause_ms
          from call_budget b where b.portal_id = ${portalId} and b.kind = ${kind}
          for update of b`.execute(db);
        const row = rows[0];
        if (row === undefined) throw new Error("The budget row is missing.");
        const pauseMs = Number(row.pause_ms ?? 0);
        if (pauseMs > 0) {
          return {
            granted: { interactive: 0, bulk: 0 },
            waitMs: pauseMs,
            paused: true,
          };
        }
        const now = Math.floor(Number(row.now_ms));
        const allowance = allowanceOf(kind, row.learned_limit);
        const { log, granted, nextAt } = grantCalls(
          row.granted,
          now,
          allowance,
          wish,
        );
        if (granted.interactive + granted.bulk > 0) {
          await sql`
            update call_budget set granted = array(select jsonb_array_elements_text(${JSON.stringify(log)}::jsonb)::bigint)
            where portal_id = ${portalId} and kind = ${kind}`.execute(db);
        }
        return {
          granted,
          waitMs: nextAt === null ? null : nextAt - now,
          paused: false,
        };
      }),

    pause: (portalId, kind, ms) =>
      database.crossing(async (db) => {
        await sql`
          insert into call_budget (portal_id, kind, paused_until)
          values (${portalId}, ${kind}, clock_timestamp() + ${ms} * interval '1 millisecond')
          on conflict (portal_id, kind) do update
          set paused_until = greatest(call_budget.paused_until, excluded.paused_until)`.execute(
          db,
        );
      }),

    learn: (portalId, kind, limit) =>
      database.crossing(async (db) => {
        await db
          .updateTable("call_budget")
          .set({ learned_limit: limit })
          .where("portal_id", "=", portalId)
          .where("kind", "=", kind)
          .where("learned_limit", "is distinct from", limit)
          .execute();
      }),
  };
}

/** No limit and no table, for benches against a sandbox without limits: pauses are still kept, in this process. */
export function createOpenBudget(): BudgetTable {
  const pauses = new Map<string, number>();
  return {
    take: (portalId, kind, wish) => {
      const until = Math.max(
        pauses.get(`${portalId} ${kind}`) ?? 0,
        pauses.get(`${portalId} general`) ?? 0,
      );
      const waitMs = until - Date.now();
      return Promise.resolve(
        waitMs > 0
          ? { granted: { interactive: 0, bulk: 0 }, waitMs, paused: true }
          : { granted: wish, waitMs: null, paused: false },
      );
    },
    pause: (portalId, kind, ms) => {
      const key = `${portalId} ${kind}`;
      pauses.set(key, Math.max(pauses.get(key) ?? 0, Date.now() + ms));
      return Promise.resolve();
    },
    learn: () => Promise.resolve(),
  };
}

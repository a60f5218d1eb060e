import { WaitError, type WaitScope } from "../errors.ts";
import type { LimitKind } from "./allowances.ts";
import type { BudgetTable } from "./budget-table.ts";
import { WaitingCalls, type Waiter } from "./waiting-calls.ts";

/** The right to call, one call at a time. */
export type Budget = {
  /**
   * Resolves when the call may be made. Throws WaitError at once when that cannot be by `until`, CancelledError when
   * the signal ends the wait.
   */
  take(portalId: number, kind: LimitKind, waiter: Waiter): Promise<void>;
  pause(portalId: number, scope: WaitScope, until: Date): Promise<void>;
  /** X-HubSpot-RateLimit-Max, as answered. */
  learn(portalId: number, kind: LimitKind, limit: number): Promise<void>;
};

const scopeOf = {
  general: "portal",
  search: "search",
  associations: "associations",
} as const satisfies Record<LimitKind, WaitScope>;

const kindOf = {
  portal: "general",
  search: "search",
  associations: "associations",
} as const satisfies Record<WaitScope, LimitKind>;

/** What other processes learn of the limits meanwhile counts at once, and so does what an operator changes. */
const askAgainMs = 1_000;

/** Calls of this process that wait together are asked for together: a full window costs one round trip, not one each. */
export function createBudget(table: BudgetTable): Budget {
  const queues = new Map<string, WaitingCalls>();
  const learned = new Map<string, number>();

  const serve = async (
    portalId: number,
    kind: LimitKind,
    queue: WaitingCalls,
  ): Promise<void> => {
    try {
      while (!queue.empty) {
        const taken = await table.take(portalId, kind, queue.wish);
        queue.grant(taken.granted);
        if (taken.waitMs === null) continue;
        const free = Date.now() + taken.waitMs;
        queue.refuseBefore(
          free,
          () => new WaitError(new Date(free), scopeOf[kind]),
        );
        if (!queue.empty)
          await queue.change(Math.min(taken.waitMs, askAgainMs));
      }
    } catch (error) {
      queue.refuseAll(
        error instanceof Error ? error : new Error("The budget failed."),
      );
    } finally {
      // In the very moment in which it was found empty: a call that joined it later would wait for ever.
      queues.delete(`${portalId} ${kind}`);
    }
  };

  return {
    take: (portalId, kind, waiter) => {
      const key = `${portalId} ${kind}`;
      const present = queues.get(key);
      if (present !== undefined) return present.add(waiter);
      const queue = new WaitingCalls();
      const turn = queue.add(waiter);
      queues.set(key, queue);
      void serve(portalId, kind, queue);
      return turn;
    },

    pause: async (portalId, scope, until) => {
      const ms = until.getTime() - Date.now();
      if (ms > 0) await table.pause(portalId, kindOf[scope], ms);
    },

    learn: async (portalId, kind, limit) => {
      const key = `${portalId} ${kind}`;
      if (learned.get(key) === limit) return;
      learned.set(key, limit);
      await table.learn(portalId, kind, limit);
    },
  };
}

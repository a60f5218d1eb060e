import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  createBudgetTable,
  createOpenBudget,
} from "../../../server/hubspot/budget/budget-table.ts";
import { createBudget } from "../../../server/hubspot/budget/budget.ts";
import { CancelledError, WaitError } from "../../../server/hubspot/errors.ts";
import { bulk, interactive, useWorld } from "./world.ts";

const world = useWorld();

let nextPortal = 1;
const someBudget = (): {
  portalId: number;
  budgets: ReturnType<typeof createBudget>[];
} => ({
  portalId: nextPortal++,
  budgets: [1, 2, 3].map(() =>
    createBudget(createBudgetTable(world().database)),
  ),
});

/** How many of the calls are granted at once. */
async function grantedNow(calls: readonly Promise<void>[]): Promise<number> {
  const settled = await Promise.allSettled(calls);
  for (const result of settled) {
    if (result.status === "rejected") {
      expect(result.reason).toBeInstanceOf(WaitError);
    }
  }
  return settled.filter(({ status }) => status === "fulfilled").length;
}

describe("the budget of a portal", () => {
  it("is one for all processes: a hundred calls, eighty of them for bulk work", async () => {
    const { portalId, budgets } = someBudget();
    const take = (priority: "bulk" | "interactive", count: number) =>
      budgets.flatMap((budget) =>
        Array.from({ length: count }, () =>
          budget.take(portalId, "general", { priority, until: Date.now() }),
        ),
      );
    expect(await grantedNow(take("bulk", 50))).toBe(80);
    expect(await grantedNow(take("interactive", 50))).toBe(20);
  });

  it("counts searches and associations apart", async () => {
    const { portalId, budgets } = someBudget();
    const [budget] = budgets;
    if (budget === undefined) return;
    const take = (kind: "search" | "associations", count: number) =>
      Array.from({ length: count }, () =>
        budget.take(portalId, kind, { ...interactive, until: Date.now() }),
      );
    expect(await grantedNow(take("search", 10))).toBe(5);
    expect(await grantedNow(take("associations", 120))).toBe(100);
  });

  it("lets a call wait for its turn", async () => {
    const { portalId, budgets } = someBudget();
    const [budget] = budgets;
    if (budget === undefined) return;
    const until = Date.now() + 3_000;
    const started = performance.now();
    await Promise.all(
      Array.from({ length: 9 }, () =>
        budget.take(portalId, "search", { ...bulk, until }),
      ),
    );
    // four a second: the ninth comes with the third second
    expect(performance.now() - started).toBeGreaterThan(2_000);
  });

  it("grants a call that comes in the very moment in which the last one before it was granted", async () => {
    const budget = createBudget(createOpenBudget());
    const portalId = nextPortal++;
    const take = () =>
      budget.take(portalId, "general", { ...bulk, until: Date.now() + 1_000 });
    for (let ticks = 0; ticks < 20; ticks += 1) {
      const before = take();
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
      const forgotten = new Promise((resolve) =>
        setTimeout(resolve, 200, `forgotten after ${ticks} ticks`),
      );
      expect(
        await Promise.race([take().then(() => "granted"), forgotten]),
      ).toBe("granted");
      await before;
    }
  });

  it("ends a wait with its caller's signal", async () => {
    const { portalId, budgets } = someBudget();
    const [budget] = budgets;
    if (budget === undefined) return;
    await budget.pause(portalId, "portal", new Date(Date.now() + 60_000));
    const caller = new AbortController();
    const waiting = budget.take(portalId, "general", {
      ...bulk,
      until: Date.now() + 120_000,
      signal: caller.signal,
    });
    caller.abort();
    await expect(waiting).rejects.toBeInstanceOf(CancelledError);
  });

  it("rises to what HubSpot's headers say, and never above 110", async () => {
    const { portalId, budgets } = someBudget();
    const [budget, other] = budgets;
    if (budget === undefined || other === undefined) return;
    await budget.take(portalId, "general", { ...bulk, until: Date.now() });
    await budget.learn(portalId, "general", 190);
    const calls = Array.from({ length: 150 }, () =>
      other.take(portalId, "general", { ...interactive, until: Date.now() }),
    );
    expect(await grantedNow(calls)).toBe(109);
  });
});

describe("a portal under load", () => {
  it("never meets HubSpot's own limit, with three processes at once", async () => {
    const portalId = await world().installed({
      limits: { tenSecondly: 110, searchPerSecond: 5 },
    });
    const gateways = [1, 2, 3].map(() => world().gateway(portalId));
    // The first call of each process takes longer, and HubSpot counts a call when it comes, not when it is sent.
    for (const gateway of gateways)
      await gateway.searchByIdentity("company", ["d.example"], [], interactive);
    await pause(1_300);
    const searches = gateways.flatMap((gateway) =>
      Array.from({ length: 5 }, (_, n) =>
        gateway.searchByIdentity("company", [`d${n}.example`], [], interactive),
      ),
    );
    const reads = gateways.flatMap((gateway) =>
      Array.from({ length: 30 }, () => gateway.accountDetails(interactive)),
    );
    await Promise.all([...searches, ...reads]);
    expect(await world().counted(portalId, "/search")).toEqual({ 200: 18 });
    expect(await world().counted(portalId, "/details")).toEqual({ 200: 90 });
  });
});

import { describe, expect, test } from "vitest";
import { switchOn } from "./steps/deals.ts";
import { pipeline, select } from "./steps/pipelines.ts";
import { change, records } from "./steps/records.ts";
import { ServerProcess } from "./kill-process.ts";
import { letClaimsEnd, restart, useKillWorld } from "./kill-world.ts";

/** Two pages and a part of one. */
const COUNT = 230;

describe("a server that removes a pipeline, or brings it back", () => {
  const at = useKillWorld({ portal: { searchLagMs: 0 } });

  test("AP-041 AP-042 AP-043 killed in either, it goes on in its next life, and no deal in HubSpot is archived", async () => {
    const { world } = at;
    await world.inHubSpot("POST", "/seed", { deals: COUNT, seed: 7 });
    await switchOn(world, { deletionSync: true });
    await world.settled(30_000);
    const before = await records(world, "deals");
    expect(before).toHaveLength(COUNT);

    /** Dies at a moment of what an answer has set in motion; returns what the dead left of the run. */
    const dieAt = async (
      moment: string,
      selected: boolean,
      first: () => Promise<void> = () => Promise.resolve(),
    ): Promise<{ requested: number; expected: number | null }> => {
      await world.server.stop();
      const server = await ServerProcess.start(world, { TEST_KILL_AT: moment });
      server.serve(world);
      await first();
      expect(await select(world, "default", selected)).toMatchObject({
        state: selected ? "adding" : "removing",
      });
      await world.api("POST", "/installation/start");
      await server.killed(30_000);
      const { rows } = await at.owner.query<{
        requested: number;
        expected: number | null;
      }>(
        "select requested, expected from run where state in ('queued', 'running') and scope ? 'pipeline'",
      );
      expect(rows).toHaveLength(1);
      await letClaimsEnd(at);
      await at.owner.query("update lane set next_at = now() where leased");
      await restart(at);
      await world.settled(30_000);
      return rows[0] ?? { requested: 0, expected: null };
    };

    // In the second page.
    expect(await dieAt("decided:2", false)).toEqual({
      requested: 100,
      expected: COUNT,
    });
    expect(await records(world, "deals")).toEqual([]);
    expect(await pipeline(world, "default")).toMatchObject({ state: "off" });
    const there = await world.truth("deals");
    expect(there).toHaveLength(COUNT);
    expect(await world.truth("deals", true)).toEqual([]);

    expect((await dieAt("decided:2", true)).requested).toBe(100);
    const after = await records(world, "deals");
    expect(after).toHaveLength(COUNT);
    expect(new Set(after.map(({ hubspotId }) => hubspotId))).toEqual(
      new Set(there.map(({ id }) => id)),
    );
    const ids = new Set(before.map(({ id }) => id));
    expect(after.filter(({ id }) => ids.has(id))).toEqual([]);
    expect(await pipeline(world, "default")).toMatchObject({
      state: "active",
    });

    // As what isn't pushed yet is about to be.
    const [one] = after;
    await dieAt("attempts-committed", false, async () => {
      await world.api("POST", "/installation/hold");
      await change(world, "deals", one?.id ?? "", { amount: 4321 });
    });
    expect(await records(world, "deals")).toEqual([]);
    const last = await world.truth("deals");
    expect(last).toHaveLength(COUNT);
    expect(
      last.find(({ id }) => id === one?.hubspotId)?.properties["amount"],
    ).toBe("4321");
    expect(await world.truth("deals", true)).toEqual([]);
  }, 180_000);
});

import { describe, expect, test } from "vitest";
import { profiles } from "./steps/path.ts";
import { ended, itemsOf, readRun, start } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)("a large push, as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  test("AP-082 5,000 records are pushed in the background, with progress, and failures are listed", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const ids: string[] = [];
    for (let page = 0; page < 5; page++) {
      const { body } = await world.api<{
        results: { record: { id: string } }[];
      }>("POST", "/contacts/batch", {
        inputs: Array.from({ length: 1_000 }, (_, index) => ({
          properties: {
            email:
              page === 4 && index === 999
                ? "not an email"
                : `n${page}-${index}@large.example`,
          },
        })),
      });
      ids.push(...body.results.map((result) => result.record.id));
    }
    expect(new Set(ids).size).toBe(5_000);

    const runId = await start(world, "push", "contacts", { ids });
    const progress: number[] = [];
    await world.until(
      async () => {
        const run = await readRun(world, runId);
        progress.push(run.counts.requested);
        return run.state === "done";
      },
      "the push has ended",
      80_000,
    );

    const run = await ended(world, runId);
    expect(run.counts).toMatchObject({
      requested: 5_000,
      created: 4_999,
      failed: 1,
    });
    expect(new Set(progress).size).toBeGreaterThan(3);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await itemsOf(world, runId)).toEqual([
      expect.objectContaining({ recordId: ids.at(-1), outcome: "failed" }),
    ]);
    expect(await world.truth("contacts")).toHaveLength(4_999);
  }, 90_000);
});

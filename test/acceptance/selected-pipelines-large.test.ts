import { beforeAll, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { askPage } from "./steps/ask-page.ts";
import { switchOn } from "./steps/deals.ts";
import { sweepSoon } from "./steps/housekeeping.ts";
import { effectsOf, pipeline, pipelines, select } from "./steps/pipelines.ts";
import type { PipelineRow } from "./steps/pipelines.ts";
import { records } from "./steps/records.ts";
import type { RunDocument } from "./steps/runs.ts";
import { newestSettings } from "./steps/try-settings.ts";
import { useWorld } from "./world.ts";

/** More than the deletion brake lets through, and more than one page of a search. */
const COUNT = 1_000;

const at = useWorld({ portal: { searchLagMs: 0 } });

beforeAll(async () => {
  const { world } = at;
  await world.inHubSpot("POST", "/seed", { deals: COUNT, seed: 3 });
  await switchOn(world, { deletionSync: true, onReselect: "restore" });
  await world.settled(60_000);
});

const progressOf = async (): Promise<PipelineRow["progress"]> =>
  (await pipeline(at.world, "default")).progress;

test("AP-043 a thousand deals leave in batches, with progress, without a brake, and what is cancelled stays or comes back", async () => {
  const { world } = at;
  const before = await records(world, "deals");
  expect(before).toHaveLength(COUNT);
  expect(await effectsOf(world, "default", false)).toEqual({
    pipeline_removed: COUNT,
  });
  expect(await pipeline(world, "default")).toMatchObject({ dealCount: COUNT });
  await select(world, "default", false);
  await world.until(async () => {
    const progress = await progressOf();
    return progress !== null && progress.done > 0;
  }, "some deals have left");
  const progress = await progressOf();
  // A mind changes in the middle: the run ends, and what has left comes back as it was.
  await select(world, "default", true);
  expect(progress === null || progress.total === COUNT).toBe(true);
  await world.settled(60_000);
  const after = await records(world, "deals");
  expect(after.map(({ id }) => id).sort()).toEqual(
    before.map(({ id }) => id).sort(),
  );
  expect(await attention(world)).toEqual([]);
  const { body } = await world.api<{
    results: (RunDocument & { source: string })[];
  }>("GET", "/runs?limit=50");
  expect(
    body.results
      .filter(({ source }) => source === "pipelines")
      .map(({ state, reason, expected }) => ({ state, reason, expected })),
  ).toEqual([
    { state: "done", reason: null, expected: COUNT },
    {
      state: "done",
      reason: "Canceled, because the pipeline was selected again.",
      expected: COUNT,
    },
  ]);
});

test("AP-041 HubSpot's page asks, saves, and follows it by the same routes, and another account is untouched", async () => {
  const { world } = at;
  const { portalId, apiKey } = world;
  await world.addPortal({ searchLagMs: 0 });
  await world.installed();
  await world.inHubSpot("POST", "/seed", { deals: 20, seed: 4 });
  await switchOn(world, { deletionSync: true });
  await world.settled(60_000);
  const other = { portalId: world.portalId, apiKey: world.apiKey };
  const theirs = (await records(world, "deals")).map(({ id }) => id);
  expect(theirs).toHaveLength(20);
  Object.assign(world, { portalId, apiKey });
  await world.control("DELETE", "/sandbox/requests");

  const listed = await askPage<{ results: PipelineRow[] }>(
    world,
    "GET",
    "/pipelines/deals",
  );
  expect(listed).toMatchObject({
    status: 200,
    body: { results: [{ id: "default", selected: true, dealCount: COUNT }] },
  });
  const asked = await askPage<{ effects: { sentence: string }[] }>(
    world,
    "POST",
    "/pipelines/deals/default/check",
    { selected: false },
  );
  expect(asked.body.effects.map(({ sentence }) => sentence)).toEqual([
    "1,000 deals in a pipeline that is no longer selected will be removed from your product. HubSpot keeps them.",
  ]);
  // A whole document says the same.
  const { settings } = await newestSettings(world);
  const checked = await world.api<{ effects: unknown; changes: unknown }>(
    "POST",
    "/settings/check",
    { settings: { ...settings, deal: { ...settings.deal, pipelines: [] } } },
  );
  expect(checked.body).toMatchObject({
    effects: [{ code: "pipeline_removed", objectType: "deal", count: COUNT }],
    changes: [
      {
        path: "deal.pipelines",
        before: null,
        after: [],
        sentence: "Deals: no pipeline syncs.",
      },
    ],
  });
  await select(world, "default", false);
  await world.settled(60_000);
  expect(await records(world, "deals")).toEqual([]);
  expect(await world.truth("deals")).toHaveLength(COUNT);
  expect(await world.truth("deals", true)).toEqual([]);

  // A daily check finds nothing to repair.
  await sweepSoon(world);
  await world.until(async () => {
    const { body } = await world.api<{ sweep: { result: string } | null }>(
      "GET",
      "/installation",
    );
    return body.sweep !== null;
  }, "a sweep has ended");
  await world.settled(60_000);
  expect(await records(world, "deals")).toEqual([]);
  expect(await world.truth("deals", true)).toEqual([]);
  expect(await attention(world)).toEqual([]);

  const { body } = await world.control<{
    rows: { portalId: number; path: string; count: number }[];
  }>("GET", "/sandbox/requests");
  // Those that left were read once each, by the removal.
  expect(
    body.rows
      .filter(({ path }) => path.endsWith("/batch/read"))
      .reduce((sum, { count }) => sum + count, 0),
  ).toBe(COUNT / 100);
  expect(body.rows.filter((row) => row.portalId === other.portalId)).toEqual(
    [],
  );
  Object.assign(world, other);
  expect((await records(world, "deals")).map(({ id }) => id)).toEqual(theirs);
  expect(await pipelines(world)).toMatchObject([
    { id: "default", selected: true, state: "active" },
  ]);
}, 180_000);

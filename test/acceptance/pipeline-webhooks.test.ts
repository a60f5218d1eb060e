import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { dealIn, makeDealIn, switchOn } from "./steps/deals.ts";
import { changeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { addPipeline } from "./steps/pipelines.ts";
import { findRecordOf, recordOf, records } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

// Whatever becomes of the webhooks of deals that move between pipelines, where a deal is in the end decides.

const DEALS = 6;
const faults: readonly (readonly [title: string, webhooks: Json])[] = [
  ["sent twice", { double: true }],
  ["lost by half", { lose: 0.5 }],
  ["all lost", { lose: true }],
  ["reordered", { shuffle: true, delayMs: 300 }],
  [
    "sent twice, lost by half, and reordered",
    { double: 0.5, lose: 0.5, shuffle: true, delayMs: 300 },
  ],
];

describe.each(profiles)("deals that move, as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  let outside: Json;
  const inside: Json = { pipeline: "default", dealstage: "contractsent" };

  beforeAll(async () => {
    await switchOn(at.world, { deletionSync: true });
    const renewals = await addPipeline(at.world, "Renewals");
    outside = { pipeline: renewals.id, dealstage: renewals.stages[0] };
  });
  beforeEach(async () => {
    await switchOn(at.world, { deletionSync: true, pipelines: ["default"] });
    await calm(at.world);
  });

  test.each(faults)(
    "AP-040 AP-041 deals that move between pipelines end where HubSpot has them, with webhooks %s",
    async (title, webhooks) => {
      const { world } = at;
      const make = async (place: Json) => {
        const made: string[] = [];
        for (let n = 0; n < DEALS; n++)
          made.push(
            await makeDealIn(world, { dealname: `${title} ${n}`, ...place }),
          );
        return made;
      };
      const comers = await make(outside);
      const leavers = await make(inside);
      const returners = await make(inside);
      const guests = await make(outside);
      await calm(world);
      const before = new Map<string, string>();
      for (const id of returners)
        before.set(id, (await recordOf(world, "deals", id)).id);

      await faultyWebhooks(world, webhooks, async () => {
        const move = async (ids: readonly string[], place: Json) => {
          for (const id of ids) await changeObject(world, "deals", id, place);
        };
        await move(comers, inside);
        await move(leavers, outside);
        // Out and back, and in and out again.
        await move(returners, outside);
        await move(guests, inside);
        await move(returners, { ...inside, amount: "5" });
        await move(guests, outside);
        await calm(world);
      });
      // What was lost is found by the pull of what changed.
      await sync(world, "pull", "deals", { changed: true });
      await calm(world);

      for (const id of [...comers, ...returners])
        expect((await recordOf(world, "deals", id)).properties).toMatchObject({
          pipeline: "default",
          stage: "contractsent",
        });
      for (const id of returners)
        expect((await recordOf(world, "deals", id)).properties["amount"]).toBe(
          5,
        );
      for (const id of [...leavers, ...guests])
        expect(await findRecordOf(world, "deals", id)).toBeUndefined();
      // One record of each, and nothing of HubSpot's is touched.
      const shown = await records(world, "deals");
      const theirs = shown.flatMap(({ hubspotId }) => hubspotId ?? []);
      expect(new Set(theirs).size).toBe(theirs.length);
      for (const id of [...comers, ...leavers, ...returners, ...guests])
        expect(await dealIn(world, id)).toMatchObject({ archived: false });
      expect(await world.truth("deals", true)).toEqual([]);
    },
  );
});

import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { asOwner, inSql } from "./steps/database.ts";
import { chooseMapping } from "./steps/mappings.ts";
import { changeObject, object } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import { change, createLinked, record } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

const on = { automatic: { pull: true, push: true } };
const off = { automatic: { pull: false, push: false } };

/** The newest settings with automatic sync on or off, and newest as the city's policy. */
async function withPolicy(world: World, wish: typeof on): Promise<void> {
  await chooseMapping(world, "city", { policy: "newest" }, wish);
}

async function linked(
  world: World,
  name: string,
): Promise<{ id: string; objectId: string }> {
  const pair = await createLinked(world, "contacts", [
    { email: `${name}@newest.example`, city: "London" },
  ]);
  await calm(world);
  return one(pair, 0);
}

const cities = async (
  world: World,
  { id, objectId }: { id: string; objectId: string },
): Promise<unknown[]> => [
  (await record(world, "contacts", id)).properties["city"],
  (await object(world, "contacts", objectId)).properties["city"],
];

/** Both clocks are this machine's: some milliseconds are between what is meant to be one after the other. */
const later = (): Promise<void> => pause(20);

describe.each(profiles)(
  "the newer change wins, as HubSpot is %s",
  (profile) => {
    const at = useWorld({ portal: { profile } });
    beforeEach(() => choose(at.world));

    test.each([
      ["HubSpot's", "Berlin"],
      ["the workspace's", "Paris"],
    ])(
      "of two changes while nothing synced, %s wins if it is newer",
      async (newer, winner) => {
        const { world } = at;
        const pair = await linked(world, `${winner}-wins`);
        await withPolicy(world, off);
        const here = () =>
          change(world, "contacts", pair.id, { city: "Paris" });
        const there = () =>
          changeObject(world, "contacts", pair.objectId, { city: "Berlin" });
        const [first, second] =
          newer === "HubSpot's" ? [here, there] : [there, here];
        await first();
        await later();
        await second();
        await calm(world);
        await withPolicy(world, on);
        await calm(world);
        expect(await cities(world, pair)).toEqual([winner, winner]);
      },
    );

    test("a late webhook brings no older value back", async () => {
      const { world } = at;
      const pair = await linked(world, "late");
      await withPolicy(world, on);
      await faultyWebhooks(world, { paused: true }, async () => {
        await changeObject(world, "contacts", pair.objectId, {
          city: "Berlin",
        });
        await later();
        // By the product's own SQL: the newer one.
        await inSql(
          world,
          "update workspace.contacts set city = 'Paris' where id = $1",
          [pair.id],
        );
        await world.until(
          async () => (await cities(world, pair))[1] === "Paris",
          "pushed",
        );
      });
      await calm(world);
      expect(await cities(world, pair)).toEqual(["Paris", "Paris"]);
    });

    test("a change from before the policy was chosen has no time: a person chooses, and is told why", async () => {
      const { world } = at;
      const pair = await linked(world, "unknown");
      await choose(world, off);
      await change(world, "contacts", pair.id, { city: "Paris" });
      await changeObject(world, "contacts", pair.objectId, { city: "Berlin" });
      await calm(world);
      await withPolicy(world, on);
      await calm(world);
      expect(await cities(world, pair)).toEqual(["Paris", "Berlin"]);
      const [entry, ...others] = await attention(world, pair.id);
      expect(others).toEqual([]);
      expect(entry).toMatchObject({
        kind: "held",
        field: "city",
        cause:
          "Both sides changed City, and it isn't known which change is newer. Choose a value to keep.",
      });
      const chosen = await world.api(
        "POST",
        `/attention/${entry?.id}/resolve`,
        {
          choice: "workspace",
        },
      );
      expect(chosen.status, JSON.stringify(chosen.body)).toBeLessThan(300);
      await calm(world);
      expect(await cities(world, pair)).toEqual(["Paris", "Paris"]);
    });

    test("a conflict that nobody could decide ends when the workspace changes it again", async () => {
      const { world } = at;
      const pair = await linked(world, "timed-later");
      await choose(world, off);
      await change(world, "contacts", pair.id, { city: "Paris" });
      await changeObject(world, "contacts", pair.objectId, { city: "Berlin" });
      await calm(world);
      await withPolicy(world, on);
      await calm(world);
      expect(await attention(world, pair.id)).toHaveLength(1);
      await change(world, "contacts", pair.id, { city: "Lyon" });
      await calm(world);
      expect(await cities(world, pair)).toEqual(["Lyon", "Lyon"]);
      expect(await attention(world, pair.id)).toEqual([]);
    });

    test("times are kept of such fields only, and not of what sync itself writes; a field that comes back begins anew", async () => {
      const { world } = at;
      const pair = await linked(world, "kept");
      const times = () =>
        asOwner(world, async (owner) => {
          const { rows } = await owner.query<{ names: string[] | null }>(
            `select (select array_agg(k) from jsonb_object_keys(field_times) k) as names from record where id = $1`,
            [pair.id],
          );
          return rows[0]?.names ?? null;
        });
      await change(world, "contacts", pair.id, { city: "Paris", state: "x" });
      await calm(world);
      expect(await times()).toBeNull();
      await withPolicy(world, on);
      await changeObject(world, "contacts", pair.objectId, { city: "Berlin" });
      await calm(world);
      expect((await cities(world, pair))[0]).toBe("Berlin");
      expect(await times()).toBeNull();
      await change(world, "contacts", pair.id, { city: "Rome", state: "y" });
      await calm(world);
      expect(await times()).toEqual(["city"]);

      // Chosen, given up, and chosen again: what changed meanwhile has no time, and the old one doesn't count.
      await choose(world, off);
      await change(world, "contacts", pair.id, { city: "Oslo" });
      await later();
      await changeObject(world, "contacts", pair.objectId, { city: "Bonn" });
      await calm(world);
      await withPolicy(world, on);
      await calm(world);
      expect(await cities(world, pair)).toEqual(["Oslo", "Bonn"]);
      expect(await attention(world, pair.id)).toHaveLength(1);
    });
  },
);

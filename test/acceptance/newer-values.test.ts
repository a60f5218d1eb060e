import { beforeEach, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, makeObject, object } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import {
  change,
  createLinked,
  make,
  record,
  records,
} from "./steps/records.ts";
import { itemsOf, sync } from "./steps/runs.ts";
import type { Selection } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

// 7-B2 in bulk, by the product's API: a pull or push by hand holds back what would undo newer values, and says how
// many; Sync now undoes nothing.

/** Linked contacts, the first of them newer on `newer`'s side; nothing moves but by hand. */
async function pairs(
  world: World,
  newer: "workspace" | "hubspot",
  named: string,
): Promise<{ ids: string[]; objectIds: string[] }> {
  await choose(world);
  const made = await createLinked(
    world,
    "contacts",
    ["a", "b", "c"].map((name) => ({
      email: `${name}@${named}.example`,
      city: "London",
      job_title: "Clerk",
    })),
  );
  const ids = made.map(({ id }) => id);
  const objectIds = made.map(({ objectId }) => objectId);
  await choose(world, { automatic: byHandOnly });
  const [id = "", other = ""] = ids;
  const [objectId = "", otherObject = ""] = objectIds;
  if (newer === "workspace")
    await change(world, "contacts", id, { city: "Rome" });
  else await changeObject(world, "contacts", objectId, { city: "Rome" });
  // The second one is newer on the side that acts, which undoes nothing.
  if (newer === "workspace")
    await changeObject(world, "contacts", otherObject, {
      jobtitle: "Engineer",
    });
  else await change(world, "contacts", other, { job_title: "Engineer" });
  await calm(world);
  return { ids, objectIds };
}

describe.each(profiles)("newer values, as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  test.each([
    ["pull", "workspace"],
    ["push", "hubspot"],
  ] as const)(
    "a %s of everything holds back what is newer in the %s, says how many, and replaces it once confirmed",
    async (kind, newer) => {
      const { world } = at;
      const { ids, objectIds } = await pairs(world, newer, `${kind}-all`);
      const [id = "", other = ""] = ids;
      const [objectId = "", otherObject = ""] = objectIds;
      const city = async (): Promise<unknown[]> => [
        (await record(world, "contacts", id)).properties["city"],
        (await object(world, "contacts", objectId)).properties["city"],
      ];
      const apart =
        newer === "workspace" ? ["Rome", "London"] : ["London", "Rome"];

      const run = await sync(world, kind, "contacts", { all: true });
      expect(run).toMatchObject({
        counts: { held: 1, updated: 1, failed: 0 },
        needsConfirmation: 1,
        reason:
          "1 record has newer values on the other side and wasn't changed. Confirm to replace them.",
      });
      expect(await itemsOf(world, run.id)).toMatchObject([
        {
          outcome: "held",
          code: "would_undo",
          recordId: id,
          reason: `${newer === "workspace" ? "The workspace" : "HubSpot"} has newer values: City. Confirm to replace them.`,
        },
      ]);
      expect(await city()).toEqual(apart);
      expect(
        (await record(world, "contacts", other)).properties["job_title"],
      ).toBe("Engineer");
      expect(
        (await object(world, "contacts", otherObject)).properties["jobtitle"],
      ).toBe("Engineer");

      const confirmed = await sync(world, kind, "contacts", {
        all: true,
        confirm: true,
      });
      expect(confirmed).toMatchObject({
        counts: { held: 0, updated: 1 },
        needsConfirmation: 0,
      });
      expect(await city()).toEqual(["London", "London"]);
      const [entry] = await journal(world, { recordId: id });
      expect(entry?.changes).toMatchObject([
        { field: "city", before: "Rome", after: "London", overwrote: "Rome" },
      ]);
    },
  );

  test("what was held back keeps its place: automatic sync carries it over once it is on again", async () => {
    const { world } = at;
    const { ids, objectIds } = await pairs(world, "workspace", "kept");
    await sync(world, "pull", "contacts", { ids });
    await choose(world);
    await calm(world);
    expect(
      (await object(world, "contacts", objectIds[0] ?? "")).properties["city"],
    ).toBe("Rome");
  });

  test.each(["all", "changed", "ids", "hubspotIds"] as const)(
    "Sync now by %s moves each field from the side that changed, brings what one side lacks, and undoes nothing",
    async (which) => {
      const { world } = at;
      const { ids, objectIds } = await pairs(
        world,
        "workspace",
        `both-${which}`,
      );
      const [id = ""] = ids;
      const [objectId = ""] = objectIds;
      await changeObject(world, "contacts", objectId, { jobtitle: "Countess" });
      const here = await make(world, "contacts", {
        email: `here@both-${which}.example`,
      });
      const there = await makeObject(world, "contacts", {
        email: `there@both-${which}.example`,
      });
      await calm(world);
      const what: Selection =
        which === "all"
          ? { all: true }
          : which === "changed"
            ? { changed: true }
            : which === "ids"
              ? { ids: [...ids, here.id] }
              : { hubspotIds: [...objectIds, there] };
      const job = async (): Promise<unknown> =>
        (await record(world, "contacts", id)).properties["job_title"];
      const isHere = async (): Promise<boolean> =>
        (await records(world, "contacts")).some(
          ({ hubspotId }) => hubspotId === there,
        );
      await world.until(async () => {
        expect(await sync(world, "both", "contacts", what)).toMatchObject({
          counts: { failed: 0, held: 0 },
          needsConfirmation: 0,
        });
        // HubSpot's search index, which says what has changed, may lag.
        return (
          which !== "changed" ||
          ((await job()) === "Countess" && (await isHere()))
        );
      }, "the changes in HubSpot have been found");
      const both = { city: "Rome", job: "Countess" };
      const { properties } = await record(world, "contacts", id);
      expect({
        city: properties["city"],
        job: properties["job_title"],
      }).toEqual(both);
      const { properties: theirs } = await object(world, "contacts", objectId);
      expect({ city: theirs["city"], job: theirs["jobtitle"] }).toEqual(both);
      const emails = (await world.truth("contacts")).map(
        ({ properties: each }) => each["email"],
      );
      if (which !== "hubspotIds")
        expect(emails).toContain(`here@both-${which}.example`);
      if (which !== "ids") expect(await isHere()).toBe(true);
    },
  );
});

import { describe, expect, test } from "vitest";
import { changeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, createLinked, record } from "./steps/records.ts";
import { sendEvents } from "./steps/send-events.ts";
import { unheard } from "./steps/unheard.ts";
import { identity, useWorld } from "./world.ts";
import type { Json, World } from "./world.ts";

/** What the app reads of HubSpot's objects while something happens and is worked: how many requests. */
async function readsOf(
  world: World,
  happens: Promise<unknown>,
): Promise<number> {
  await world.control("DELETE", "/sandbox/requests");
  await happens;
  await world.settled();
  const { body } = await world.control<{
    rows: { path: string; count: number }[];
  }>("GET", "/sandbox/requests");
  return body.rows
    .filter(({ path }) => path.endsWith("/batch/read"))
    .reduce((sum, { count }) => sum + count, 0);
}

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  let people = 0;

  /** A linked contact, whose city is in HubSpot what this app has written there. */
  async function written(
    city: string,
  ): Promise<{ id: string; objectId: string }> {
    const { world } = at;
    const [made] = await createLinked(world, "contacts", [
      { email: `person${++people}@own.example`, city: "Bern" },
    ]);
    const { id, objectId } = made ?? { id: "", objectId: "" };
    await change(world, "contacts", id, { city });
    await world.settled();
    return { id, objectId };
  }

  const ours = (objectId: string, more: Json): Json => ({
    subscriptionType: "contact.propertyChange",
    objectId: Number(objectId),
    // Not newer than the object, or it would be looked at again.
    occurredAt: Date.now() - 60_000,
    propertyName: "city",
    changeSource: "INTEGRATION",
    sourceId: String(identity.appId),
    ...more,
  });
  const theirs = (objectId: string, more: Json): Json =>
    ours(objectId, { changeSource: "CRM_UI", sourceId: "userId:7", ...more });

  /** A HubSpot user changes the last name, of which no event comes. */
  const typed = (objectId: string, lastname: string): Promise<void> =>
    unheard(at.world, { lose: true }, () =>
      changeObject(at.world, "contacts", objectId, { lastname }),
    );

  const lastName = async (id: string): Promise<unknown> =>
    (await record(at.world, "contacts", id)).properties["last_name"];

  test("the event of a write of ours makes the app read nothing", async () => {
    const { world } = at;
    const { id } = await written("Oslo");
    for (const city of ["Turin", null]) {
      // HubSpot tells of it once its response has been stored: before that, the app couldn't know.
      const push = unheard(world, { paused: true }, async () => {
        await change(world, "contacts", id, { city });
        await world.until(
          async () =>
            (await record(world, "contacts", id)).sync.status === "in_sync",
          "it has been written",
        );
      });
      // The write itself reads the object first.
      expect(await readsOf(world, push)).toBe(1);
    }
    expect(await record(world, "contacts", id)).toMatchObject({
      sync: { status: "in_sync" },
    });
  });

  test("an event on the same object that isn't ours is followed, and ours with it", async () => {
    const { world } = at;
    const { id, objectId } = await written("Rome");
    await typed(objectId, "Typed");
    const event = ours(objectId, { propertyValue: "Rome" });
    expect(await readsOf(world, sendEvents(world, [event]))).toBe(0);
    expect(await lastName(id)).not.toBe("Typed");
    const both = [
      event,
      theirs(objectId, { propertyName: "lastname", propertyValue: "Typed" }),
    ];
    expect(await readsOf(world, sendEvents(world, both))).toBe(1);
    expect(await lastName(id)).toBe("Typed");
  });

  test("one with a long value is followed", async () => {
    const { world } = at;
    const city = "x".repeat(1_001);
    const { id, objectId } = await written(city);
    await typed(objectId, "Long");
    const event = ours(objectId, { propertyValue: city });
    expect(await readsOf(world, sendEvents(world, [event]))).toBe(1);
    expect(await lastName(id)).toBe("Long");
  });

  test("while HubSpot doesn't take a field, ours is followed too", async () => {
    const { world } = at;
    const { id, objectId } = await written("Kiel");
    await change(world, "contacts", id, { email: "x at y" });
    await world.settled();
    await typed(objectId, "Looked at");
    const event = ours(objectId, { propertyValue: "Kiel" });
    expect(await readsOf(world, sendEvents(world, [event]))).toBe(1);
    expect(await lastName(id)).toBe("Looked at");
  });

  test.each([
    ["names another value than ours", { propertyValue: "Paris" }],
    [
      "names a property that isn't mapped",
      { propertyName: "fax", propertyValue: "1" },
    ],
    [
      "was written by another integration",
      { propertyValue: "Lyon", sourceId: "1" },
    ],
    [
      "was written by a user",
      { propertyValue: "Lyon", changeSource: "CRM_UI" },
    ],
  ])("an event that %s is followed", async (_what, more) => {
    const { world } = at;
    const { id, objectId } = await written("Lyon");
    await typed(objectId, "Followed");
    expect(
      await readsOf(world, sendEvents(world, [ours(objectId, more)])),
    ).toBe(1);
    expect(await lastName(id)).toBe("Followed");
  });
});

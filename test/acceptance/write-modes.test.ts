import { beforeEach, describe, expect, test } from "vitest";
import type { SyncView } from "../../server/http/sync-view.ts";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import { changeMapping, chooseMapping } from "./steps/mappings.ts";
import { changeObject, object } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, createLinked, record } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { byHandOnly } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { Json, World } from "./world.ts";

const fill = { write: "fill" } as const;
const left = "Only filled in if blank, so both values stay: City.";

/** Linked contacts with nothing but these values. */
const linked = async (
  world: World,
  name: string,
  properties: Json = {},
): Promise<{ id: string; objectId: string }> => {
  const [pair] = await createLinked(world, "contacts", [
    { email: `${name}@write-modes.example`, ...properties },
  ]);
  if (pair === undefined) throw new Error("It was just made.");
  await calm(world);
  return pair;
};

/** The city as the workspace and HubSpot have it. */
const cities = async (
  world: World,
  { id, objectId }: { id: string; objectId: string },
): Promise<unknown[]> => [
  (await record(world, "contacts", id)).properties["city"] ?? null,
  (await object(world, "contacts", objectId)).properties["city"] ?? null,
];

const view = async (world: World, id: string): Promise<SyncView> =>
  (await world.api<SyncView>("GET", `/contacts/${id}/sync`)).body;

describe.each(profiles)("write modes, as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => chooseMapping(at.world, "city", fill));

  test("BN-014 BN-015 a blank is filled in, in both directions, and a value isn't replaced; a second sync changes nothing", async () => {
    const { world } = at;
    const empty = await linked(world, "empty");
    await changeObject(world, "contacts", empty.objectId, { city: "Rome" });
    await calm(world);
    expect(await cities(world, empty)).toEqual(["Rome", "Rome"]);

    const mine = await linked(world, "mine");
    await change(world, "contacts", mine.id, { city: "Paris" });
    await calm(world);
    expect(await cities(world, mine)).toEqual(["Paris", "Paris"]);

    // Each side changes a value that the other has.
    await changeObject(world, "contacts", empty.objectId, { city: "Milan" });
    await change(world, "contacts", mine.id, { city: "Lyon" });
    await calm(world);
    expect(await cities(world, empty)).toEqual(["Rome", "Milan"]);
    expect(await cities(world, mine)).toEqual(["Lyon", "Paris"]);
    for (const { id } of [empty, mine]) {
      expect(await view(world, id)).toMatchObject({
        status: "in_sync",
        reason: left,
        fields: [
          {
            field: "city",
            state: "differs",
            note: "This field is only filled in if it's blank",
          },
        ],
      });
      expect((await record(world, "contacts", id)).sync.status).toBe("in_sync");
    }

    const before = await journal(world);
    const run = await sync(world, "both", "contacts", {
      ids: [empty.id, mine.id],
    });
    expect(run.counts).toMatchObject({ unchanged: 2, updated: 0, held: 0 });
    expect(await journal(world)).toEqual(before);
  });

  test("BN-014 both sides change it: neither is replaced, and nobody has to choose", async () => {
    const { world } = at;
    const pair = await linked(world, "both", { city: "Rome" });
    const held = { contact: { policy: "hold" } } as const;
    await chooseMapping(world, "city", fill, {
      automatic: byHandOnly,
      ...held,
    });
    await change(world, "contacts", pair.id, { city: "Paris" });
    await changeObject(world, "contacts", pair.objectId, { city: "Berlin" });
    await calm(world);
    await chooseMapping(world, "city", fill, held);
    await sync(world, "both", "contacts", { ids: [pair.id] });
    expect(await cities(world, pair)).toEqual(["Paris", "Berlin"]);
    expect(await view(world, pair.id)).toMatchObject({
      status: "in_sync",
      held: [],
    });
  });

  test("BN-015 Pull and Push replace it all the same, and ask first if that undoes a newer value", async () => {
    const { world } = at;
    const pair = await linked(world, "manual", { city: "Rome" });
    await changeObject(world, "contacts", pair.objectId, { city: "Milan" });
    await calm(world);
    expect(await cities(world, pair)).toEqual(["Rome", "Milan"]);
    const { pull, push } = await view(world, pair.id);
    expect(pull).toMatchObject({ allowed: true, idle: false, undoes: [] });
    expect(push.undoes).toMatchObject([{ field: "city", before: "Milan" }]);

    const unconfirmed = await sync(world, "push", "contacts", {
      ids: [pair.id],
    });
    expect(unconfirmed).toMatchObject({ needsConfirmation: 1 });
    expect(await cities(world, pair)).toEqual(["Rome", "Milan"]);
    await sync(world, "pull", "contacts", { ids: [pair.id] });
    expect(await cities(world, pair)).toEqual(["Milan", "Milan"]);

    await change(world, "contacts", pair.id, { city: "Turin" });
    await calm(world);
    expect(await cities(world, pair)).toEqual(["Turin", "Milan"]);
    await sync(world, "push", "contacts", { ids: [pair.id] });
    expect(await cities(world, pair)).toEqual(["Turin", "Turin"]);
    expect((await view(world, pair.id)).reason).toBe("Both sides are in sync.");
  });

  test("BN-014 a mapping that replaces values again changes nothing in retrospect, and syncs the next change", async () => {
    const { world } = at;
    const pair = await linked(world, "again", { city: "Rome" });
    await changeObject(world, "contacts", pair.objectId, { city: "Milan" });
    await calm(world);
    await changeMapping(world, "city", { write: "overwrite" });
    await sync(world, "both", "contacts", { ids: [pair.id] });
    expect(await cities(world, pair)).toEqual(["Rome", "Milan"]);
    await changeObject(world, "contacts", pair.objectId, { city: "Bari" });
    await calm(world);
    expect(await cities(world, pair)).toEqual(["Bari", "Bari"]);
  });

  test("BN-014 a new link with two values keeps both", async () => {
    const { world } = at;
    await chooseMapping(world, "city", fill, { automatic: byHandOnly });
    const reply = await world.inHubSpot<{ id: string }>(
      "POST",
      "/objects/contacts",
      { properties: { email: "match@write-modes.example", city: "Milan" } },
    );
    const made = await world.api<{ id: string }>("POST", "/contacts", {
      properties: {
        email: "match@write-modes.example",
        city: "Rome",
        job_title: "Clerk",
      },
    });
    const pair = { id: made.body.id, objectId: reply.body.id };
    await sync(world, "both", "contacts", { ids: [pair.id] });
    await calm(world);
    expect(await record(world, "contacts", pair.id)).toMatchObject({
      hubspotId: pair.objectId,
    });
    expect(await cities(world, pair)).toEqual(["Rome", "Milan"]);
    expect(
      (await object(world, "contacts", pair.objectId)).properties["jobtitle"],
    ).toBe("Clerk");
  });
});

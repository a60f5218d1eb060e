import { describe, expect, test } from "vitest";
import { defaultBrakes } from "../../server/settings/schema.ts";
import {
  decideOn,
  heldEntries,
  heldEntry,
  forgetWindow,
  heldItems,
  letExpire,
} from "./steps/brake.ts";
import { inSql } from "./steps/database.ts";
import { makeObject } from "./steps/objects.ts";
import { change, record, records } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { setSettings } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

/** 7-A2: too many creations in a window wait for approval, where an admin has set a limit; and a disaster always does. */

const insert = (
  world: World,
  prefix: string,
  count: number,
): Promise<{ id: string }[]> =>
  inSql<{ id: string }>(
    world,
    `insert into workspace.contacts (email, first_name)
     select $1 || n || '@brake.example', $1 from generate_series(1, $2::int) n returning id`,
    [prefix, count],
  );

describe("an admin has set a limit of 5 creations each way", () => {
  const at = useWorld();
  const limited = (world: World) =>
    setSettings(world, "contact", {
      brakes: {
        ...defaultBrakes,
        creations: { toHubSpot: 5, toWorkspace: 5 },
      },
    });

  test("X-06 12 new records are not created in HubSpot before a person approves", async () => {
    const { world } = at;
    await limited(world);
    await insert(world, "few", 3);
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(3);
    const made = await insert(world, "many", 12);
    const entry = await heldEntry(world, 12);
    expect(entry).toMatchObject({
      code: "mass_creation",
      initiator: "workspace",
      choices: ["approve", "refuse"],
    });
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(3);
    const items = await heldItems(world, entry.id);
    expect(new Set(items.map(({ recordId }) => recordId))).toEqual(
      new Set(made.map(({ id }) => id)),
    );
    expect(items[0]).toMatchObject({
      action: "create_in_hubspot",
      name: "many",
      hubspotId: null,
    });
    const [first, second] = made;
    expect(await record(world, "contacts", first?.id ?? "")).toMatchObject({
      sync: { status: "held", code: "mass_creation" },
    });

    // What a person pushes by hand does not wait, and leaves the list.
    await sync(world, "push", "contacts", { ids: [first?.id ?? ""] });
    await heldEntry(world, 11);
    // What is deleted meanwhile is not created.
    await world.api("DELETE", `/contacts/${second?.id}`);
    await decideOn(world, entry.id, "approve");
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(3 + 1 + 10);
    expect(await heldEntries(world)).toEqual([]);
  });

  test("X-06 refused, they are not created with a later change either, but by hand", async () => {
    const { world } = at;
    const before = (await world.truth("contacts")).length;
    const made = await insert(world, "refused", 8);
    const entry = await heldEntry(world, 8);
    await decideOn(world, entry.id, "refuse");
    const [one, two] = made;
    await change(world, "contacts", one?.id ?? "", { city: "Bergen" });
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(before);
    expect(await heldEntries(world)).toEqual([]);
    expect(await record(world, "contacts", one?.id ?? "")).toMatchObject({
      sync: { status: "not_synced", code: "creation_refused" },
    });
    await sync(world, "push", "contacts", { ids: [two?.id ?? ""] });
    expect(await world.truth("contacts")).toHaveLength(before + 1);
  });

  test("X-06 undecided in time, they stay pending and come with their next change", async () => {
    const { world } = at;
    const before = (await world.truth("contacts")).length;
    const made = await insert(world, "late", 9);
    const { id } = await heldEntry(world, 9);
    await letExpire(world);
    await world.until(
      async () => (await heldEntries(world)).length === 0,
      "the entry has expired",
    );
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(before);
    expect((await world.api("GET", `/attention/${id}`)).body).toMatchObject({
      details: { choice: "expired" },
    });
    const one = made[0]?.id ?? "";
    expect(await record(world, "contacts", one)).toMatchObject({
      sync: { status: "changes_waiting" },
    });
    // By now the window has room for one again.
    await forgetWindow(world);
    await change(world, "contacts", one, { city: "Bodø" });
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(before + 1);
  });

  test("X-06 8 new contacts of HubSpot are not created in the workspace before a person approves", async () => {
    const { world } = at;
    const before = (await records(world, "contacts")).length;
    await world.api("POST", "/installation/hold");
    for (let index = 0; index < 8; index++)
      await makeObject(world, "contacts", { email: `h${index}@brake.example` });
    await world.api("POST", "/installation/start");
    const entry = await heldEntry(world, 8);
    expect(entry).toMatchObject({
      code: "mass_creation",
      initiator: "hubspot",
    });
    await world.settled();
    expect(await records(world, "contacts")).toHaveLength(before);
    expect((await heldItems(world, entry.id))[0]).toMatchObject({
      recordId: null,
      action: "create_in_workspace",
    });
    await decideOn(world, entry.id, "approve");
    await world.settled();
    expect(await records(world, "contacts")).toHaveLength(before + 8);
  });
});

describe("no admin has set any limit", () => {
  const at = useWorld();

  test("X-06 a first import of 1,100 records asks first, and what a person approves is created", async () => {
    const { world } = at;
    await insert(world, "import", 1_100);
    const entry = await heldEntry(world, 1_100);
    await world.settled();
    expect(await world.truth("contacts")).toEqual([]);
    await decideOn(world, entry.id, "approve");
    await world.settled(90_000);
    expect(await world.truth("contacts")).toHaveLength(1_100);
    // From here on so many are linked that another import of the same size is no surprise.
    await insert(world, "more", 1_050);
    await world.settled(90_000);
    expect(await world.truth("contacts")).toHaveLength(2_150);
  }, 180_000);
});

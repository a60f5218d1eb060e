import { describe, expect, test } from "vitest";
import { defaultBrakes } from "../../server/settings/schema.ts";
import {
  decideOn,
  forgetWindow,
  heldEntries,
  heldEntry,
  heldItems,
  letExpire,
  linkedContacts,
} from "./steps/brake.ts";
import { inSql } from "./steps/database.ts";
import { change, record, records } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

/** 7-A2: too many updates in a window wait for approval, where an admin has set a limit. */

const inHubSpotWith = async (world: World, city: string): Promise<number> =>
  (await world.truth("contacts")).filter(
    ({ properties }) => properties["city"] === city,
  ).length;

const hereWith = async (world: World, city: string): Promise<number> =>
  (await records(world, "contacts")).filter(
    ({ properties }) => properties["city"] === city,
  ).length;

describe("an admin has set a limit of 100 updates each way", () => {
  const at = useWorld({ install: false });

  test("X-06 one UPDATE of 320 records changes nothing in HubSpot until a person approves", async () => {
    const { world } = at;
    await linkedContacts(world, 320);
    await choose(world, {
      contact: {
        brakes: {
          ...defaultBrakes,
          updates: { toHubSpot: 100, toWorkspace: 100 },
        },
      },
    });
    await inSql(world, "update workspace.contacts set city = 'Rome'");
    const entry = await heldEntry(world, 320);
    expect(entry).toMatchObject({
      code: "mass_update",
      initiator: "workspace",
    });
    await world.settled();
    expect(await inHubSpotWith(world, "Rome")).toBe(0);
    const items = await heldItems(world, entry.id);
    expect(items).toHaveLength(320);
    expect(items[0]).toMatchObject({ action: "update_in_hubspot" });
    // A record that changes again stays in the list, and its last value is what goes.
    const id = items[0]?.recordId ?? "";
    await change(world, "contacts", id, { city: "Milan" });
    await world.settled();
    await decideOn(world, entry.id, "approve");
    await world.settled();
    expect(await inHubSpotWith(world, "Rome")).toBe(319);
    expect(await inHubSpotWith(world, "Milan")).toBe(1);
    expect(await heldEntries(world)).toEqual([]);
  }, 60_000);

  test("X-06 refused, both sides keep their values, and a later change is synced", async () => {
    const { world } = at;
    await inSql(world, "update workspace.contacts set city = 'Paris'");
    const entry = await heldEntry(world, 320);
    await decideOn(world, entry.id, "refuse");
    await world.settled();
    expect(await inHubSpotWith(world, "Paris")).toBe(0);
    expect(await hereWith(world, "Paris")).toBe(320);
    const [one, two] = await records(world, "contacts");
    await change(world, "contacts", one?.id ?? "", { job_title: "Chef" });
    await change(world, "contacts", two?.id ?? "", { city: "Lyon" });
    await world.settled();
    expect(await inHubSpotWith(world, "Paris")).toBe(0);
    expect(await inHubSpotWith(world, "Lyon")).toBe(1);
    expect(await heldEntries(world)).toEqual([]);
    expect(await record(world, "contacts", one?.id ?? "")).toMatchObject({
      sync: { status: "in_sync" },
    });
  }, 60_000);

  test("X-06 undecided in time, they stay pending and come with their next change", async () => {
    const { world } = at;
    await forgetWindow(world);
    await inSql(world, "update workspace.contacts set city = 'Nice'");
    await heldEntry(world, 320);
    await letExpire(world);
    await world.until(
      async () => (await heldEntries(world)).length === 0,
      "the entry has expired",
    );
    await world.settled();
    expect(await inHubSpotWith(world, "Nice")).toBe(0);
    const [one] = await records(world, "contacts");
    expect(one).toMatchObject({ sync: { status: "changes_waiting" } });
    await change(world, "contacts", one?.id ?? "", { job_title: "Cook" });
    await world.settled();
    expect(await inHubSpotWith(world, "Nice")).toBe(1);
    // Asked again, they go.
    await inSql(world, "update workspace.contacts set city = 'Cannes'");
    const again = await heldEntry(world, 320);
    await decideOn(world, again.id, "approve");
    await world.settled();
    expect(await inHubSpotWith(world, "Cannes")).toBe(320);
  }, 60_000);

  test("X-06 150 contacts that are changed in HubSpot change nothing in the workspace until a person approves", async () => {
    const { world } = at;
    await forgetWindow(world);
    await world.api("POST", "/installation/hold");
    for (const { id } of (await world.truth("contacts")).slice(0, 150))
      await world.inHubSpot("PATCH", `/objects/contacts/${id}`, {
        properties: { city: "Turin" },
      });
    await world.control("POST", "/sandbox/webhooks/flush");
    await world.api("POST", "/installation/start");
    await world.until(
      async () => (await heldEntries(world)).length === 1,
      "updates are held",
    );
    await world.settled();
    const passed = await hereWith(world, "Turin");
    expect(passed).toBeLessThanOrEqual(100);
    const entry = await heldEntry(world, 150 - passed);
    expect(entry).toMatchObject({
      code: "mass_update",
      initiator: "hubspot",
    });
    await decideOn(world, entry.id, "approve");
    await world.settled();
    expect(await hereWith(world, "Turin")).toBe(150);
  }, 60_000);
});

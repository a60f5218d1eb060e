import { describe, expect, test } from "vitest";
import { decideOn, heldEntry, heldItems, linkedContacts } from "./steps/brake.ts";
import { record, records } from "./steps/records.ts";
import { setSettings } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

/** 7-A2 */
describe("X-06 40 of 100 contacts are deleted in HubSpot, one webhook after another", () => {
  const at = useWorld({ install: false });

  test("nothing is deleted in the workspace until a person approves, and then exactly those are", async () => {
    const { world } = at;
    await linkedContacts(world, 100);
    await setSettings(world, "contact", { deletionSync: true });
    const ids = (await world.truth("contacts")).map(({ id }) => id);
    for (const id of ids.slice(0, 40))
      await world.inHubSpot("DELETE", `/objects/contacts/${id}`);
    const entry = await heldEntry(world, 40);
    expect(entry).toMatchObject({
      kind: "held",
      code: "mass_deletion",
      initiator: "hubspot",
      choices: ["approve", "refuse"],
      details: { count: 40, live: 100, direction: "to_workspace" },
    });
    await world.settled();
    expect(await records(world, "contacts")).toHaveLength(100);
    const items = await heldItems(world, entry.id);
    expect(items).toHaveLength(40);
    expect(new Set(items.map(({ hubspotId }) => hubspotId))).toEqual(
      new Set(ids.slice(0, 40)),
    );
    expect(items[0]).toMatchObject({
      action: "delete_in_workspace",
      state: "open",
    });
    expect(
      await record(world, "contacts", items[0]?.recordId ?? ""),
    ).toMatchObject({ sync: { status: "held", code: "mass_deletion" } });

    // One of them is restored meanwhile: it is no deletion any more.
    await world.inHubSpot("POST", `/objects/contacts/${ids[0]}/restore`);
    await heldEntry(world, 39);
    await decideOn(world, entry.id, "approve");
    await world.settled();
    expect(await records(world, "contacts")).toHaveLength(61);
  });
});

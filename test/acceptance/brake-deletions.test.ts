import { describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import {
  decideOn,
  heldEntries,
  heldEntry,
  heldItems,
  letExpire,
  linkedContacts,
} from "./steps/brake.ts";
import { asOwner, inSql } from "./steps/database.ts";
import { merge } from "./steps/objects.ts";
import { change, record, records } from "./steps/records.ts";
import { setSettings } from "./steps/settings.ts";
import { sweepSoon } from "./steps/housekeeping.ts";
import { unheard } from "./steps/unheard.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

/** 7-A2: one brake, where deletions are decided, for every source and both directions. */

const idsInHubSpot = async (world: World): Promise<string[]> =>
  (await world.truth("contacts")).map(({ id }) => id);

const deleteInHubSpot = async (
  world: World,
  ids: readonly string[],
): Promise<void> => {
  for (const id of ids)
    await world.inHubSpot("DELETE", `/objects/contacts/${id}`);
};

describe("40 of 100 contacts are deleted in HubSpot, one webhook after another", () => {
  const at = useWorld({ install: false });

  test("X-06 nothing is deleted in the workspace until a person approves, and then exactly those are", async () => {
    const { world } = at;
    await linkedContacts(world, 100);
    await setSettings(world, "contact", { deletionSync: true });
    const ids = await idsInHubSpot(world);
    await deleteInHubSpot(world, ids.slice(0, 40));
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
    const first = items[0]?.recordId ?? "";
    expect(await record(world, "contacts", first)).toMatchObject({
      sync: { status: "held", code: "mass_deletion" },
    });
    expect((await world.api("GET", `/attention/${entry.id}`)).body).toEqual(
      entry,
    );
    const page = await world.api<{ results: unknown[] }>(
      "GET",
      `/attention/${entry.id}/items`,
    );
    expect(page.body.results).toHaveLength(25);
    expect(
      await world.api("GET", `/attention/${entry.id}/items?limit=101`),
    ).toMatchObject({ status: 400 });
    // Its own part says so for a record, and is not decided on alone.
    const [part] = await attention(world, first);
    expect(part).toMatchObject({ partOf: entry.id, choices: [] });
    expect(
      await world.api("POST", `/attention/${part?.id}/resolve`, {
        choice: "approve",
      }),
    ).toMatchObject({ status: 409, body: { code: "part_of_entry" } });

    // One of them is restored meanwhile: it is no deletion any more.
    await world.inHubSpot("POST", `/objects/contacts/${ids[0]}/restore`);
    await heldEntry(world, 39);
    // What follows joins the open entry, however few.
    await deleteInHubSpot(world, ids.slice(40, 41));
    await heldEntry(world, 40);
    await decideOn(world, entry.id, "approve");
    await world.settled();
    const left = await records(world, "contacts");
    expect(new Set(left.map(({ hubspotId }) => hubspotId))).toEqual(
      new Set([...ids.slice(0, 1), ...ids.slice(41)]),
    );
    expect(await heldEntries(world)).toEqual([]);

    // A person's own press is not counted, and a trickle after it goes on.
    await deleteInHubSpot(world, ids.slice(99));
    await world.until(
      async () => (await records(world, "contacts")).length === 59,
      "one more deletion is synced",
    );
  }, 60_000);
});

describe("40 of 100 companies are edited and then deleted in HubSpot", () => {
  const at = useWorld({ install: false });

  test("X-06 no event of an edit lets one of the deletions through early", async () => {
    const { world } = at;
    await world.inHubSpot("POST", "/seed", {
      contacts: 0,
      companies: 100,
      deals: 0,
      seed: 7,
      webhooks: false,
    });
    await world.installed();
    await setSettings(world, "company", { deletionSync: true });
    const ids = (await world.truth("companies")).map(({ id }) => id);
    for (const id of ids.slice(0, 40)) {
      await world.inHubSpot("PATCH", `/objects/companies/${id}`, {
        properties: { city: "Gone" },
      });
      await world.inHubSpot("DELETE", `/objects/companies/${id}`);
    }
    const entry = await heldEntry(world, 40);
    await world.settled();
    expect(await records(world, "companies")).toHaveLength(100);
    expect(entry).toMatchObject({ objectType: "company" });
  }, 60_000);
});

describe("what a person chose to keep", () => {
  const at = useWorld({
    install: false,
    environment: { SWEEP_INTERVAL_SECONDS: "1" },
  });

  test("X-06 stays through an edit, later sweeps below the limit, and retention", async () => {
    const { world } = at;
    await linkedContacts(world, 100);
    await setSettings(world, "contact", { deletionSync: true });
    const ids = await idsInHubSpot(world);
    // Webhooks are lost: the daily check comes upon them, all at once.
    await unheard(world, { lose: true }, async () => {
      await deleteInHubSpot(world, ids.slice(0, 30));
      await world.control("POST", "/sandbox/webhooks/flush");
    });
    await sweepSoon(world);
    const entry = await heldEntry(world, 30);
    const kept = (await heldItems(world, entry.id)).map(
      ({ recordId }) => recordId ?? "",
    );
    await decideOn(world, entry.id, "refuse");
    for (const [index, id] of kept.slice(0, 3).entries())
      await change(world, "contacts", id, { city: `Kept ${index}` });
    // Retention forgets the entry, but not the choice.
    await asOwner(world, async (owner) => {
      await owner.query("delete from attention where state = 'resolved'");
    });
    // A later deletion below the limit is synced, and takes none of them along.
    await faultyWebhooks(world, { lose: 1 }, async () => {
      await deleteInHubSpot(world, ids.slice(30, 32));
      await world.control("POST", "/sandbox/webhooks/flush");
    });
    await world.until(
      async () => (await records(world, "contacts")).length === 98,
      "two are deleted",
    );
    await world.settled();
    const left = await records(world, "contacts");
    expect(left.filter(({ id }) => kept.includes(id))).toHaveLength(30);
    expect(await heldEntries(world)).toEqual([]);
    expect(await record(world, "contacts", kept[0] ?? "")).toMatchObject({
      hubspotId: null,
      sync: { status: "not_synced", code: "kept_by_choice" },
    });

    // Restored in HubSpot, it is one pair again; and another deletion is another matter.
    const revived = ids[0] ?? "";
    await world.inHubSpot("POST", `/objects/contacts/${revived}/restore`);
    await world.until(
      async () =>
        (await records(world, "contacts")).some(
          ({ hubspotId }) => hubspotId === revived,
        ),
      "the kept one is linked again",
    );
    await deleteInHubSpot(world, [revived]);
    await world.until(
      async () => (await records(world, "contacts")).length === 97,
      "the revived one is deleted",
    );
  }, 60_000);
});

describe("the product deletes 40 of 100 contacts, and a HubSpot user merges one of them meanwhile", () => {
  const at = useWorld({ install: false });

  test("X-06 what was merged is no deletion any more, and nothing is left to do once a person has approved of the others", async () => {
    const { world } = at;
    await linkedContacts(world, 100);
    await setSettings(world, "contact", { deletionSync: true });
    const [kept, ...others] = await records(world, "contacts");
    const gone = others.slice(0, 40);
    await inSql(world, "delete from workspace.contacts where id = any ($1)", [
      gone.map(({ id }) => id),
    ]);
    const entry = await heldEntry(world, 40);
    await merge(
      world,
      "contacts",
      kept?.hubspotId ?? "",
      gone[0]?.hubspotId ?? "",
    );
    await world.settled();

    await decideOn(world, entry.id, "approve");
    await world.settled();
    expect(await idsInHubSpot(world)).toHaveLength(60);
    const { rows } = await asOwner(world, (owner) =>
      owner.query("select record_id, due_at from dirty"),
    );
    expect(rows).toEqual([]);
  }, 60_000);
});

describe("the product deletes 350 of 600 contacts by one statement", () => {
  const at = useWorld({ install: false });

  test("X-06 HubSpot's contacts stay until a person approves, and refused they are kept for good", async () => {
    const { world } = at;
    await linkedContacts(world, 600);
    await setSettings(world, "contact", { deletionSync: true });
    await inSql(
      world,
      "delete from workspace.contacts where id in (select id from workspace.contacts order by id limit 350)",
    );
    const first = await heldEntry(world, 350);
    expect(first).toMatchObject({
      code: "mass_deletion",
      initiator: "workspace",
      details: { count: 350, live: 600, direction: "to_hubspot" },
    });
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(600);
    // The rest of the portal's work goes on.
    const [other] = await records(world, "contacts");
    await change(world, "contacts", other?.id ?? "", { city: "Oslo" });
    await world.settled();
    expect(
      (await world.truth("contacts")).filter(
        ({ properties }) => properties["city"] === "Oslo",
      ),
    ).toHaveLength(1);
    await decideOn(world, first.id, "hubspot");
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(600);
    // An edit in HubSpot brings no kept one back, and another deletion is judged on its own.
    const items = await heldItems(world, first.id);
    const kept = items[0]?.hubspotId ?? "";
    await world.inHubSpot("PATCH", `/objects/contacts/${kept}`, {
      properties: { city: "Kept" },
    });
    await world.settled();
    expect(await records(world, "contacts")).toHaveLength(250);

    await inSql(
      world,
      "delete from workspace.contacts where id in (select id from workspace.contacts order by id limit 50)",
    );
    const second = await heldEntry(world, 50);
    await decideOn(world, second.id, "approve");
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(550);
    expect(await heldEntries(world)).toEqual([]);
  });

  test("X-06 40 deletions through the API, one after another, are held as well; undecided, they are refused in time", async () => {
    const { world } = at;
    const before = (await world.truth("contacts")).length;
    const all = await records(world, "contacts");
    for (const { id } of all.slice(0, 40))
      await world.api("DELETE", `/contacts/${id}`);
    const { id } = await heldEntry(world, 40);
    expect(await world.truth("contacts")).toHaveLength(before);
    await letExpire(world);
    await world.until(
      async () => (await heldEntries(world)).length === 0,
      "the entry has expired",
    );
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(before);
    expect((await world.api("GET", `/attention/${id}`)).body).toMatchObject({
      state: "resolved",
      resolvedBy: "sync",
      details: { choice: "expired" },
    });
  });
});

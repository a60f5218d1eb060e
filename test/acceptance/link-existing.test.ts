import { beforeEach, describe, expect, test } from "vitest";
import { viewCard } from "./card.ts";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import {
  conflict,
  givenUp,
  linkExisting,
  theEntry,
} from "./steps/domain-conflict.ts";
import { journal } from "./steps/journal.ts";
import {
  changeObject,
  companiesOf,
  makeObject,
  object,
  objectsWith,
} from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import {
  change,
  companiesHere,
  createLinked,
  make,
  objectOf,
  record,
  recordOf,
} from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)("linking to the existing company, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  beforeEach(() => choose(at.world));

  test("AP-105 a person links the record to the existing company: both sides end in step, and the record that had it says why it stands alone", async () => {
    const { world } = at;
    const { holder, late, objectId, entry } = await conflict(
      world,
      "give.example",
    );
    expect(entry).toMatchObject({
      code: "domain_conflict",
      choices: ["link_existing"],
      details: { objects: [{ hubspotId: objectId, recordId: holder }] },
    });
    expect(entry.fix).toContain("Link to the existing company");

    const answer = await linkExisting(world, entry);

    expect(answer, JSON.stringify(answer.body)).toMatchObject({
      status: 200,
      body: { state: "resolved", resolvedBy: "API", choices: [] },
    });
    await calm(world);
    expect(await record(world, "companies", late)).toMatchObject({
      hubspotId: objectId,
      sync: { status: "in_sync" },
      // What only HubSpot held has been filled in.
      properties: { name: "Latecomer", city: "Ulm", country: "Germany" },
    });
    expect((await object(world, "companies", objectId)).properties).toEqual(
      expect.objectContaining({
        name: "Latecomer",
        city: "Ulm",
        country: "Germany",
        domain: "give.example",
      }),
    );
    expect(
      await objectsWith(world, "companies", "domain", "give.example"),
    ).toHaveLength(1);
    expect(await record(world, "companies", holder)).toMatchObject({
      hubspotId: null,
      sync: { status: "not_synced", code: "given_up", reason: givenUp },
      properties: { name: "Holder", city: "Ulm", phone: "+49 1" },
    });
    expect(await attention(world, late)).toEqual([]);
    expect(await attention(world, holder)).toEqual([]);
    expect((await viewCard(world, "companies", objectId)).record?.id).toBe(
      late,
    );

    const ours = await journal(world, { recordId: late });
    expect(ours).toContainEqual(
      expect.objectContaining({
        action: "linked",
        source: "api",
        by: "API",
        code: "linked_by_choice",
        hubspotId: objectId,
        reason: `Someone linked this record to company ${objectId} in HubSpot, which was linked to record ${holder}.`,
      }),
    );
    // What gave way is told.
    expect(ours.flatMap((line) => line.changes)).toContainEqual(
      expect.objectContaining({
        field: "name",
        side: "hubspot",
        overwrote: "Holder",
        after: "Latecomer",
      }),
    );
    expect(await journal(world, { recordId: holder })).toContainEqual(
      expect.objectContaining({
        action: "unlinked",
        by: "API",
        code: "given_up",
        hubspotId: objectId,
        reason: `${givenUp} It's now linked to record ${late}.`,
      }),
    );

    await change(world, "companies", late, { phone: "+49 3" });
    await calm(world);
    expect(
      (await object(world, "companies", objectId)).properties["phone"],
    ).toBe("+49 3");
    await changeObject(world, "companies", objectId, { city: "Aalen" });
    await calm(world);
    expect((await record(world, "companies", late)).properties["city"]).toBe(
      "Aalen",
    );
    expect((await record(world, "companies", holder)).properties["city"]).toBe(
      "Ulm",
    );
  });

  test("AP-103 AP-105 the contacts of both records follow the company", async () => {
    const { world } = at;
    const [held] = await createLinked(world, "companies", [
      { name: "Same", domain: "contacts.example" },
    ]);
    const holder = held?.id ?? "";
    const objectId = held?.objectId ?? "";
    const theirs = await make(
      world,
      "contacts",
      { email: "theirs@contacts.example" },
      holder,
    );
    await calm(world);
    // It differs from what HubSpot has in nothing: nothing of the company itself is written.
    const late = await make(world, "companies", {
      name: "Same",
      domain: "contacts.example",
    });
    const ours = await make(
      world,
      "contacts",
      { email: "ours@contacts.example" },
      late.id,
    );
    await calm(world);
    expect(await theEntry(world, ours.id)).toMatchObject({
      code: "company_blocked",
      choices: [],
    });

    const answer = await linkExisting(world, await theEntry(world, late.id));
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
    await calm(world);

    const oursThere = await objectOf(world, "contacts", ours.id);
    expect(await companiesOf(world, oursThere)).toEqual([objectId]);
    expect(await attention(world, ours.id)).toEqual([]);
    // HubSpot's company is the latecomer's: so is its contact. The company that it had here stays one of its.
    const theirsThere = await objectOf(world, "contacts", theirs.id);
    expect(await companiesOf(world, theirsThere)).toEqual([objectId]);
    expect((await record(world, "contacts", theirs.id)).companyId).toBe(
      late.id,
    );
    expect(await companiesHere(world, theirs.id)).toEqual(
      [holder, late.id].sort(),
    );
    expect(await journal(world, { recordId: theirs.id })).toContainEqual(
      expect.objectContaining({
        action: "associated",
        changes: [
          expect.objectContaining({
            field: "company_id",
            before: holder,
            after: late.id,
          }) as unknown,
        ],
      }),
    );
  });

  test("AP-105 what differs is held where the policy is to ask", async () => {
    const { world } = at;
    await choose(world, { company: { policy: "hold" } });
    const { late, objectId, entry } = await conflict(world, "hold.example");

    await linkExisting(world, entry);
    await calm(world);

    expect(await theEntry(world, late)).toMatchObject({
      kind: "held",
      field: "name",
      choices: ["workspace", "hubspot"],
      details: { workspace: "Latecomer", hubspot: "Holder" },
    });
    const { properties } = await object(world, "companies", objectId);
    expect(properties).toMatchObject({ name: "Holder", country: "Germany" });
  });

  test("AP-105 of several companies of the domain a person names the one", async () => {
    const { world } = at;
    const objects = [
      await makeObject(world, "companies", {
        name: "One",
        domain: "several.example",
      }),
      await makeObject(world, "companies", {
        name: "Two",
        domain: "several.example",
      }),
    ];
    await calm(world);
    const [first, second] = [one(objects, 0), one(objects, 1)];
    const holder = await recordOf(world, "companies", second);
    const late = await make(world, "companies", { domain: "several.example" });
    await calm(world);
    const entry = await theEntry(world, late.id);

    for (const named of [{}, { hubspotId: "1" }]) {
      const refused = await linkExisting(world, entry, named);
      expect(refused).toMatchObject({
        status: 409,
        body: { code: "object_not_named" },
      });
      for (const id of objects) expect(refused.body["detail"]).toContain(id);
    }
    expect(
      await linkExisting(world, entry, { hubspotId: second }),
    ).toMatchObject({
      status: 200,
    });
    await calm(world);

    expect(await objectOf(world, "companies", late.id)).toBe(second);
    expect((await recordOf(world, "companies", first)).sync.status).toBe(
      "in_sync",
    );
    expect((await record(world, "companies", holder.id)).sync.code).toBe(
      "given_up",
    );
  });
});

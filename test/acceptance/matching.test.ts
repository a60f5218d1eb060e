import { beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import {
  companiesOf,
  makeObject,
  object,
  objectsWith,
} from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, findRecordOf, make, record } from "./steps/records.ts";
import { itemsOf, sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

const domainConflict =
  "Company not pushed. A different company with this domain already exists in HubSpot.";

describe.each(profiles)("matching, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  test("AP-107 a contact whose email HubSpot has already, unlinked, is linked and updates it", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const objectId = await makeObject(world, "contacts", {
      email: "known@match.example",
      firstname: "Known",
      city: "Ulm",
    });
    const { id } = await make(world, "contacts", {
      email: "Known@Match.example",
      first_name: "Ours",
      phone: "+49301",
    });

    const run = await sync(world, "push", "contacts", { ids: [id] });

    expect(run.counts).toMatchObject({ requested: 1, updated: 1, created: 0 });
    expect((await record(world, "contacts", id)).hubspotId).toBe(objectId);
    const found = await objectsWith(
      world,
      "contacts",
      "email",
      "known@match.example",
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.properties).toMatchObject({
      firstname: "Ours",
      phone: "+49301",
      city: "Ulm",
    });
  });

  test("AP-107 an additional email of a contact in HubSpot is a match too", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const pair = [
      await makeObject(world, "contacts", { email: "main@additional.example" }),
      await makeObject(world, "contacts", {
        email: "second@additional.example",
      }),
    ];
    const merged = await world.inHubSpot<{ id: string }>(
      "POST",
      "/objects/contacts/merge",
      { primaryObjectId: pair[0], objectIdToMerge: pair[1] },
    );
    const objectId = merged.body.id;
    const { id } = await make(world, "contacts", {
      email: "second@additional.example",
    });

    await sync(world, "push", "contacts", { ids: [id] });

    expect((await record(world, "contacts", id)).hubspotId).toBe(objectId);
    const about = (await world.truth("contacts", false)).filter((each) =>
      each.properties["email"]?.endsWith("@additional.example"),
    );
    expect(about).toHaveLength(1);
  });

  test("AP-106 a second contact with the same email makes no second object and one entry for a person", async () => {
    const { world } = at;
    const first = await make(world, "contacts", {
      email: "twice@match.example",
      first_name: "First",
    });
    await calm(world);
    const { hubspotId } = await record(world, "contacts", first.id);
    const second = await make(world, "contacts", {
      email: "TWICE@match.example",
      first_name: "Second",
    });
    await calm(world);
    const run = await sync(world, "push", "contacts", { ids: [second.id] });

    expect(run.counts).toMatchObject({ requested: 1, failed: 1 });
    const found = await objectsWith(
      world,
      "contacts",
      "email",
      "twice@match.example",
    );
    expect(found.map((each) => each.id)).toEqual([hubspotId]);
    expect(found[0]?.properties["firstname"]).toBe("First");
    const entries = await attention(world, second.id);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      kind: "problem",
      code: "duplicate_email",
    });
    expect((await record(world, "contacts", second.id)).sync).toMatchObject({
      status: "problem",
      code: "duplicate_email",
    });
  });

  test("AP-106 two new contacts with one email in one batch make one object", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const both = [
      await make(world, "contacts", { email: "pair@match.example" }),
      await make(world, "contacts", { email: "pair@match.example" }),
    ];

    const run = await sync(world, "push", "contacts", {
      ids: both.map(({ id }) => id),
    });

    expect(run.counts).toMatchObject({ requested: 2, created: 1, failed: 1 });
    expect(
      await objectsWith(world, "contacts", "email", "pair@match.example"),
    ).toHaveLength(1);
  });

  test("AP-103 AP-104 AP-105 a company whose domain belongs to another one in HubSpot is not pushed, nor is its contact, and both say why", async () => {
    const { world } = at;
    const other = await make(world, "companies", {
      name: "Holder",
      domain: "held.example",
    });
    await calm(world);
    const holder = await record(world, "companies", other.id);
    expect(holder.hubspotId).not.toBeNull();

    const company = await make(world, "companies", {
      name: "Latecomer",
      domain: "held.example",
    });
    const contact = await make(
      world,
      "contacts",
      { email: "one@held.example" },
      company.id,
    );
    await calm(world);

    const late = await record(world, "companies", company.id);
    expect(late.hubspotId).toBeNull();
    expect(late.sync).toEqual(
      expect.objectContaining({
        status: "problem",
        code: "domain_conflict",
        reason: domainConflict,
      }),
    );
    expect(
      await objectsWith(world, "companies", "domain", "held.example"),
    ).toHaveLength(1);
    const blocked = await record(world, "contacts", contact.id);
    expect(blocked.hubspotId).toBeNull();
    expect(blocked.sync).toMatchObject({
      status: "problem",
      code: "company_blocked",
    });
    expect(blocked.sync.reason).toContain(domainConflict);
    expect(
      await objectsWith(world, "contacts", "email", "one@held.example"),
    ).toEqual([]);

    const [entry, ...more] = await attention(world, company.id);
    expect(more).toEqual([]);
    expect(entry?.cause).toBe(domainConflict);
    expect(entry?.fix).toContain("Link to the existing company");
    expect(entry?.recordId).toBe(company.id);
    expect(entry?.details["objects"]).toEqual([
      {
        hubspotId: holder.hubspotId,
        url: expect.stringMatching(
          new RegExp(
            `^https://app[^/]*/contacts/${world.portalId}/record/0-2/${holder.hubspotId}$`,
          ),
        ) as string,
        recordId: other.id,
      },
    ]);
    expect(
      (await findRecordOf(world, "companies", holder.hubspotId ?? ""))?.id,
    ).toBe(other.id);

    const run = await sync(world, "push", "contacts", { ids: [contact.id] });
    expect(await itemsOf(world, run.id)).toEqual([
      expect.objectContaining({
        recordId: contact.id,
        outcome: "failed",
        code: "company_blocked",
      }),
    ]);
  });

  test("AP-103 two new companies of one domain in one batch make one object, and the second is a problem", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const both = [
      await make(world, "companies", { name: "P", domain: "pair.example" }),
      await make(world, "companies", { name: "Q", domain: "pair.example" }),
    ];

    const run = await sync(world, "push", "companies", {
      ids: both.map(({ id }) => id),
    });

    expect(run.counts).toMatchObject({ requested: 2, created: 1, failed: 1 });
    expect(
      await objectsWith(world, "companies", "domain", "pair.example"),
    ).toHaveLength(1);
    const codes = await Promise.all(
      both.map(
        async ({ id }) => (await record(world, "companies", id)).sync.code,
      ),
    );
    expect(codes.sort()).toEqual(["domain_conflict", "in_sync"]);
  });

  test("AP-103 a contact that was blocked goes once its company has another domain", async () => {
    const { world } = at;
    await make(world, "companies", { name: "A", domain: "moved.example" });
    await calm(world);
    const company = await make(world, "companies", {
      name: "B",
      domain: "moved.example",
    });
    const contact = await make(
      world,
      "contacts",
      { email: "one@moved.example" },
      company.id,
    );
    await calm(world);
    expect((await record(world, "contacts", contact.id)).sync.code).toBe(
      "company_blocked",
    );

    await change(world, "companies", company.id, {
      domain: "b-moved.example",
    });
    await calm(world);

    const { hubspotId } = await record(world, "contacts", contact.id);
    const theirs = await record(world, "companies", company.id);
    expect(theirs.hubspotId).not.toBeNull();
    expect(await companiesOf(world, hubspotId)).toEqual([theirs.hubspotId]);
    expect(
      (await object(world, "companies", theirs.hubspotId)).properties["domain"],
    ).toBe("b-moved.example");
  });
});

// HubSpot's search index lags by seconds; what is matched by it here has been there for longer.
describe.each(profiles)("companies, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  beforeEach(() => choose(at.world, { automatic: byHandOnly }));

  test("AC-018 a company of the same domain in HubSpot, unlinked, is linked and not made a second time", async () => {
    const { world } = at;
    const objectId = await makeObject(world, "companies", {
      name: "Present",
      domain: "present.example",
    });
    const { id } = await make(world, "companies", {
      name: "Present Ltd",
      domain: "https://www.present.example/about",
    });

    await sync(world, "push", "companies", { ids: [id] });

    expect((await record(world, "companies", id)).hubspotId).toBe(objectId);
    expect(
      await objectsWith(world, "companies", "name", "Present Ltd"),
    ).toHaveLength(1);
  });

  test("AP-105 once one company a domain is left here, it is linked to the existing one without a retry, and its contact follows", async () => {
    const { world } = at;
    await choose(world);
    const other = await make(world, "companies", {
      name: "Double",
      domain: "review.example",
    });
    await calm(world);
    const { hubspotId } = await record(world, "companies", other.id);
    const company = await make(world, "companies", {
      name: "Proper",
      domain: "review.example",
    });
    const contact = await make(
      world,
      "contacts",
      { email: "one@review.example" },
      company.id,
    );
    await calm(world);
    const [entry] = await attention(world, company.id);
    expect(entry?.code).toBe("domain_conflict");

    // The review: the double goes. HubSpot keeps its company, unlinked.
    await world.api("DELETE", `/companies/${other.id}`);
    await calm(world);

    expect((await record(world, "companies", company.id)).hubspotId).toBe(
      hubspotId,
    );
    expect(await attention(world, company.id)).toEqual([]);
    await world.until(
      async () =>
        (await record(world, "contacts", contact.id)).hubspotId !== null,
      "the contact has followed its company",
    );
    const pushed = await record(world, "contacts", contact.id);
    expect(await companiesOf(world, pushed.hubspotId)).toEqual([hubspotId]);
    expect(await attention(world, contact.id)).toEqual([]);

    await change(world, "companies", company.id, { city: "Ulm" });
    await calm(world);
    expect(
      (await object(world, "companies", hubspotId)).properties["city"],
    ).toBe("Ulm");
  });

  test("AP-013 X-08 of several companies of one domain the same is taken every time, and the journal says that it was a choice", async () => {
    const { world } = at;
    for (const name of ["cloud-cave", "rain-cave", "snow-cave"]) {
      const domain = `${name}.example`;
      const same: string[] = [];
      for (const city of ["Oslo", "Bergen", "Bodø"]) {
        same.push(await makeObject(world, "companies", { name, domain, city }));
      }
      const company = await make(world, "companies", { name, domain });
      const contact = await make(
        world,
        "contacts",
        { email: `one@${domain}` },
        company.id,
      );

      await sync(world, "push", "contacts", { ids: [contact.id] });

      const lowest = same.toSorted((a, b) => Number(a) - Number(b))[0];
      expect((await record(world, "companies", company.id)).hubspotId).toBe(
        lowest,
      );
      const { hubspotId } = await record(world, "contacts", contact.id);
      expect(await companiesOf(world, hubspotId)).toEqual([lowest]);
      const linked = (await journal(world, { recordId: company.id })).find(
        (entry) => entry.action === "linked",
      );
      expect(linked?.reason).toContain("Several matched: ");
      for (const id of same) expect(linked?.reason).toContain(id);
      expect(
        await objectsWith(world, "companies", "domain", domain),
      ).toHaveLength(3);
    }
  });
});

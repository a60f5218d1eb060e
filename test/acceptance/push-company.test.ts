import { beforeEach, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import { companiesOf, object } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, make, record } from "./steps/records.ts";
import { ended, sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)("pushing a company and its contacts, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  test("AP-011 AP-012 AP-102 a contact's push creates its company first, although companies are not pushed, and the journal says why", async () => {
    const { world } = at;
    await choose(world, { company: { push: { enabled: false } } });
    const company = await make(world, "companies", {
      name: "Carried",
      domain: "carried.example",
    });
    await world.settled();
    expect((await record(world, "companies", company.id)).sync).toMatchObject({
      status: "not_synced",
      code: "push_off",
    });

    const contact = await make(
      world,
      "contacts",
      { email: "one@carried.example" },
      company.id,
    );
    await calm(world);

    const [made] = await journal(world, { recordId: company.id }).then((all) =>
      all.filter((entry) => entry.action === "created"),
    );
    expect(made?.reason).toContain("override: pushed with contact");
    expect(made).toMatchObject({
      source: "product+contact",
      initiator: "workspace",
    });
    const after = (await journal(world, { recordId: contact.id })).find(
      (entry) => entry.action === "created",
    );
    expect(Number(made?.id)).toBeLessThan(Number(after?.id));
    const pushed = await record(world, "contacts", contact.id);
    const carried = await record(world, "companies", company.id);
    const times = [
      await object(world, "companies", carried.hubspotId),
      await object(world, "contacts", pushed.hubspotId),
    ].map((each) => each.properties["createdate"] ?? "");
    expect(times).toEqual([...times].sort());
    expect(await companiesOf(world, pushed.hubspotId)).toEqual([
      carried.hubspotId,
    ]);
  });

  test("AP-102 with companies always pushed along, the company is updated before its contact is created", async () => {
    const { world } = at;
    await choose(world, { contact: { companyWithContact: "always" } });
    const company = await make(world, "companies", {
      name: "First",
      domain: "first.example",
    });
    await calm(world);
    await choose(world, {
      automatic: byHandOnly,
      contact: { companyWithContact: "always" },
    });
    await change(world, "companies", company.id, { city: "Bern" });
    const contact = await make(
      world,
      "contacts",
      { email: "one@first.example" },
      company.id,
    );

    const run = await sync(world, "push", "contacts", { ids: [contact.id] });

    const trace = (await journal(world, { runId: run.id })).toReversed();
    expect(
      trace
        .filter((entry) => ["created", "updated"].includes(entry.action))
        .map((entry) => [entry.objectType, entry.action]),
    ).toEqual([
      ["company", "updated"],
      ["contact", "created"],
    ]);
    const { hubspotId } = await record(world, "companies", company.id);
    expect(
      (await object(world, "companies", hubspotId)).properties["city"],
    ).toBe("Bern");
  });

  test("AC-014 a company that is not synced yet, pushed with its contacts, is four creations and three associations; AC-015 a contact's push alone is one", async () => {
    const { world } = at;
    await choose(world, {
      automatic: byHandOnly,
      contact: { companyWithContact: "never" },
    });
    const company = await make(world, "companies", {
      name: "Whole",
      domain: "whole.example",
    });
    const contacts: string[] = [];
    for (const name of ["a", "b", "c"]) {
      const { id } = await make(
        world,
        "contacts",
        { email: `${name}@whole.example` },
        company.id,
      );
      contacts.push(id);
    }
    const before = {
      companies: (await world.truth("companies")).length,
      contacts: (await world.truth("contacts")).length,
    };

    const reply = await world.api<{ runId: string; contactsRunId: string }>(
      "POST",
      "/sync/push",
      { objectType: "company", ids: [company.id], contacts: true },
    );
    expect(reply.status).toBe(202);
    const first = await ended(world, reply.body.runId);
    const second = await ended(world, reply.body.contactsRunId);

    expect(first).toMatchObject({
      state: "done",
      objectType: "company",
      counts: { requested: 1, created: 1 },
    });
    expect(second).toMatchObject({
      state: "done",
      objectType: "contact",
      counts: { requested: 3, created: 3 },
    });
    expect(await world.truth("companies")).toHaveLength(before.companies + 1);
    expect(await world.truth("contacts")).toHaveLength(before.contacts + 3);
    const { hubspotId } = await record(world, "companies", company.id);
    for (const id of contacts) {
      const contact = await record(world, "contacts", id);
      expect(contact.sync.status).toBe("in_sync");
      expect(await companiesOf(world, contact.hubspotId)).toEqual([hubspotId]);
    }
    const edges = await object(world, "companies", hubspotId);
    expect(Object.keys(edges.associations)).toHaveLength(3);

    const alone = await make(world, "companies", {
      name: "Left",
      domain: "left.example",
    });
    const one = await make(
      world,
      "contacts",
      { email: "one@left.example" },
      alone.id,
    );
    const run = await sync(world, "push", "contacts", { ids: [one.id] });
    expect(run.counts).toMatchObject({ requested: 1, created: 1 });
    expect(await world.truth("companies")).toHaveLength(before.companies + 1);
    expect((await record(world, "companies", alone.id)).hubspotId).toBeNull();
  });

  test.each([
    { objectType: "contact", ids: ["00000000-0000-4000-8000-000000000000"] },
    { objectType: "company", all: true },
  ])(
    "AC-014 contacts cannot be asked for with %j, and nothing is pushed",
    async (body) => {
      const { world } = at;
      const count = async (): Promise<number> =>
        (await world.api<{ results: unknown[] }>("GET", "/runs?limit=200")).body
          .results.length;
      const before = await count();
      const reply = await world.api("POST", "/sync/push", {
        ...body,
        contacts: true,
      });
      expect(reply).toMatchObject({ status: 400 });
      expect(JSON.stringify(reply.body)).toContain(
        "To push contacts too, name their companies in ids.",
      );
      expect(await count()).toBe(before);
    },
  );
});

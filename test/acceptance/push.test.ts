import { beforeEach, describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import {
  changeObject,
  companiesOf,
  makeObject,
  object,
  objectsWith,
} from "./steps/objects.ts";
import type { Path } from "./steps/path.ts";
import { change, findRecordOf, make, record } from "./steps/records.ts";
import { ended, sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import type { World } from "./world.ts";
import { useWorld } from "./world.ts";

/** Every field of the default mapping: the record's, HubSpot's property, and two values for each side to hold. */
const contactFields = [
  ["email", "email", "ours@who.example", "theirs@who.example"],
  ["first_name", "firstname", "Olga", "Theo"],
  ["last_name", "lastname", "Ours", "Theirs"],
  ["phone", "phone", "+49301111", "+49302222"],
  ["mobile_phone", "mobilephone", "+49151111", "+49152222"],
  ["job_title", "jobtitle", "Our title", "Their title"],
  ["stage", "lifecyclestage", "customer", "opportunity"],
  ["lead_status", "hs_lead_status", "OPEN", "IN_PROGRESS"],
  [
    "linkedin_url",
    "hs_linkedin_url",
    "https://www.linkedin.com/in/ours",
    "https://www.linkedin.com/in/theirs",
  ],
  ["city", "city", "Oslo", "Thun"],
  ["state", "state", "Our state", "Their state"],
  ["country", "country", "Norway", "Switzerland"],
] as const;

const companyFields = [
  ["name", "name", "Ours Ltd", "Theirs Ltd"],
  ["domain", "domain", "ours-who.example", "theirs-who.example"],
  ["phone", "phone", "+49301111", "+49302222"],
  ["website_url", "website", "https://ours.example", "https://theirs.example"],
  ["industry", "industry", "COMPUTER_SOFTWARE", "TEXTILES"],
  [
    "linkedin_url",
    "linkedin_company_page",
    "https://www.linkedin.com/company/ours",
    "https://www.linkedin.com/company/theirs",
  ],
  ["city", "city", "Oslo", "Thun"],
  ["state", "state", "Our state", "Their state"],
  ["country", "country", "Norway", "Switzerland"],
  ["employees", "numberofemployees", 11, "22"],
  ["annual_revenue", "annualrevenue", 1100, "2200"],
  ["stage", "lifecyclestage", "customer", "opportunity"],
] as const;

const sides = { contacts: contactFields, companies: companyFields } as const;

async function owners(world: World) {
  const { body } = await world.control<{
    owners: { id: string; email: string }[];
  }>("GET", `/sandbox/portals/${world.portalId}`);
  const [first, second] = body.owners;
  if (first === undefined || second === undefined)
    throw new Error("The portal has two owners.");
  return [first, second] as const;
}

/** A linked pair of which each side has another value in every mapped field, owner included. */
async function pullApart(
  world: World,
  path: Path,
  named: string,
): Promise<{ id: string; hubspotId: string; owners: string[] }> {
  const [first, second] = await owners(world);
  await choose(world);
  const { id } = await make(world, path, {
    [path === "contacts" ? "email" : "domain"]: `${named}.example`.replace(
      /^/,
      path === "contacts" ? "x@" : "",
    ),
    [path === "contacts" ? "last_name" : "name"]: named,
  });
  await calm(world);
  const { hubspotId } = await record(world, path, id);
  if (hubspotId === null) throw new Error("It was not pushed.");

  await choose(world, { automatic: byHandOnly });
  const unlike = (value: string | number): string | number =>
    typeof value === "string"
      ? value.replace("who.example", `${named}.example`)
      : value;
  await change(world, path, id, {
    ...Object.fromEntries(
      sides[path].map(([field, , ours]) => [field, unlike(ours)]),
    ),
    owner_email: first.email,
  });
  await changeObject(world, path, hubspotId, {
    ...Object.fromEntries(
      sides[path].map(([, property, , theirs]) => [
        property,
        String(unlike(theirs)),
      ]),
    ),
    hubspot_owner_id: second.id,
  });
  await calm(world);
  return {
    id,
    hubspotId,
    owners: [first.id, second.email],
  };
}

async function contactMappings(
  world: World,
): Promise<Settings["contact"]["mappings"]> {
  const { body } = await world.api<{ settings: Settings }>("GET", "/settings");
  return body.settings.contact.mappings;
}

describe.each(["documented", "observed"])("push, %s", (profile) => {
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

  test("AP-074 a record pushed alone and one pushed among many reach HubSpot with the same values", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const [owner] = await owners(world);
    const held = {
      first_name: "Same",
      last_name: "Payload",
      phone: "+49 (30) 99-88",
      job_title: "  Twin ",
      stage: "lead",
      lead_status: "NEW",
      city: "Ulm",
      owner_email: owner.email,
    };
    const alone = await make(world, "contacts", {
      ...held,
      email: "alone@twins.example",
    });
    const many = [];
    for (const name of ["a", "b", "c"]) {
      many.push(
        await make(world, "contacts", {
          ...held,
          email: `${name}@twins.example`,
        }),
      );
    }

    await sync(world, "push", "contacts", { ids: [alone.id] });
    await sync(world, "push", "contacts", { ids: many.map(({ id }) => id) });

    const sent = [];
    for (const { id } of [alone, ...many]) {
      const [created] = (await journal(world, { recordId: id })).filter(
        (entry) => entry.action === "created",
      );
      sent.push(
        created?.changes
          .filter((each) => each.field !== "email")
          .map(({ field, after }) => [field, after]),
      );
    }
    expect(sent[0]?.map(([field]) => field).sort()).toEqual(
      Object.keys(held).sort(),
    );
    expect(sent.slice(1)).toEqual([sent[0], sent[0], sent[0]]);
    const stored = [];
    for (const { id } of [alone, ...many]) {
      const { hubspotId } = await record(world, "contacts", id);
      const { properties } = await object(world, "contacts", hubspotId);
      stored.push(
        [
          "firstname",
          "lastname",
          "phone",
          "jobtitle",
          "lifecyclestage",
          "hs_lead_status",
          "city",
          "hubspot_owner_id",
        ].map((name) => properties[name]),
      );
    }
    expect(stored[0]?.[0]).toBe("Same");
    expect(stored.slice(1)).toEqual([stored[0], stored[0], stored[0]]);
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
        "Contacts follow companies that are named by ids.",
      );
      expect(await count()).toBe(before);
    },
  );

  test.each(["contacts", "companies"] as const)(
    "AC-006 a push by hand writes the workspace's value of every mapped field of %s over HubSpot's",
    async (path) => {
      const { world } = at;
      const pair = await pullApart(world, path, `push-${path}`);
      const before = await record(world, path, pair.id);

      const run = await sync(world, "push", path, { ids: [pair.id] });

      expect(run.counts).toMatchObject({ requested: 1, updated: 1 });
      const { properties } = await object(world, path, pair.hubspotId);
      expect(sides[path].map(([, property]) => properties[property])).toEqual(
        sides[path].map(([field]) => String(before.properties[field])),
      );
      expect(properties["hubspot_owner_id"]).toBe(pair.owners[0]);
      expect((await record(world, path, pair.id)).properties).toEqual(
        before.properties,
      );
      expect(await attention(world, pair.id)).toEqual([]);
    },
  );

  test.each(["contacts", "companies"] as const)(
    "AC-006 a pull by hand writes HubSpot's value of every mapped field of %s over the workspace's",
    async (path) => {
      const { world } = at;
      const pair = await pullApart(world, path, `pull-${path}`);
      const before = await object(world, path, pair.hubspotId);

      const run = await sync(world, "pull", path, { ids: [pair.id] });

      expect(run.counts).toMatchObject({ requested: 1, updated: 1 });
      const { properties } = await record(world, path, pair.id);
      expect(sides[path].map(([field]) => String(properties[field]))).toEqual(
        sides[path].map(([, property]) => before.properties[property]),
      );
      expect(properties["owner_email"]).toBe(pair.owners[1]);
      const after = await object(world, path, pair.hubspotId);
      expect(
        sides[path].map(([, property]) => after.properties[property]),
      ).toEqual(sides[path].map(([, property]) => before.properties[property]));
      expect(await attention(world, pair.id)).toEqual([]);
    },
  );

  test("AC-018 AC-019 a first push creates one object, stores its id, and tells what was pushed", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const { id } = await make(world, "contacts", {
      email: "first@once.example",
      first_name: "First",
    });

    const run = await sync(world, "push", "contacts", { ids: [id] });

    expect(run.counts).toMatchObject({ requested: 1, created: 1 });
    const [made, ...more] = await objectsWith(
      world,
      "contacts",
      "email",
      "first@once.example",
    );
    expect(more).toEqual([]);
    const { hubspotId, sync: status } = await record(world, "contacts", id);
    expect(hubspotId).toBe(made?.id);
    expect(status).toMatchObject({ status: "in_sync" });
    const [told] = await journal(world, { runId: run.id });
    expect(told).toMatchObject({
      action: "created",
      recordId: id,
      hubspotId,
      by: "API",
    });
    expect(
      told?.changes.map(({ field, side, after }) => [field, side, after]),
    ).toEqual([
      ["email", "hubspot", "first@once.example"],
      ["first_name", "hubspot", "First"],
    ]);
  });

  test("AC-017 AC-020 pushing again updates the one object at once, as often as wanted", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const { id } = await make(world, "contacts", {
      email: "again@often.example",
      job_title: "0",
    });
    const first = await sync(world, "push", "contacts", { ids: [id] });
    expect(first.counts.created).toBe(1);
    const { hubspotId } = await record(world, "contacts", id);

    for (const title of ["1", "2"]) {
      await change(world, "contacts", id, { job_title: title });
      const run = await sync(world, "push", "contacts", { ids: [id] });
      expect(run.counts).toMatchObject({ requested: 1, updated: 1 });
      const { properties } = await object(world, "contacts", hubspotId);
      expect(properties["jobtitle"]).toBe(title);
    }
    const idle = await sync(world, "push", "contacts", { ids: [id] });
    expect(idle.counts).toMatchObject({ requested: 1, unchanged: 1 });
    expect(
      await objectsWith(world, "contacts", "email", "again@often.example"),
    ).toHaveLength(1);
  });

  test("AC-021 an edit on either side overwrites the other side's phone by itself", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "phone@auto.example",
      phone: "+49301",
    });
    await calm(world);
    const { hubspotId } = await record(world, "contacts", id);
    if (hubspotId === null) throw new Error("It was not pushed.");

    await changeObject(world, "contacts", hubspotId, { phone: "+49302" });
    await calm(world);
    expect((await record(world, "contacts", id)).properties["phone"]).toBe(
      "+49302",
    );

    await change(world, "contacts", id, { phone: "+49303" });
    await calm(world);
    const { properties } = await object(world, "contacts", hubspotId);
    expect(properties["phone"]).toBe("+49303");
  });

  test("AC-021 where both sides changed a field, the side that triggered the sync has priority, and the journal keeps what gave way", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "both@auto.example",
      phone: "+49301",
    });
    await calm(world);
    const { hubspotId } = await record(world, "contacts", id);
    if (hubspotId === null) throw new Error("It was not pushed.");

    await world.control("PUT", "/sandbox/faults", {
      webhooks: { paused: true },
    });
    await changeObject(world, "contacts", hubspotId, { phone: "+49302" });
    await change(world, "contacts", id, { phone: "+49303" });
    await world.until(
      async () =>
        (await object(world, "contacts", hubspotId)).properties["phone"] ===
        "+49303",
      "the workspace's phone is in HubSpot",
    );
    await world.control("DELETE", "/sandbox/faults");
    await calm(world);

    expect((await record(world, "contacts", id)).properties["phone"]).toBe(
      "+49303",
    );
    const overwrote = (await journal(world, { recordId: id })).flatMap(
      (entry) => entry.changes.map((each) => each.overwrote),
    );
    expect(overwrote).toContain("+49302");
  });

  test("AC-022 a push overwrites HubSpot's phone, job title and surname", async () => {
    const { world } = at;
    const objectId = await makeObject(world, "contacts", {
      email: "example@accelo.example",
      firstname: "Jo",
      lastname: "Hub",
      phone: "+49301",
      jobtitle: "Hub title",
    });
    await calm(world);
    const pulled = await findRecordOf(world, "contacts", objectId);
    if (pulled === undefined) throw new Error("It was not pulled.");

    await change(world, "contacts", pulled.id, {
      phone: "+49309",
      job_title: "Our title",
      last_name: "Work",
    });
    await calm(world);

    const { properties } = await object(world, "contacts", objectId);
    expect(properties).toMatchObject({
      firstname: "Jo",
      lastname: "Work",
      phone: "+49309",
      jobtitle: "Our title",
    });
  });

  test("AC-023 a blank overwrites nothing in either direction", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "blank@fields.example",
      phone: "+49301",
      job_title: "Kept",
    });
    await calm(world);
    const { hubspotId } = await record(world, "contacts", id);
    if (hubspotId === null) throw new Error("It was not pushed.");

    await world.api("PATCH", `/contacts/${id}`, {
      properties: { phone: null, city: "Ulm" },
    });
    await calm(world);
    const there = await object(world, "contacts", hubspotId);
    expect(there.properties).toMatchObject({ phone: "+49301", city: "Ulm" });

    await changeObject(world, "contacts", hubspotId, {
      jobtitle: "",
      state: "Bavaria",
    });
    await calm(world);
    const here = await record(world, "contacts", id);
    expect(here.properties).toMatchObject({
      job_title: "Kept",
      state: "Bavaria",
    });

    await sync(world, "push", "contacts", { ids: [id] });
    expect(
      (await object(world, "contacts", hubspotId)).properties["phone"],
    ).toBe("+49301");
    await sync(world, "pull", "contacts", { ids: [id] });
    expect((await record(world, "contacts", id)).properties["job_title"]).toBe(
      "Kept",
    );
  });

  test("AC-023 a field whose mapping allows it is cleared, in both directions", async () => {
    const { world } = at;
    const mappings = (await contactMappings(world)).map((mapping) =>
      ["phone", "job_title"].includes(mapping.field)
        ? { ...mapping, clear: true }
        : mapping,
    );
    await choose(world, { contact: { mappings } });
    const { id } = await make(world, "contacts", {
      email: "clear@fields.example",
      phone: "+49301",
      job_title: "Gone soon",
    });
    await calm(world);
    const { hubspotId } = await record(world, "contacts", id);
    if (hubspotId === null) throw new Error("It was not pushed.");

    await world.api("PATCH", `/contacts/${id}`, {
      properties: { phone: null },
    });
    await calm(world);
    const { properties } = await object(world, "contacts", hubspotId);
    expect(properties["phone"] ?? "").toBe("");
    expect(properties["jobtitle"]).toBe("Gone soon");

    await changeObject(world, "contacts", hubspotId, { jobtitle: "" });
    await calm(world);
    expect(
      (await record(world, "contacts", id)).properties["job_title"] ?? "",
    ).toBe("");
  });
});

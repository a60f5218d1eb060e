import { describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { one } from "./steps/one.ts";
import {
  changeObject,
  companiesOf,
  makeObject,
  object,
} from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import {
  change,
  findRecordOf,
  make,
  objectOf,
  record,
  recordOf,
} from "./steps/records.ts";
import { readRun, start } from "./steps/runs.ts";
import { setSettings } from "./steps/settings.ts";
import { installation, missing, refusals, withhold } from "./steps/scopes.ts";
import { upkeepTurn } from "./steps/housekeeping.ts";
import { useWorld } from "./world.ts";
import type { Json, World } from "./world.ts";

const scopeEntries = async (world: World) =>
  (await attention(world)).filter(({ code }) => code === "missing_scope");

const person = (name: string): Json => ({
  email: `${name}@scope.example`,
  first_name: name,
});
const theirPerson = (name: string): Json => ({
  email: `${name}@scope.example`,
  firstname: name,
});
const firm = (name: string): Json => ({
  name,
  domain: `${name}.scope.example`,
});

/** What the card shows of a record. */
const card = async (
  world: World,
  path: Path,
  id: string,
): Promise<{ pull: Json; push: Json }> => {
  const { status, body } = await world.api<{ pull: Json; push: Json }>(
    "GET",
    `/${path}/${id}/sync`,
  );
  expect(status).toBe(200);
  return body;
};

const forbidden = { allowed: false, code: "missing_scope" };

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  test("companies that may be neither read nor written stand still, contacts go on in both directions, and regained scopes bring all of it in step", async () => {
    const { world } = at;
    const standing = await makeObject(world, "companies", firm("standing"));
    const known = await makeObject(world, "contacts", theirPerson("known"));
    await calm(world);
    const standingRecord = await recordOf(world, "companies", standing);
    const knownRecord = await recordOf(world, "contacts", known);

    await withhold(
      world,
      "crm.objects.companies.read",
      "crm.objects.companies.write",
    );
    // Companies come first in every lane, and a contact's company before it.
    await change(world, "companies", standingRecord.id, { city: "Bern" });
    const newFirm = await make(world, "companies", firm("new-firm"));
    const newPerson = await make(
      world,
      "contacts",
      person("new-person"),
      newFirm.id,
    );
    await change(world, "contacts", knownRecord.id, { city: "Basel" });
    await world.settled();
    const theirs = await makeObject(
      world,
      "contacts",
      theirPerson("theirs"),
      standing,
    );
    await changeObject(world, "companies", standing, { phone: "1" });
    await changeObject(world, "contacts", known, { jobtitle: "Chief" });
    await calm(world);

    expect((await object(world, "contacts", known)).properties).toMatchObject({
      city: "Basel",
    });
    expect(await record(world, "contacts", knownRecord.id)).toMatchObject({
      properties: { job_title: "Chief" },
      sync: { status: "in_sync" },
    });
    expect(await findRecordOf(world, "contacts", theirs)).toBeDefined();
    const newObject = await objectOf(world, "contacts", newPerson.id);
    expect(
      (await object(world, "companies", standing)).properties["city"],
    ).not.toBe("Bern");
    expect((await record(world, "companies", newFirm.id)).hubspotId).toBeNull();

    // It is told once, with the scope and what stands still.
    expect(await missing(world)).toContain("read:company");
    const { warnings } = await installation(world);
    expect(warnings.map(({ message }) => message).join("\n")).toContain(
      "read companies (crm.objects.companies.read). Companies don't sync in either direction",
    );
    const told = (await scopeEntries(world)).filter(({ cause }) =>
      cause.includes("read companies"),
    );
    expect(told).toHaveLength(1);
    expect(one(told, 0)).toMatchObject({
      kind: "problem",
      recordId: null,
      hubspotId: null,
    });

    // And HubSpot is not asked again for what it does not allow.
    await world.control("DELETE", "/sandbox/requests");
    const shown = await card(world, "companies", standingRecord.id);
    expect(shown.pull).toMatchObject(forbidden);
    expect(shown.push).toMatchObject(forbidden);
    expect(await card(world, "contacts", knownRecord.id)).toMatchObject({
      pull: { allowed: true },
      push: { allowed: true },
    });
    await change(world, "companies", standingRecord.id, { city: "Chur" });
    await change(world, "contacts", newPerson.id, { city: "Olten" });
    await makeObject(world, "contacts", theirPerson("later"), standing);
    await calm(world);
    expect(await refusals(world)).toEqual([]);
    expect(
      (await object(world, "contacts", newObject)).properties["city"],
    ).toBe("Olten");
    const run = await start(world, "push", "companies", { all: true });
    await world.until(
      async () => (await readRun(world, run)).state === "failed",
      "the push of companies ends",
    );
    // A retry looks, and finds that nothing has been granted.
    const retry = () =>
      world.api("POST", `/attention/${one(told, 0).id}/retry`);
    expect(await retry()).toMatchObject({
      status: 409,
      body: { code: "missing_scope" },
    });
    await upkeepTurn(world);
    expect(await missing(world)).toContain("read:company");
    expect((await refusals(world)).length).toBeLessThanOrEqual(8);

    await withhold(world);
    await upkeepTurn(world);
    await calm(world);
    expect(await installation(world)).toMatchObject({
      missingCapabilities: {},
      warnings: [],
    });
    expect(await scopeEntries(world)).toEqual([]);
    expect(
      (await object(world, "companies", standing)).properties["city"],
    ).toBe("Chur");
    expect(await record(world, "companies", standingRecord.id)).toMatchObject({
      properties: { phone: "1" },
      sync: { status: "in_sync" },
    });
    const firmObject = await objectOf(world, "companies", newFirm.id);
    expect(await companiesOf(world, newObject)).toEqual([firmObject]);
    expect((await recordOf(world, "contacts", theirs)).companyId).toBe(
      standingRecord.id,
    );
  });

  test("companies that may not be written are still pulled; what changes here waits, and connecting again sends it", async () => {
    const { world } = at;
    const company = await makeObject(world, "companies", firm("readable"));
    const contact = await makeObject(
      world,
      "contacts",
      theirPerson("readable"),
    );
    await calm(world);
    const companyRecord = await recordOf(world, "companies", company);
    const contactRecord = await recordOf(world, "contacts", contact);

    await withhold(world, "crm.objects.companies.write");
    await change(world, "companies", companyRecord.id, { city: "Bern" });
    // Its company can be written, in HubSpot, by nobody of ours: the contact's own values can.
    const linked = await world.api("PATCH", `/contacts/${contactRecord.id}`, {
      properties: { city: "Bern" },
      companyId: companyRecord.id,
    });
    expect(linked.status).toBe(200);
    await calm(world);
    await changeObject(world, "companies", company, { phone: "2" });
    await calm(world);

    expect(await missing(world)).toEqual([
      "write-associations:contact_to_company",
      "write:company",
    ]);
    expect(
      (await scopeEntries(world)).map(({ cause }) => cause).join("\n"),
    ).toContain("crm.objects.companies.write");
    expect(await record(world, "companies", companyRecord.id)).toMatchObject({
      properties: { phone: "2", city: "Bern" },
      sync: { status: "changes_waiting" },
    });
    expect((await object(world, "contacts", contact)).properties["city"]).toBe(
      "Bern",
    );
    expect(await companiesOf(world, contact)).toEqual([]);

    await world.control("DELETE", "/sandbox/requests");
    const shown = await card(world, "companies", companyRecord.id);
    expect(shown.pull).toMatchObject({ allowed: true });
    expect(shown.push).toMatchObject(forbidden);
    await change(world, "companies", companyRecord.id, { city: "Chur" });
    await change(world, "contacts", contactRecord.id, { city: "Chur" });
    await changeObject(world, "companies", company, { phone: "3" });
    await calm(world);
    expect(await refusals(world)).toEqual([]);
    expect(
      (await record(world, "companies", companyRecord.id)).properties,
    ).toMatchObject({ phone: "3", city: "Chur" });

    await withhold(world);
    await world.install();
    await calm(world);
    expect(await installation(world)).toMatchObject({
      missingCapabilities: {},
      warnings: [],
    });
    expect(
      (await object(world, "companies", company)).properties,
    ).toMatchObject({ city: "Chur", phone: "3" });
    expect(await companiesOf(world, contact)).toEqual([company]);
    expect(await record(world, "contacts", contactRecord.id)).toMatchObject({
      sync: { status: "in_sync" },
    });
    expect(await attention(world)).toEqual([]);
  });

  test("contacts that may not be written: a deletion, a creation and an edit wait, and a retry of what is told resumes them", async () => {
    const { world } = at;
    const standing = await makeObject(world, "contacts", theirPerson("held"));
    const doomed = await makeObject(world, "contacts", theirPerson("doomed"));
    await calm(world);
    const { id } = await recordOf(world, "contacts", standing);
    const doomedRecord = await recordOf(world, "contacts", doomed);
    await setSettings(world, "contact", { deletionSync: true });
    await withhold(world, "crm.objects.contacts.write");

    const created = await make(world, "contacts", person("created"));
    await change(world, "contacts", id, { city: "Bern" });
    await world.api("DELETE", `/contacts/${doomedRecord.id}`);
    await world.settled();
    await changeObject(world, "contacts", standing, { jobtitle: "Chief" });
    const company = await make(world, "companies", firm("beside"));
    await calm(world);

    expect(await missing(world)).toEqual(["write:contact"]);
    expect(await objectOf(world, "companies", company.id)).toBeDefined();
    expect(await record(world, "contacts", id)).toMatchObject({
      properties: { city: "Bern", job_title: "Chief" },
      sync: { status: "changes_waiting" },
    });
    expect((await object(world, "contacts", doomed)).archived).toBe(false);
    expect((await record(world, "contacts", created.id)).hubspotId).toBeNull();

    await withhold(world);
    const told = one(await scopeEntries(world), 0);
    expect(
      await world.api("POST", `/attention/${told.id}/retry`),
    ).toMatchObject({
      status: 200,
      body: { state: "resolved", resolvedBy: "API" },
    });
    await calm(world);
    expect(await missing(world)).toEqual([]);
    expect(
      (await object(world, "contacts", standing)).properties,
    ).toMatchObject({ city: "Bern", jobtitle: "Chief" });
    expect(await objectOf(world, "contacts", created.id)).toBeDefined();
    expect(
      (await world.truth("contacts")).map((each) => each.id),
    ).not.toContain(doomed);
    expect(await attention(world)).toEqual([]);
  });
});

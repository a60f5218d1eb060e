import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { profiles } from "../../../acceptance/steps/path.ts";
import { useWorld } from "./world.ts";
import type { Portal } from "./world.ts";

const world = useWorld();
type Json = Record<string, unknown>;

/** Only presses and runs by hand move anything, so that what moved was moved by them. */
const byHandOnly = (portal: Portal): Promise<void> =>
  portal.settings((settings) => {
    settings["automatic"] = { pull: false, push: false };
  });

const onlyCustomers = (portal: Portal): Promise<void> =>
  portal.settings((settings) => {
    (settings["contact"] as { push: Json }).push["conditions"] = {
      stages: ["customer"],
      emailStatuses: null,
      customField: null,
    };
  });

async function linkedContact(
  properties: Json,
  options: Json = {},
): Promise<{ portal: Portal; objectId: string; recordId: string }> {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    objectId = await it.makeObject("contacts", properties);
  }, options);
  const { record } = await portal.card("contacts", objectId);
  return { portal, objectId, recordId: record?.id ?? "" };
}

/** A first push by hand through the product's API, to its end. */
async function pushContact(portal: Portal, id: string): Promise<void> {
  const { runId } = await portal.api("POST", "/sync/push", {
    objectType: "contact",
    ids: [id],
  });
  await world().work(async () => {
    expect(await portal.api("GET", `/runs/${String(runId)}`)).toMatchObject({
      state: "done",
      counts: { created: 1 },
    });
  });
}

describe("who wins", () => {
  test("AC-006 AC-022 a push writes the workspace's values over HubSpot's, and AC-017 updates the one object", async () => {
    const { portal, objectId, recordId } = await linkedContact({
      email: "ada@example.com",
      phone: "1",
      jobtitle: "Engineer",
      lastname: "Byron",
    });
    await portal.editObject("contacts", objectId, {
      phone: "2",
      jobtitle: "Countess",
    });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { phone: "3", last_name: "Lovelace" },
    });
    const answer = await portal.openAndPress("push", "contacts", objectId, {
      confirmed: true,
    });
    expect(answer).toMatchObject({
      result: "done",
      message: "Lovelace was pushed to HubSpot: 3 values changed.",
      objectUrl: `https://app.hubspot.com/contacts/${portal.portalId}/record/0-1/${objectId}`,
      view: {
        status: "in_sync",
        fields: [],
        lastPush: { by: "ada@example.com" },
      },
    });
    expect(answer).toMatchObject({
      changes: expect.arrayContaining([
        {
          field: "phone",
          label: "Phone Number",
          side: "hubspot",
          before: "2",
          after: "3",
        },
      ]) as unknown,
    });
    expect(await portal.object("contacts", objectId)).toMatchObject({
      phone: "3",
      jobtitle: "Engineer",
      lastname: "Lovelace",
    });
    expect((await portal.objects("contacts")).size).toBe(1);
  });

  test("AC-006 a pull writes HubSpot's values over the workspace's, and no blank over data", async () => {
    const { portal, objectId, recordId } = await linkedContact({
      email: "ada@example.com",
      phone: "1",
      city: "London",
    });
    await portal.editObject("contacts", objectId, { phone: "2", city: "" });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { phone: "3", job_title: "Countess" },
    });
    const answer = await portal.openAndPress("pull", "contacts", objectId, {
      confirmed: true,
    });
    expect(answer).toMatchObject({
      result: "done",
      view: { status: "in_sync", lastPull: { by: "ada@example.com" } },
    });
    const { properties } = await portal.record("contacts", recordId);
    expect(properties).toMatchObject({
      phone: "2",
      city: "London",
      job_title: "Countess",
    });
    const journal = answer.view.journal[0];
    expect(journal).toMatchObject({
      action: "updated",
      source: "card",
      by: "ada@example.com",
    });
  });

  test("a pull creates the record that is not there yet, and links it", async () => {
    const portal = await world().activePortal();
    const objectId = await portal.makeObject("contacts", {
      email: "ada@example.com",
      firstname: "Ada",
    });
    const answer = await portal.openAndPress("pull", "contacts", objectId);
    expect(answer).toMatchObject({
      result: "done",
      message: expect.stringContaining("created in your product") as unknown,
      view: { status: "in_sync", record: { name: "Ada" } },
    });
    const { results } = await portal.api("GET", "/contacts");
    expect(results).toMatchObject([{ hubspotId: objectId }]);
  });
});

describe("what was shown", () => {
  test("a press on what has changed since carries nothing out and shows how it stands now", async () => {
    const { portal, objectId, recordId } = await linkedContact({
      email: "ada@example.com",
      phone: "1",
    });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { phone: "2" },
    });
    const { version } = await portal.card("contacts", objectId);
    await portal.editObject("contacts", objectId, { phone: "9" });
    const answer = await portal.press("push", "contacts", objectId, {
      version,
    });
    expect(answer).toMatchObject({
      result: "changed",
      view: { fields: [{ field: "phone", state: "changed_in_both" }] },
    });
    expect((await portal.object("contacts", objectId))["phone"]).toBe("9");
    expect(
      await portal.press("push", "contacts", objectId, {
        version: answer.view.version,
        confirmed: true,
      }),
    ).toMatchObject({ result: "done" });
    expect((await portal.object("contacts", objectId))["phone"]).toBe("2");
  });

  test("what moves elsewhere on the object does not make what was shown untrue", async () => {
    const { portal, objectId } = await linkedContact({
      email: "ada@example.com",
    });
    const { version } = await portal.card("contacts", objectId);
    await portal.editObject("contacts", objectId, { company: "Elsewhere" });
    expect((await portal.card("contacts", objectId)).version).toBe(version);
  });

  test("a repeated request answers the first answer and does nothing more", async () => {
    const { portal, objectId, recordId } = await linkedContact({
      email: "ada@example.com",
      phone: "1",
    });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { phone: "2" },
    });
    const { version } = await portal.card("contacts", objectId);
    const requestId = randomUUID();
    const first = await portal.press("push", "contacts", objectId, {
      version,
      requestId,
    });
    await portal.editObject("contacts", objectId, { phone: "9" });
    const again = await portal.press("push", "contacts", objectId, {
      version,
      requestId,
    });
    expect(first.result).toBe("done");
    expect(again).toEqual(first);
    expect((await portal.object("contacts", objectId))["phone"]).toBe("9");
  });

  test("a pair that another worker has claimed is refused after a short wait, and nothing is written", async () => {
    const { portal, objectId, recordId } = await linkedContact({
      email: "ada@example.com",
      phone: "1",
    });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { phone: "2" },
    });
    await world().app.database.inPortal(portal.portalId, (db) =>
      db
        .insertInto("attempt")
        .values({
          portal_id: portal.portalId,
          id: randomUUID(),
          object_type: "contact",
          record_id: recordId,
          object_id: objectId,
          operation: "update",
          sent: JSON.stringify({ phone: { h: "7", w: "7" } }),
          initiator: "workspace",
          claim_ends_at: new Date(Date.now() + 60_000),
        })
        .execute(),
    );
    const answer = await portal.openAndPress("push", "contacts", objectId);
    expect(answer).toMatchObject({ result: "refused", code: "busy" });
    expect((await portal.object("contacts", objectId))["phone"]).toBe("1");
  });
});

describe.each(profiles)("creating, as HubSpot is %s", (profile) => {
  const activePortal = (): Promise<Portal> =>
    world().activePortal(undefined, { profile });

  test("AC-013 AC-014 a company pushed with its contacts: one company, three contacts, three associations", async () => {
    const portal = await activePortal();
    await byHandOnly(portal);
    const companyId = await portal.makeRecord("companies", {
      name: "Analytical Engines",
      domain: "engines.example",
      city: "London",
    });
    for (const name of ["Ada", "Charles", "Mary"])
      await portal.makeRecord(
        "contacts",
        { first_name: name, email: `${name.toLowerCase()}@engines.example` },
        { companyId },
      );
    const company = await portal.makeObject("companies", {
      domain: "engines.example",
    });
    const answer = await portal.openAndPress("push", "companies", company, {
      contacts: true,
      confirmed: true,
    });
    expect(answer).toMatchObject({
      result: "running",
      view: { run: { state: "queued" } },
    });
    expect(answer.message).toContain("Its 3 contacts are being pushed.");
    expect((await portal.object("companies", company))["city"]).toBe("London");

    const { runId } = answer as { runId: string };
    await world().work(async () => {
      expect(await portal.api("GET", `/runs/${runId}`)).toMatchObject({
        state: "done",
        counts: { requested: 3, created: 3 },
      });
    });
    expect((await portal.objects("companies")).size).toBe(1);
    const contacts = [...(await portal.objects("contacts")).values()];
    expect(contacts).toHaveLength(3);
    for (const { properties } of contacts)
      expect(properties["associatedcompanyid"]).toBe(company);
    expect((await portal.card("companies", company)).run).toBeNull();
  });

  test("AC-014 a company pushed alone leaves its contacts where they are", async () => {
    const portal = await activePortal();
    await byHandOnly(portal);
    const companyId = await portal.makeRecord("companies", {
      domain: "engines.example",
      name: "Analytical Engines",
    });
    await portal.makeRecord("contacts", { first_name: "Ada" }, { companyId });
    const company = await portal.makeObject("companies", {
      domain: "engines.example",
    });
    expect(
      await portal.openAndPress("push", "companies", company, {
        contacts: false,
      }),
    ).toMatchObject({ result: "done" });
    expect((await portal.objects("contacts")).size).toBe(0);
  });

  test("AC-015 a contact pushed alone writes no company", async () => {
    const portal = await activePortal();
    await byHandOnly(portal);
    const companyId = await portal.makeRecord("companies", {
      name: "Analytical Engines",
    });
    await portal.makeRecord(
      "contacts",
      { first_name: "Ada", email: "ada@engines.example" },
      { companyId },
    );
    const contact = await portal.makeObject("contacts", {
      email: "ada@engines.example",
    });
    await world().control("DELETE", "/requests");
    expect(
      await portal.openAndPress("push", "contacts", contact, {
        company: "never",
      }),
    ).toMatchObject({ result: "done" });
    expect((await portal.object("contacts", contact))["firstname"]).toBe("Ada");
    expect(await portal.writes()).toEqual(["update"]);
    expect((await portal.objects("companies")).size).toBe(0);
  });

  test("AP-011 a contact pushed with a company that HubSpot lacks creates the company and the association", async () => {
    const { portal, objectId, recordId } = await linkedContact(
      { email: "ada@engines.example" },
      { profile },
    );
    const companyId = await portal.makeRecord("companies", {
      name: "Analytical Engines",
    });
    await portal.api("PATCH", `/contacts/${recordId}`, { companyId });
    expect(await portal.card("contacts", objectId)).toMatchObject({
      status: "changes_waiting",
      code: "waiting_push",
      push: { summary: "Creates its company in HubSpot" },
    });
    const answer = await portal.openAndPress("push", "contacts", objectId, {
      company: "if-missing",
    });
    expect(answer).toMatchObject({
      result: "done",
      view: { status: "in_sync" },
    });
    const companies = await portal.objects("companies");
    expect([...companies.values()]).toMatchObject([
      { properties: { name: "Analytical Engines" } },
    ]);
    expect(
      (await portal.object("contacts", objectId))["associatedcompanyid"],
    ).toBe([...companies.keys()][0]);
  });

  test("AC-016 a push by hand overrides the conditions, and the journal says so", async () => {
    const portal = await activePortal();
    await onlyCustomers(portal);
    const id = await portal.makeRecord("contacts", {
      email: "ada@example.com",
      first_name: "Ada",
      stage: "lead",
    });
    await pushContact(portal, id);
    const { hubspotId } = await portal.record("contacts", id);
    const { journal } = await portal.card("contacts", hubspotId ?? "");
    expect(journal.map(({ reason }) => reason).join()).toContain(
      "manual override of the conditions",
    );
  });

  test("AC-018 AC-019 AC-020 the first push creates, every later one updates the same object", async () => {
    const portal = await activePortal();
    await byHandOnly(portal);
    const id = await portal.makeRecord("contacts", {
      email: "ada@example.com",
      first_name: "Ada",
    });
    await pushContact(portal, id);
    const { hubspotId } = await portal.record("contacts", id);
    const objectId = hubspotId ?? "";
    for (const phone of ["1", "2"]) {
      await portal.api("PATCH", `/contacts/${id}`, { properties: { phone } });
      expect(
        await portal.openAndPress("push", "contacts", objectId),
      ).toMatchObject({
        result: "done",
        message: "Ada was pushed to HubSpot: 1 value changed.",
        objectUrl: expect.stringContaining(objectId) as unknown,
      });
    }
    expect(
      await portal.openAndPress("push", "contacts", objectId),
    ).toMatchObject({
      result: "done",
      message: "Nothing to push: both sides are in sync.",
      changes: [],
    });
    const objects = await portal.objects("contacts");
    expect([...objects.keys()]).toEqual([objectId]);
    expect(objects.get(objectId)?.properties["phone"]).toBe("2");
  });
});

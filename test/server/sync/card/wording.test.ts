import { describe, expect, test } from "vitest";
import { useWorld } from "./world.ts";
import type { Portal } from "./world.ts";

const world = useWorld();

/** A linked contact of a portal where nothing moves but by a press. */
async function linked(
  properties: Record<string, string>,
): Promise<{ portal: Portal; objectId: string; recordId: string }> {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    objectId = await it.makeObject("contacts", {
      email: "ada@example.com",
      ...properties,
    });
  });
  await portal.settings((settings) => {
    settings["automatic"] = { pull: false, push: false };
  });
  const { record } = await portal.card("contacts", objectId);
  return { portal, objectId, recordId: record?.id ?? "" };
}

describe("a person reads HubSpot's own words", () => {
  test("options by their labels: on both sides, in what a press would do, what it did, and the journal", async () => {
    const { portal, objectId, recordId } = await linked({
      lifecyclestage: "marketingqualifiedlead",
    });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { stage: "opportunity", lead_status: "OPEN_DEAL" },
    });
    const { fields } = await portal.card("contacts", objectId);
    expect(fields).toMatchObject([
      {
        field: "stage",
        workspace: "Opportunity",
        hubspot: "Marketing Qualified Lead",
        onPull: { value: "Marketing Qualified Lead" },
        onPush: { value: "Opportunity" },
      },
      { field: "lead_status", workspace: "Open Deal", hubspot: null },
    ]);
    const answer = await portal.openAndPress("push", "contacts", objectId);
    const moved = [
      {
        label: "Lifecycle Stage",
        before: "Marketing Qualified Lead",
        after: "Opportunity",
      },
      { label: "Lead Status", before: null, after: "Open Deal" },
    ];
    expect(answer).toMatchObject({ result: "done", changes: moved });
    expect(answer.view.journal[0]).toMatchObject({
      reason: "",
      changes: moved,
    });
  });

  test("fields by their labels, also where nothing is left to push", async () => {
    const { portal, objectId, recordId } = await linked({});
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { job_title: "Countess", owner_email: "no@one.example" },
    });
    expect(await portal.card("contacts", objectId)).toMatchObject({
      code: "waiting_push",
      reason: "1 value was changed in your product.",
    });
    const { view } = await portal.openAndPress("push", "contacts", objectId);
    expect(view.push.summary).toBe(
      "Nothing to push: HubSpot rejected Contact owner",
    );
    expect(view.fields[0]?.onPush.reason).toBe(
      "Counterpart will retry when the value changes. To retry now, click Retry",
    );
    const { results } = await portal.api(
      "GET",
      `/journal?objectType=contact&recordId=${recordId}`,
    );
    expect(results).toContainEqual(
      expect.objectContaining({ reason: "To HubSpot: Job Title." }),
    );
  });

  test("a company more that leaves the primary one as it is: said, and not as a change of it", async () => {
    const { portal, objectId } = await linked({});
    const associate = async (name: string, primary: boolean) => {
      const toId = await portal.makeObject("companies", {
        name,
        domain: `${name.toLowerCase()}.example`,
      });
      await portal.openAndPress("pull", "companies", toId);
      await world().control("PUT", `/portals/${portal.portalId}/associations`, {
        fromType: "contacts",
        fromId: objectId,
        toType: "companies",
        toId,
        primary,
      });
      const { view } = await portal.openAndPress("pull", "contacts", objectId);
      return view.journal[0];
    };
    expect(await associate("Engines", true)).toMatchObject({
      action: "associated",
      changes: [{ label: "Company", before: null, after: "Engines" }],
    });
    expect(await associate("Looms", false)).toMatchObject({
      action: "associated",
      reason: "This contact's companies changed in HubSpot.",
      changes: [],
    });
  });

  test("what waits, counted by where it was changed", async () => {
    const { portal, objectId, recordId } = await linked({
      phone: "1",
      jobtitle: "Engineer",
      city: "London",
      state: "Kent",
    });
    await portal.editObject("contacts", objectId, {
      jobtitle: "Countess",
      state: "Devon",
      city: "Paris",
    });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { phone: "2", city: "Rome" },
    });
    expect((await portal.card("contacts", objectId)).reason).toBe(
      "2 values were changed in HubSpot, 1 in your product, and 1 on both sides.",
    );
  });
});

describe("a person is told how a press ended", () => {
  test("a record that a pull made is called by its name", async () => {
    const portal = await world().activePortal();
    const objectId = await portal.makeObject("contacts", {
      email: "ada@example.com",
      firstname: "Ada",
    });
    expect(
      await portal.openAndPress("pull", "contacts", objectId),
    ).toMatchObject({
      message: "Ada was created in your product with 2 values.",
    });
  });

  test("a company pushed with its contacts: what changed of the company itself, while they follow", async () => {
    let company = "";
    const portal = await world().activePortal(async (it) => {
      company = await it.makeObject("companies", {
        name: "Engines",
        domain: "engines.example",
        city: "London",
      });
    });
    const { record } = await portal.card("companies", company);
    await portal.makeRecord(
      "contacts",
      { email: "ada@engines.example" },
      { companyId: record?.id },
    );
    await portal.api("PATCH", `/companies/${record?.id}`, {
      properties: { city: "Rome" },
    });
    expect(
      await portal.openAndPress("push", "companies", company, {
        contacts: true,
        confirmed: true,
      }),
    ).toMatchObject({
      result: "running",
      changes: [{ label: "City", before: "London", after: "Rome" }],
    });
  });
});

describe("where HubSpot is not read", () => {
  test("held by an admin: what is shown is how it stood, and an admin can start it", async () => {
    const { portal, objectId } = await linked({});
    await portal.api("POST", "/installation/hold");
    expect(await portal.card("contacts", objectId)).toMatchObject({
      status: "paused",
      reason:
        "An admin paused sync. Nothing syncs until it's resumed. Last known: in sync, less than a minute ago.",
      push: { remedy: "An admin can resume sync." },
    });
  });

  test("a missing permission: what is not allowed in words, and who can help", async () => {
    const { portal, objectId } = await linked({});
    await world().database.inPortal(portal.portalId, (db) =>
      db
        .updateTable("installation")
        .set({
          missing_capabilities: JSON.stringify({
            "write:contact": { reason: "403", since: "", scopes: [] },
          }) as never,
        })
        .where("portal_id", "=", portal.portalId)
        .execute(),
    );
    expect((await portal.card("contacts", objectId)).push).toMatchObject({
      code: "missing_scope",
      reason: "Counterpart doesn't have permission to write contacts.",
      remedy: "An admin can reconnect HubSpot and grant it.",
    });
  });

  test("HubSpot's limit is reached: the wait in words, no moment of a machine", async () => {
    const { portal, objectId } = await linked({});
    world().sandbox.setFaults([{ portalId: portal.portalId, status: 429 }]);
    const { reason, pull } = await portal.card("contacts", objectId);
    expect(reason).toBe(
      "HubSpot's API limit has been reached. Last known: in sync, less than a minute ago.",
    );
    expect(pull).toMatchObject({
      code: "hubspot_limit",
      reason: "HubSpot's API limit has been reached.",
    });
    expect(pull.remedy).toMatch(
      /^Try again in (a moment|about \d+ (minute|hour)s?)\.$/,
    );
  });
});

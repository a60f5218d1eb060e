import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { useWorld } from "./world.ts";
import type { Portal } from "./world.ts";

// 7-B2, 7-B3: Sync now moves each field from the side that changed; Pull and Push ask before they undo newer values,
// and a company's push before it changes contacts.

const world = useWorld();
type Json = Record<string, unknown>;
type Contact = { portal: Portal; objectId: string; recordId: string };

const byHandOnly = (portal: Portal, policy = "initiator"): Promise<void> =>
  portal.settings((settings) => {
    settings["automatic"] = { pull: false, push: false };
    (settings["contact"] as Json)["policy"] = policy;
  });

const first = { phone: "1", city: "London", state: "Kent", country: "UK" };

/** A linked contact; nothing moves but by hand. */
async function linked(policy?: string): Promise<Contact> {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    objectId = await it.makeObject("contacts", {
      email: "ada@example.com",
      ...first,
    });
  });
  await byHandOnly(portal, policy);
  const { record } = await portal.card("contacts", objectId);
  return { portal, objectId, recordId: record?.id ?? "" };
}

/** Two fields changed on each side, none on both. */
async function changedOnEach(): Promise<Contact> {
  const contact = await linked();
  const { portal, objectId, recordId } = contact;
  await portal.api("PATCH", `/contacts/${recordId}`, {
    properties: { phone: "2", city: "Rome" },
  });
  await portal.editObject("contacts", objectId, {
    state: "Lazio",
    country: "Italy",
  });
  return contact;
}

async function bothSides({ portal, objectId, recordId }: Contact) {
  const { properties } = await portal.record("contacts", recordId);
  const object = await portal.object("contacts", objectId);
  return Object.keys(first).map((name) => [properties[name], object[name]]);
}

const apart = [
  ["2", "1"],
  ["Rome", "London"],
  ["Kent", "Lazio"],
  ["UK", "Italy"],
];

describe("Sync now", () => {
  test("each field moves from the side that changed, with nothing undone, although automatic sync is off", async () => {
    const contact = await changedOnEach();
    const { portal, objectId } = contact;
    const { sync } = await portal.card("contacts", objectId);
    expect(sync).toMatchObject({
      allowed: true,
      idle: false,
      summary: "Pulls 2 values from HubSpot and pushes 2 values to HubSpot",
    });
    const answer = await portal.openAndPress("sync", "contacts", objectId);
    expect(answer).toMatchObject({
      result: "done",
      message: "ada@example.com was synced: 4 values changed.",
      view: { status: "in_sync", sync: { idle: true } },
    });
    expect(await bothSides(contact)).toEqual([
      ["2", "2"],
      ["Rome", "Rome"],
      ["Lazio", "Lazio"],
      ["Italy", "Italy"],
    ]);
    expect(answer.view.journal[0]).toMatchObject({
      source: "card",
      by: "ada@example.com",
    });
  });

  test.each(["initiator", "hold"])(
    "what both sides changed is left for a choice, and the rest moves, where the rule is %s",
    async (policy) => {
      const contact = await linked(policy);
      const { portal, objectId, recordId } = contact;
      await portal.api("PATCH", `/contacts/${recordId}`, {
        properties: { phone: "2", city: "Rome" },
      });
      await portal.editObject("contacts", objectId, { phone: "3" });
      expect((await portal.card("contacts", objectId)).sync.summary).toBe(
        "Pushes 1 value to HubSpot; leaves 1 conflict to resolve",
      );
      const answer = await portal.openAndPress("sync", "contacts", objectId);
      expect(answer.view).toMatchObject({
        status: "held",
        held: [{ field: "phone", workspace: "2", hubspot: "3" }],
        sync: { idle: true, summary: "Nothing to sync: 1 conflict to resolve" },
      });
      expect((await bothSides(contact)).slice(0, 2)).toEqual([
        ["2", "3"],
        ["Rome", "Rome"],
      ]);
    },
  );

  test("a conflict that was left for a choice is not decided by automatic sync behind it", async () => {
    const contact = await linked();
    const { portal, objectId, recordId } = contact;
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { phone: "2" },
    });
    await portal.editObject("contacts", objectId, { phone: "3" });
    await portal.openAndPress("sync", "contacts", objectId);
    await portal.settings((settings) => {
      settings["automatic"] = { pull: true, push: true };
    });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { city: "Rome" },
    });
    await world().work(async () => {
      expect((await portal.object("contacts", objectId))["city"]).toBe("Rome");
    });
    expect((await bothSides(contact))[0]).toEqual(["2", "3"]);
    expect((await portal.card("contacts", objectId)).held).toHaveLength(1);
  });

  test("it creates what only one side has, under the rules", async () => {
    const portal = await world().activePortal();
    await byHandOnly(portal);
    const objectId = await portal.makeObject("contacts", { firstname: "Ada" });
    expect(
      await portal.openAndPress("sync", "contacts", objectId),
    ).toMatchObject({
      result: "done",
      message: "Ada was created in your product with 1 value.",
      view: { status: "in_sync" },
    });
  });
});

describe("Pull and Push", () => {
  test("Pull says which newer values it would undo, and does nothing until that is confirmed", async () => {
    const contact = await changedOnEach();
    const { portal, objectId } = contact;
    const undoes = [
      { field: "phone", label: "Phone Number", before: "2", after: "1" },
      { field: "city", label: "City", before: "Rome", after: "London" },
    ];
    const { pull } = await portal.card("contacts", objectId);
    expect(pull).toMatchObject({ allowed: true, undoes, moreUndoes: 0 });
    const asked = await portal.openAndPress("pull", "contacts", objectId);
    expect(asked).toMatchObject({
      result: "confirm",
      message: "Replace 2 newer values in your product with HubSpot's?",
      undoes,
    });
    expect(await bothSides(contact)).toEqual(apart);
    expect(
      await portal.press("pull", "contacts", objectId, {
        version: asked.view.version,
        confirmed: true,
      }),
    ).toMatchObject({ result: "done", view: { status: "in_sync" } });
    expect(await bothSides(contact)).toEqual([
      ["1", "1"],
      ["London", "London"],
      ["Lazio", "Lazio"],
      ["Italy", "Italy"],
    ]);
  });

  test("Push asks likewise; and a confirmation of what has changed since is no confirmation", async () => {
    const contact = await changedOnEach();
    const { portal, objectId } = contact;
    const asked = await portal.openAndPress("push", "contacts", objectId);
    expect(asked).toMatchObject({
      result: "confirm",
      undoes: [
        { field: "state", before: "Lazio", after: "Kent" },
        { field: "country", before: "Italy", after: "UK" },
      ],
    });
    await portal.editObject("contacts", objectId, { country: "France" });
    expect(
      await portal.press("push", "contacts", objectId, {
        version: asked.view.version,
        confirmed: true,
      }),
    ).toMatchObject({ result: "changed" });
    expect((await portal.object("contacts", objectId))["country"]).toBe(
      "France",
    );
  });

  test("the question and its confirmation may carry one request id; each is answered once", async () => {
    const contact = await changedOnEach();
    const { portal, objectId } = contact;
    const { version } = await portal.card("contacts", objectId);
    const requestId = randomUUID();
    const press = (more: Json) =>
      portal.press("push", "contacts", objectId, {
        version,
        requestId,
        ...more,
      });
    expect((await press({})).result).toBe("confirm");
    const done = await press({ confirmed: true });
    expect(done.result).toBe("done");
    expect(await press({ confirmed: true })).toEqual(done);
  });

  test("another company that HubSpot has chosen since is a newer value too", async () => {
    let contact = "";
    const companies: string[] = [];
    const portal = await world().activePortal(async (it) => {
      contact = await it.makeObject("contacts", { email: "ada@example.com" });
      for (const name of ["Engines", "Looms", "Mills"])
        companies.push(await it.makeObject("companies", { name }));
    });
    const { portalId } = portal;
    const primary = (toId = ""): Promise<Json> =>
      world().control("PUT", `/portals/${portalId}/associations`, {
        fromType: "contacts",
        fromId: contact,
        toType: "companies",
        toId,
        primary: true,
      });
    await primary(companies[0]);
    await portal.openAndPress("sync", "contacts", contact);
    await byHandOnly(portal);
    const { record } = await portal.card("contacts", contact);
    const looms = (await portal.card("companies", companies[1] ?? "")).record;
    await portal.api("PATCH", `/contacts/${record?.id}`, {
      companyId: looms?.id,
    });
    await primary(companies[2]);
    const asked = await portal.openAndPress("push", "contacts", contact);
    expect(asked).toMatchObject({
      result: "confirm",
      undoes: [
        {
          field: "company_id",
          label: "Company",
          before: "Mills",
          after: "Looms",
        },
      ],
    });
    const chosen = async (): Promise<unknown> =>
      (await portal.object("contacts", contact))["associatedcompanyid"];
    expect(await chosen()).toBe(companies[2]);
    // Sync now chooses neither.
    await portal.openAndPress("sync", "contacts", contact);
    expect(await chosen()).toBe(companies[2]);
    const { runId } = await portal.api("POST", "/sync/push", {
      objectType: "contact",
      ids: [record?.id],
    });
    await world().work(async () => {
      expect(await portal.api("GET", `/runs/${String(runId)}`)).toMatchObject({
        state: "done",
        needsConfirmation: 1,
      });
    });
    expect(await chosen()).toBe(companies[2]);
    expect(
      await portal.openAndPress("push", "contacts", contact, {
        confirmed: true,
      }),
    ).toMatchObject({ result: "done" });
    expect(await chosen()).toBe(companies[1]);
  });

  test("a press that undoes nothing asks nothing", async () => {
    const { portal, objectId, recordId } = await linked();
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { phone: "2" },
    });
    expect((await portal.card("contacts", objectId)).push.undoes).toEqual([]);
    expect(
      await portal.openAndPress("push", "contacts", objectId),
    ).toMatchObject({ result: "done" });
  });

  test("a Retry undoes no newer value either, with automatic sync switched off", async () => {
    const contact = await linked();
    const { portal, objectId, recordId } = contact;
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { email: "not an email", city: "Rome" },
    });
    await portal.openAndPress("push", "contacts", objectId);
    await portal.editObject("contacts", objectId, { state: "Lazio" });
    const { problem } = await portal.card("contacts", objectId);
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { email: "ada@new.example" },
    });
    expect(
      await portal.press("retry", "contacts", objectId, {
        attentionId: problem?.id,
      }),
    ).toMatchObject({ result: "done" });
    expect(await portal.object("contacts", objectId)).toMatchObject({
      email: "ada@new.example",
      state: "Lazio",
    });
  });
});

describe("a company's contacts", () => {
  async function companyWith(count: number): Promise<{
    portal: Portal;
    objectId: string;
  }> {
    let objectId = "";
    const portal = await world().activePortal(async (it) => {
      objectId = await it.makeObject("companies", {
        name: "Engines",
        domain: "engines.example",
      });
    });
    await byHandOnly(portal);
    const { record } = await portal.card("companies", objectId);
    await world().database.inPortal(portal.portalId, (db) =>
      sql`
        insert into workspace.contacts (first_name, email, company_id)
        select 'Ada ' || n, n || '@engines.example', ${record?.id}::uuid
        from generate_series(1, ${count}::int) n`.execute(db),
    );
    return { portal, objectId };
  }

  test("60 contacts that HubSpot lacks are counted and named before they are written", async () => {
    const { portal, objectId } = await companyWith(60);
    const { push } = await portal.card("companies", objectId);
    expect(push.contacts).toMatchObject({ count: 60, changed: 60, more: 35 });
    expect(push.contacts?.named).toHaveLength(25);
    expect(push.contacts?.named[0]).toMatchObject({
      name: expect.stringMatching(/^Ada \d+$/) as unknown,
      creates: true,
    });
    await world().control("DELETE", "/requests");
    const asked = await portal.openAndPress("push", "companies", objectId, {
      contacts: true,
    });
    expect(asked).toMatchObject({
      result: "confirm",
      message: "Also push 60 contacts? 60 of them have changes.",
      undoes: [],
      contacts: { count: 60, changed: 60, more: 35 },
    });
    expect(await portal.writes()).toEqual([]);
    const answer = await portal.press("push", "companies", objectId, {
      contacts: true,
      confirmed: true,
      version: asked.view.version,
    });
    expect(answer).toMatchObject({ result: "running" });
    const { runId } = answer as { runId: string };
    await world().work(async () => {
      expect(await portal.api("GET", `/runs/${runId}`)).toMatchObject({
        state: "done",
        counts: { created: 60 },
      });
    });
    expect(
      (await portal.card("companies", objectId)).push.contacts,
    ).toMatchObject({ count: 60, changed: 0, named: [], more: 0 });
  });

  test("a contact that is newer in HubSpot is held back from its company's push, and counted", async () => {
    const { portal, objectId } = await companyWith(2);
    const push = (more: Json) =>
      portal.openAndPress("push", "companies", objectId, {
        contacts: true,
        confirmed: true,
        ...more,
      });
    const ended = async (answer: unknown): Promise<Json> => {
      const { runId } = answer as { runId: string };
      let run: Json = {};
      await world().work(async () => {
        run = await portal.api("GET", `/runs/${runId}`);
        expect(run["state"]).toBe("done");
      });
      return run;
    };
    await ended(await push({}));
    const [contact = ""] = (await portal.objects("contacts")).keys();
    await portal.editObject("contacts", contact, { firstname: "Grace" });
    expect(await ended(await push({}))).toMatchObject({
      counts: { requested: 2, unchanged: 1, held: 1 },
      needsConfirmation: 1,
    });
    expect((await portal.object("contacts", contact))["firstname"]).toBe(
      "Grace",
    );
  });

  test(
    "a card of a company with 5,000 contacts stays small and in time",
    { timeout: 60_000 },
    async () => {
      const { portal, objectId } = await companyWith(5_000);
      // A worker's turn has seen what was inserted, and told Postgres's planner how much its tables have grown.
      await world().work(async () => {
        const due = await world().database.inPortal(portal.portalId, (db) =>
          db
            .selectFrom("dirty")
            .select("record_id")
            .where("portal_id", "=", portal.portalId)
            .where("due_at", "<=", sql<Date>`now()`)
            .execute(),
        );
        expect(due).toEqual([]);
      });
      const asked = Date.now();
      const response = await portal.askCard("companies", objectId);
      const text = await response.text();
      expect(Date.now() - asked).toBeLessThan(8_000);
      expect(text.length).toBeLessThan(100_000);
      expect(JSON.parse(text)).toMatchObject({
        push: { contacts: { count: 5_000, changed: 5_000, more: 4_975 } },
      });
    },
  );
});

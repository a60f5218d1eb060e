import { describe, expect, test } from "vitest";
import { startRun } from "../../../../server/sync/runs/runs.ts";
import { useWorld } from "./world.ts";
import type { Portal } from "./world.ts";

// 7-B4: everything that needs a person is listed, and can be settled on the card.

const world = useWorld();
type Json = Record<string, unknown>;
type Contact = { portal: Portal; objectId: string; recordId: string };

async function linked(
  change: (settings: Json) => void = () => undefined,
): Promise<Contact> {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    objectId = await it.makeObject("contacts", {
      email: "ada@example.com",
      phone: "1",
      city: "London",
      state: "Kent",
    });
  });
  await portal.settings(change);
  const { record } = await portal.card("contacts", objectId);
  return { portal, objectId, recordId: record?.id ?? "" };
}

const dirtyIn = (portalId: number): Promise<number> =>
  world().database.inPortal(portalId, async (db) => {
    const rows = await db
      .selectFrom("dirty")
      .select("record_id")
      .where("portal_id", "=", portalId)
      .execute();
    return rows.length;
  });

/** Conflicts in three fields. */
async function conflicts(): Promise<Contact> {
  const contact = await linked((settings) => {
    (settings["contact"] as Json)["policy"] = "hold";
  });
  const { portal, objectId, recordId } = contact;
  await portal.api("PATCH", `/contacts/${recordId}`, {
    properties: { phone: "2", city: "Rome", state: "Lazio" },
  });
  await portal.editObject("contacts", objectId, {
    phone: "3",
    city: "Paris",
    state: "Seine",
  });
  await world().work(async () => {
    const { held } = await portal.card("contacts", objectId);
    expect(held).toHaveLength(3);
  });
  return contact;
}

describe("conflicts", () => {
  test.each([
    ["hubspot", { phone: "3", city: "Paris", state: "Seine" }],
    ["workspace", { phone: "2", city: "Rome", state: "Lazio" }],
  ] as const)(
    "one choice of %s keeps its value in every field",
    async (choice, kept) => {
      const { portal, objectId, recordId } = await conflicts();
      const { version } = await portal.card("contacts", objectId);
      const answer = await portal.press("resolve", "contacts", objectId, {
        all: true,
        choice,
        version,
      });
      expect(answer).toMatchObject({
        result: "done",
        message: `${choice === "hubspot" ? "HubSpot's" : "Your product's"} values were kept in 3 fields.`,
        view: { status: "in_sync", held: [] },
      });
      expect(
        (await portal.record("contacts", recordId)).properties,
      ).toMatchObject(kept);
      expect(await portal.object("contacts", objectId)).toMatchObject(kept);
      const { results } = await portal.api("GET", "/attention?state=resolved");
      expect(results).toHaveLength(3);
      for (const entry of results as Json[])
        expect(entry["resolvedBy"]).toBe("ada@example.com");
    },
  );

  test("a choice between values that are no longer those that were shown changes nothing", async () => {
    const { portal, objectId } = await conflicts();
    const { version } = await portal.card("contacts", objectId);
    await portal.editObject("contacts", objectId, { phone: "4" });
    expect(
      await portal.press("resolve", "contacts", objectId, {
        all: true,
        choice: "hubspot",
        version,
      }),
    ).toMatchObject({
      result: "changed",
      view: { held: [{}, {}, {}] },
    });
  });

  test("a choice for all names what was shown, and either one entry or all", async () => {
    const { portal, objectId } = await linked();
    for (const body of [
      { all: true, choice: "hubspot" },
      { choice: "hubspot", version: "v" },
    ])
      expect(
        (await portal.askPress("resolve", "contacts", objectId, body)).status,
      ).toBe(400);
  });
});

describe("problems", () => {
  test("every rejected field is listed, the oldest first, each with its own Retry", async () => {
    const { portal, objectId, recordId } = await linked();
    await portal.settings((settings) => {
      settings["automatic"] = { pull: false, push: false };
    });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: {
        email: "no email",
        stage: "no such stage",
        owner_email: "nobody@example.com",
      },
    });
    await portal.openAndPress("push", "contacts", objectId);
    const view = await portal.card("contacts", objectId);
    expect(view.problems.map(({ field }) => field).toSorted()).toEqual([
      "email",
      "owner_email",
      "stage",
    ]);
    expect(view.problem).toEqual(view.problems[0]);
    expect(view).toMatchObject({ status: "problem", moreProblems: 0 });

    const stage = view.problems.find(({ field }) => field === "stage");
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { stage: "customer" },
    });
    const answer = await portal.press("retry", "contacts", objectId, {
      attentionId: stage?.id,
    });
    expect(answer).toMatchObject({ result: "done" });
    expect(answer.view.problems).toHaveLength(2);
  });

  test("a permission that is missing is listed with the page that helps, and Retry looks whether it was granted", async () => {
    const { portal, objectId } = await linked();
    await world().database.inPortal(portal.portalId, (db) =>
      db
        .insertInto("attention")
        .values({
          portal_id: portal.portalId,
          kind: "problem",
          code: "missing_scope",
          object_type: "contact",
          cause: "Counterpart doesn't have permission to write contacts.",
          fix: "Reconnect HubSpot and grant it.",
          details: JSON.stringify({ capability: "write:contact" }),
          initiator: "workspace",
        })
        .execute(),
    );
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
    const view = await portal.card("contacts", objectId);
    expect(view).toMatchObject({
      status: "in_sync",
      problem: null,
      problems: [
        {
          code: "missing_scope",
          help: {
            action: "reconnect",
            url: `${world().app.publicUrl}/oauth/install`,
            who: "An admin can reconnect HubSpot.",
          },
          retry: { allowed: true },
        },
      ],
    });
    expect(
      await portal.press("retry", "contacts", objectId, {
        attentionId: view.problems[0]?.id,
      }),
    ).toMatchObject({ result: "done", view: { problems: [] } });
  });

  test("a company of a domain that HubSpot has already is linked to it from the card", async () => {
    let holder = "";
    let other = "";
    const portal = await world().activePortal(async (it) => {
      holder = await it.makeObject("companies", {
        name: "Holder",
        domain: "engines.example",
      });
      other = await it.makeObject("companies", {
        name: "Engines",
        domain: "other.example",
      });
    });
    const { record } = await portal.card("companies", other);
    await portal.settings((settings) => {
      (settings["company"] as Json)["deletionSync"] = false;
    });
    // The record loses its own object, and takes on the domain of another one.
    await world().control(
      "DELETE",
      `/portals/${portal.portalId}/objects/companies/${other}`,
    );
    await world().work(async () => {
      const { hubspotId } = await portal.record("companies", record?.id ?? "");
      expect(hubspotId).toBeNull();
    });
    await portal.api("PATCH", `/companies/${record?.id}`, {
      properties: { domain: "engines.example" },
    });
    // The edit itself pushes nothing: only a person's push of an unlinked company asks for an object.
    await world().work(async () => {
      expect(await dirtyIn(portal.portalId)).toBe(0);
    });
    const { runId } = await portal.api("POST", "/sync/push", {
      objectType: "company",
      ids: [record?.id],
    });
    await world().work(async () => {
      expect(await portal.api("GET", `/runs/${String(runId)}`)).toMatchObject({
        state: "done",
      });
    });
    const view = await portal.card("companies", holder);
    expect(view).toMatchObject({
      status: "in_sync",
      problem: null,
      problems: [
        {
          code: "domain_conflict",
          record: { name: "Engines" },
          objects: [{ id: holder, holder: "Holder" }],
        },
      ],
    });
    const answer = await portal.press("resolve", "companies", holder, {
      attentionId: view.problems[0]?.id,
      choice: "link_existing",
      linkTo: holder,
      version: view.version,
    });
    expect(answer).toMatchObject({ result: "done" });
    expect((await portal.record("companies", record?.id ?? "")).hubspotId).toBe(
      holder,
    );
  });
});

test("deletions that wait for an approval are on every card of their type, and are decided there", async () => {
  const portal = await world().activePortal(async (it) => {
    await world().control("POST", `/portals/${it.portalId}/seed`, {
      contacts: 24,
      companies: 0,
      deals: 0,
      seed: 1,
      webhooks: false,
    });
  });
  const { portalId } = portal;
  await portal.settings((settings) => {
    (settings["contact"] as Json)["deletionSync"] = true;
  });
  await world().control("PUT", "/faults", { webhooks: { lose: true } });
  const [left = "", ...gone] = [...(await portal.objects("contacts")).keys()];
  for (const id of gone)
    await world().control(
      "DELETE",
      `/portals/${portalId}/objects/contacts/${id}`,
    );
  await world().database.inPortal(portalId, (db) =>
    startRun(db, portalId, {
      kind: "sweep",
      objectType: "contact",
      mode: "full",
      manual: false,
      source: "schedule",
      requestedBy: "",
    }),
  );
  await world().work(async () => {
    expect((await portal.card("contacts", left)).approvals).toHaveLength(1);
  });
  const { approvals, version } = await portal.card("contacts", left);
  expect(approvals).toMatchObject([
    {
      code: "mass_deletion",
      choices: [
        {
          choice: "approve",
          label: "Delete in your product",
          destructive: true,
        },
        { choice: "refuse", label: "Keep in your product" },
      ],
    },
  ]);
  expect(
    await portal.press("resolve", "contacts", left, {
      attentionId: approvals[0]?.id,
      choice: "refuse",
      version,
    }),
  ).toMatchObject({
    result: "done",
    message: "Your decision was saved.",
    view: { approvals: [] },
  });
  const { results } = await portal.api("GET", "/attention?state=resolved");
  expect(results).toMatchObject([{ resolvedBy: "ada@example.com" }]);
});

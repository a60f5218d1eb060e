import { describe, expect, test } from "vitest";
import { useWorld } from "./world.ts";

const world = useWorld();

describe("where nothing moves", () => {
  test("AP-003 in the setup window the card says when it ends, and neither button works", async () => {
    const portal = await world().portal();
    const contact = await portal.makeObject("contacts", {
      email: "ada@example.com",
    });
    const view = await portal.card("contacts", contact);
    const { windowEndsAt } = await portal.api("GET", "/installation");
    expect(view).toMatchObject({
      status: "setting_up",
      code: "setup_window",
      record: null,
      setup: { endsAt: windowEndsAt, progress: null },
      pull: { allowed: false, code: "setup_window" },
      push: { allowed: false, code: "setup_window" },
    });
    // The card says when, in the reader's own time zone.
    expect(view.pull.reason).not.toMatch(/\d/);
    const answer = await portal.press("pull", "contacts", contact, {
      version: view.version,
    });
    expect(answer).toMatchObject({ result: "refused", code: "setup_window" });
    expect((await portal.api("GET", "/contacts"))["results"]).toEqual([]);
  });

  test("AP-080 until the first pull has ended a push is refused with how far it is, and a pull goes through", async () => {
    const portal = await world().portal();
    const contact = await portal.makeObject("contacts", {
      email: "ada@example.com",
    });
    await portal.api("POST", "/installation/start");
    await world().app.database.inPortal(portal.portalId, (db) =>
      db
        .updateTable("run")
        .set({ state: "running", requested: 43, expected: 100 })
        .where("portal_id", "=", portal.portalId)
        .where("object_type", "=", "contact")
        .execute(),
    );
    expect(await portal.card("contacts", contact)).toMatchObject({
      status: "setting_up",
      code: "first_pull_running",
      setup: { endsAt: null, progress: { done: 43, total: 100 } },
    });
    expect(
      await portal.openAndPress("pull", "contacts", contact),
    ).toMatchObject({ result: "done" });
    const view = await portal.card("contacts", contact);
    expect(view).toMatchObject({
      status: "in_sync",
      push: { allowed: false, code: "first_pull_running" },
    });
    expect(view.push.reason).toContain("First pull 43%");
  });

  test("a dead token: the card says that HubSpot is not connected, and answers from what is stored", async () => {
    let contact = "";
    const portal = await world().activePortal(async (it) => {
      contact = await it.makeObject("contacts", {
        email: "ada@example.com",
        firstname: "Ada",
      });
    });
    await world().app.database.inPortal(portal.portalId, (db) =>
      db
        .updateTable("installation")
        .set({ state: "disconnected" })
        .where("portal_id", "=", portal.portalId)
        .execute(),
    );
    const view = await portal.card("contacts", contact);
    expect(view).toMatchObject({
      status: "disconnected",
      code: "disconnected",
      record: { name: "Ada" },
      pull: {
        allowed: false,
        code: "disconnected",
        remedy: "An admin can reconnect HubSpot.",
      },
      push: { allowed: false, code: "disconnected" },
    });
    expect(view.lastPull?.by).toBe("API");
    expect(view.journal).not.toEqual([]);
  });

  test("7-B1 an admin's pause stops every button, and in sync is what was last known", async () => {
    let contact = "";
    const portal = await world().activePortal(async (it) => {
      contact = await it.makeObject("contacts", { email: "ada@example.com" });
    });
    await portal.api("POST", "/installation/hold");
    expect(await portal.card("contacts", contact)).toMatchObject({
      status: "paused",
      code: "held_by_admin",
      lastKnown: { status: "in_sync" },
      help: { action: "resume" },
      sync: { allowed: false, code: "held_by_admin" },
      pull: { allowed: false, code: "held_by_admin" },
      push: { allowed: false, code: "held_by_admin" },
    });
  });

  test("7-B1 where HubSpot does not respond, the card shows what was last known, never in sync, and why it cannot act", async () => {
    let contact = "";
    const portal = await world().activePortal(async (it) => {
      contact = await it.makeObject("contacts", { email: "ada@example.com" });
    });
    world().sandbox.setFaults([
      {
        portalId: portal.portalId,
        path: "/crm/objects/*",
        status: 503,
        html: true,
      },
    ]);
    expect(await portal.card("contacts", contact)).toMatchObject({
      status: "not_checked",
      code: "hubspot_unavailable",
      reason:
        "HubSpot isn't responding. Last known: in sync, less than a minute ago.",
      lastKnown: { status: "in_sync" },
      sync: { allowed: false, code: "hubspot_unavailable" },
      pull: { allowed: false, code: "hubspot_unavailable" },
      push: { allowed: false, code: "hubspot_unavailable" },
    });
  });
});

describe("a pair as it stands", () => {
  test("an object that HubSpot does not have is not found", async () => {
    const portal = await world().activePortal();
    expect((await portal.askCard("contacts", "999999999")).status).toBe(404);
  });

  test("an object without a record: not synced, what a pull would bring, and why there is nothing to push", async () => {
    const portal = await world().activePortal();
    const contact = await portal.makeObject("contacts", {
      email: "ada@example.com",
      firstname: "Ada",
    });
    const view = await portal.card("contacts", contact);
    expect(view).toMatchObject({
      status: "not_synced",
      code: "never_pulled",
      record: null,
      object: {
        id: contact,
        url: `https://app.hubspot.com/contacts/${portal.portalId}/record/0-1/${contact}`,
      },
      pull: { allowed: true, creates: true },
      push: { allowed: false, code: "no_record", remedy: "Pull it first." },
    });
    expect(
      view.fields.find(({ field }) => field === "first_name"),
    ).toMatchObject({
      label: "First Name",
      hubspot: "Ada",
      workspace: null,
      onPull: { writes: "workspace", value: "Ada" },
      onPush: { writes: "nothing" },
    });
  });

  test("in step: nothing differs, who pulled it last, and its journal", async () => {
    let contact = "";
    const portal = await world().activePortal(async (it) => {
      contact = await it.makeObject("contacts", {
        email: "ada@example.com",
        firstname: "Ada",
        lastname: "Lovelace",
      });
    });
    const view = await portal.card("contacts", contact);
    expect(view).toMatchObject({
      status: "in_sync",
      code: "in_sync",
      record: { name: "Ada Lovelace" },
      fields: [],
      lastPull: { by: "API" },
      lastPush: null,
      problem: null,
      held: [],
      setup: null,
      run: null,
    });
    expect(view.journal[0]).toMatchObject({ action: "created" });
    expect(view.journal[0]?.changes).toContainEqual({
      field: "last_name",
      label: "Last Name",
      side: "workspace",
      before: null,
      after: "Lovelace",
    });
    expect(await portal.card("contacts", contact)).toEqual(view);
  });

  test("changes on both sides: each field with both values and what either button would do", async () => {
    let contact = "";
    const portal = await world().activePortal(async (it) => {
      contact = await it.makeObject("contacts", {
        email: "ada@example.com",
        phone: "1",
        jobtitle: "Engineer",
        city: "London",
      });
    });
    const { record } = await portal.card("contacts", contact);
    await portal.editObject("contacts", contact, {
      jobtitle: "Countess",
      city: "Paris",
    });
    await portal.api("PATCH", `/contacts/${record?.id}`, {
      properties: { phone: "2", city: "Rome" },
    });
    const view = await portal.card("contacts", contact);
    expect(view).toMatchObject({
      status: "changes_waiting",
      code: "waiting_both",
    });
    expect(
      view.fields.map(({ field, state, onPull, onPush }) => ({
        field,
        state,
        pull: [onPull.writes, onPull.value],
        push: [onPush.writes, onPush.value],
      })),
    ).toEqual([
      {
        field: "phone",
        state: "changed_in_workspace",
        pull: ["workspace", "1"],
        push: ["hubspot", "2"],
      },
      {
        field: "job_title",
        state: "changed_in_hubspot",
        pull: ["workspace", "Countess"],
        push: ["hubspot", "Engineer"],
      },
      {
        field: "city",
        state: "changed_in_both",
        pull: ["workspace", "Paris"],
        push: ["hubspot", "Rome"],
      },
    ]);
    expect(view.pull.summary).toBe("Pulls 3 values from HubSpot");
    expect(view.push.summary).toBe("Pushes 3 values to HubSpot");
  });

  test("only HubSpot's change waits to be pulled, only the workspace's to be pushed", async () => {
    let contact = "";
    const portal = await world().activePortal(async (it) => {
      contact = await it.makeObject("contacts", {
        email: "ada@example.com",
        phone: "1",
      });
    });
    await portal.editObject("contacts", contact, { phone: "2" });
    expect(await portal.card("contacts", contact)).toMatchObject({
      status: "changes_waiting",
      code: "waiting_pull",
    });
    const pulled = await portal.openAndPress("pull", "contacts", contact);
    expect(pulled).toMatchObject({
      result: "done",
      view: { status: "in_sync" },
    });
    await portal.api("PATCH", `/contacts/${pulled.view.record?.id}`, {
      properties: { phone: "3" },
    });
    expect(await portal.card("contacts", contact)).toMatchObject({
      status: "changes_waiting",
      code: "waiting_push",
    });
  });

  test("a contact shows its company and the portal's choice; a company its contacts", async () => {
    const portal = await world().activePortal();
    const companyId = await portal.makeRecord("companies", {
      name: "Analytical Engines",
      domain: "engines.example",
    });
    for (const name of ["Ada", "Charles"])
      await portal.makeRecord(
        "contacts",
        { first_name: name, email: `${name.toLowerCase()}@engines.example` },
        { companyId },
      );
    const contact = await portal.makeObject("contacts", {
      email: "ada@engines.example",
    });
    const company = await portal.makeObject("companies", {
      domain: "engines.example",
    });
    expect(await portal.card("contacts", contact)).toMatchObject({
      status: "not_synced",
      code: "match_found",
      push: {
        allowed: true,
        contacts: null,
        company: { name: "Analytical Engines", choice: "if-missing" },
      },
    });
    expect(await portal.card("companies", company)).toMatchObject({
      push: { contacts: { count: 2 }, company: null },
    });
  });

  test("an object that was merged away shows the pair of its survivor", async () => {
    const ids: string[] = [];
    const portal = await world().activePortal(async (it) => {
      for (const name of ["ada", "augusta"])
        ids.push(
          await it.makeObject("contacts", { email: `${name}@example.com` }),
        );
    });
    const merged = await world().control(
      "POST",
      `/portals/${portal.portalId}/objects/contacts/merge`,
      { primaryObjectId: ids[0], objectIdToMerge: ids[1] },
    );
    const [primary, loser] = [
      await portal.card("contacts", ids[0] ?? ""),
      await portal.card("contacts", ids[1] ?? ""),
    ];
    expect(primary.object?.id).toBe(String(merged["id"]));
    expect(primary.record).not.toBeNull();
    expect(loser).toEqual(primary);
  });

  test("a record whose object was deleted in HubSpot says what that does to it, and there is nothing to pull", async () => {
    let contact = "";
    const portal = await world().activePortal(async (it) => {
      contact = await it.makeObject("contacts", { email: "ada@example.com" });
    });
    const { record } = await portal.card("contacts", contact);
    await world().control(
      "DELETE",
      `/portals/${portal.portalId}/objects/contacts/${contact}`,
    );
    expect(
      await portal.api("GET", `/contacts/${record?.id}/sync`),
    ).toMatchObject({
      status: "changes_waiting",
      code: "unlinked_by_deletion",
      pull: { allowed: false, code: "no_object" },
    });
    expect(
      (await portal.api("GET", `/contacts/${record?.id}`))["hubspotId"],
    ).toBe(contact);
  });

  test("a record without an object answers the API with what would happen to it", async () => {
    const portal = await world().activePortal();
    const id = await portal.makeRecord("contacts", { first_name: "Ada" });
    expect(await portal.api("GET", `/contacts/${id}/sync`)).toMatchObject({
      status: "changes_waiting",
      code: "waiting_push",
      object: null,
      record: { id, name: "Ada" },
      pull: { allowed: false, code: "no_object" },
      push: { allowed: true, creates: true },
    });
    await portal.settings((settings) => {
      Object.assign(settings["contact"] as object, {
        push: {
          enabled: true,
          conditions: {
            stages: ["customer"],
            emailStatuses: null,
            customField: null,
          },
        },
      });
    });
    expect(await portal.api("GET", `/contacts/${id}/sync`)).toMatchObject({
      status: "not_synced",
      push: { allowed: true, creates: true },
    });
    await portal.settings((settings) => {
      Object.assign(
        (settings["contact"] as { push: { enabled: boolean } }).push,
        { enabled: false },
      );
    });
    expect(await portal.api("GET", `/contacts/${id}/sync`)).toMatchObject({
      status: "not_synced",
      code: "push_off",
      push: {
        allowed: false,
        code: "push_off",
        remedy: "Turn on push in the sync settings.",
      },
    });
  });

  test("a card stays small and its reads few, also for a company with many contacts", async () => {
    const portal = await world().activePortal();
    const companyId = await portal.makeRecord("companies", {
      name: "x".repeat(60_000),
      domain: "engines.example",
    });
    for (let page = 0; page < 2; page++)
      await portal.api("POST", "/contacts/batch", {
        inputs: Array.from({ length: 1_000 }, (_, n) => ({
          properties: { email: `c${page}-${n}@engines.example` },
          companyId,
        })),
      });
    const company = await portal.makeObject("companies", {
      domain: "engines.example",
    });
    await world().control("DELETE", "/requests");
    const text = await (await portal.askCard("companies", company)).text();
    expect(text.length).toBeLessThan(20_000);
    expect(JSON.parse(text)).toMatchObject({
      push: { contacts: { count: 2_000 } },
    });
    const { rows } = await world().control("GET", "/requests");
    expect(rows).toHaveLength(1);
  });
});

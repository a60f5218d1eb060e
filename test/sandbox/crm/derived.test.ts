import { describe, expect, it } from "vitest";
import type { PortalEvent } from "../../../sandbox/crm/events.ts";
import { openPortal, useSandbox, type Json } from "./portal-client.ts";
import { user } from "./user.ts";

const sandbox = useSandbox();
const base = "/crm/objects/2026-09";
const time = "2026-03-01T10:00:00Z";

function open(options: Json = {}) {
  const client = openPortal(sandbox(), options);
  const made = async (type: string, properties: Json) => {
    const { body } = await client.call("POST", `${base}/${type}`, {
      properties,
    });
    return { id: String(body["id"]), ...(body["properties"] as Json) };
  };
  const read = async (type: string, id: string, ...names: string[]) => {
    const path = `${base}/${type}/${id}?properties=${names.join()}`;
    const { body } = await client.call("GET", path);
    const shown = body["properties"] as Json;
    return names.map((name) => shown[name]);
  };
  const write = async (type: string, id: string, properties: Json) => {
    const path = `${base}/${type}/${id}`;
    expect((await client.call("PATCH", path, { properties })).status).toBe(200);
  };
  return { ...client, made, read, write };
}

describe("an email", () => {
  const headers = (more: Json = {}) =>
    JSON.stringify({
      from: { email: "ann@x.example", firstName: "Ann", lastName: "Lee" },
      to: [
        { email: "Bob Stone<bob@y.example>", firstName: "Bob" },
        { email: "cleo@y.example", lastName: "Ray" },
      ],
      ...more,
    });

  it("derives its sender and recipients from its headers", async () => {
    const { made, read, write } = open();
    const email = await made("emails", {
      hs_timestamp: time,
      hs_email_direction: "EMAIL",
      hs_email_headers: headers(),
    });
    expect(email).toMatchObject({
      hs_email_from_email: "ann@x.example",
      hs_email_from_firstname: "Ann",
      hs_email_from_lastname: "Lee",
      hs_email_to_email: "bob@y.example;cleo@y.example",
      hs_email_to_firstname: "Bob",
      hs_email_to_lastname: "Ray",
    });
    const names = ["hs_email_from_email", "hs_email_to_email"];
    await write("emails", email.id, { hs_email_headers: headers({ to: [] }) });
    expect(await read("emails", email.id, ...names)).toEqual([
      "ann@x.example",
      null,
    ]);
    await write("emails", email.id, { hs_email_headers: "no JSON" });
    expect(await read("emails", email.id, ...names)).toEqual([null, null]);
  });
});

describe("the preview of a body", () => {
  it.each([
    ["notes", "hs_note_body", "<p>One</p><p>two &amp; three</p>"],
    ["calls", "hs_call_body", "One\n<br>two & three"],
    ["meetings", "hs_meeting_body", " One <b>two</b> &amp; three "],
    ["tasks", "hs_task_body", "One two&nbsp;& three"],
    ["emails", "hs_email_html", "<div class='a'>One two & three</div>"],
  ])("is the plain text of %s", async (type, name, body) => {
    const { made, read, write } = open();
    const { id, ...properties } = await made(type, {
      hs_timestamp: time,
      ...(type === "emails" ? { hs_email_direction: "EMAIL" } : {}),
      [name]: body,
    });
    expect(properties).toMatchObject({ hs_body_preview: "One two & three" });
    await write(type, id, { [name]: "" });
    expect(await read(type, id, "hs_body_preview")).toEqual([null]);
  });

  it("takes little time for a body of brackets", async () => {
    const { made } = open();
    const before = performance.now();
    const body = "<".repeat(65_000);
    const note = await made("notes", {
      hs_timestamp: time,
      hs_note_body: body,
    });
    expect(note).toMatchObject({ hs_body_preview: body });
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe("a task", () => {
  it("has a completion date while it is completed", async () => {
    const { made, read, write } = open();
    const { id } = await made("tasks", {
      hs_timestamp: time,
      hs_task_priority: "NONE",
    });
    const completed = () => read("tasks", id, "hs_task_completion_date");
    expect(await completed()).toEqual([null]);
    await write("tasks", id, { hs_task_status: "COMPLETED" });
    expect(Date.parse(String(await completed()))).toBeGreaterThan(0);
    await write("tasks", id, { hs_task_status: "WAITING" });
    expect(await completed()).toEqual([null]);
    await write("tasks", id, {
      hs_task_status: "COMPLETED",
      hs_task_completion_date: time,
    });
    expect(await completed()).toEqual([time]);
  });
});

describe("a deal", () => {
  const place = { dealname: "D", pipeline: "default" };

  it.each([
    ["qualifiedtobuy", "false", "0.4000000000000000222", "400", "0"],
    ["closedwon", "true", "1.0", "1000", "1000"],
    ["closedlost", "true", "0.0", "0", "0"],
  ])(
    "in %s has calculated amounts",
    async (dealstage, closed, probability, weighted, closedAmount) => {
      const { made } = open();
      const deal = await made("deals", { ...place, dealstage, amount: "1000" });
      expect(deal).toMatchObject({
        hs_is_closed: closed,
        hs_is_closed_count: closed === "true" ? "1" : "0",
        hs_is_open_count: closed === "true" ? "0" : "1",
        hs_closed_won_count: dealstage === "closedwon" ? "1" : "0",
        hs_deal_stage_probability: probability,
        hs_projected_amount: weighted,
        hs_projected_amount_in_home_currency: weighted,
        hs_closed_amount: closedAmount,
      });
    },
  );

  it("has its amount in the account's currency, and a forecast amount if it has a forecast probability", async () => {
    const { made, read, write } = open();
    const { id } = await made("deals", {
      ...place,
      dealstage: "qualifiedtobuy",
      amount: "1000",
      hs_exchange_rate: "0.5",
    });
    const names = ["amount_in_home_currency", "hs_forecast_amount"];
    expect(await read("deals", id, ...names)).toEqual(["500", null]);
    await write("deals", id, { hs_forecast_probability: "0.25" });
    expect(await read("deals", id, ...names)).toEqual(["500", "250"]);
  });

  it.each([
    [{ appsDateClosings: false }, false],
    [{ appsDateClosings: true }, true],
  ])(
    "gets a close date when a user closes it, and when an app does with %o",
    async (options, byApp) => {
      const { made, read, write, portal } = open(options);
      const start = { ...place, dealstage: "contractsent" };
      const one = await made("deals", start);
      await write("deals", one.id, { dealstage: "closedwon" });
      const [dated] = await read("deals", one.id, "closedate");
      expect(dated !== null).toBe(byApp);
      const other = await made("deals", start);
      portal.update("deals", other.id, { dealstage: "closedwon" }, user);
      const [closed] = await read("deals", other.id, "closedate");
      expect(Date.parse(String(closed))).toBeGreaterThan(0);
      const given = await made("deals", start);
      portal.update(
        "deals",
        given.id,
        { dealstage: "closedlost", closedate: time },
        user,
      );
      expect(
        await read("deals", given.id, "closedate", "days_to_close"),
      ).toEqual([time, "0"]);
    },
  );
});

describe("rollups of activities", () => {
  const rollups = ["num_notes", "notes_last_updated"];

  it("count a contact's activities and date the last one", async () => {
    const { portal, read } = open();
    const { id } = portal.create("contacts", { firstname: "Ann" }, [], user);
    expect(await read("contacts", id, ...rollups)).toEqual([null, null]);
    const log = (type: string, properties: Json) =>
      portal.create(type, properties, [{ toType: "contacts", toId: id }], user)
        .id;
    const note = log("notes", { hs_timestamp: time });
    log("calls", { hs_timestamp: "2026-02-01T10:00:00Z" });
    expect(await read("contacts", id, ...rollups)).toEqual(["2", time]);
    portal.update(
      "notes",
      note,
      { hs_timestamp: "2026-01-01T10:00:00Z" },
      user,
    );
    expect(await read("contacts", id, ...rollups)).toEqual([
      "2",
      "2026-02-01T10:00:00Z",
    ]);
    portal.archive("notes", note, user);
    expect(await read("contacts", id, ...rollups)).toEqual([
      "1",
      "2026-02-01T10:00:00Z",
    ]);
    portal.restore("notes", note, user);
    expect(await read("contacts", id, "num_notes")).toEqual(["2"]);
    const due = log("tasks", { hs_timestamp: "2126-01-01T10:00:00Z" });
    const made = portal.object("tasks", due)?.createdAt;
    expect(await read("contacts", id, ...rollups)).toEqual(["3", made]);
  });

  it.each([
    [true, 4],
    [false, 0],
  ])(
    "change the modified date by option %s, and always emit events",
    async (rollupsTouchModified, moved) => {
      const { portal } = open({
        rollupsTouchModified,
        associationsTouchModified: false,
      });
      const { id } = portal.create("contacts", { firstname: "Ann" }, [], user);
      const heard: PortalEvent[] = [];
      portal.onEvent((event) => {
        if (event.objectTypeId === "0-1" && event.kind === "propertyChange")
          heard.push(event);
      });
      const dates = new Set<string>();
      const look = () =>
        dates.add(portal.object("contacts", id)?.updatedAt ?? "");
      look();
      const note = portal.create(
        "notes",
        { hs_timestamp: time },
        [{ toType: "contacts", toId: id }],
        user,
      ).id;
      look();
      portal.update(
        "notes",
        note,
        { hs_timestamp: "2026-04-01T10:00:00Z" },
        user,
      );
      look();
      portal.archive("notes", note, user);
      look();
      portal.restore("notes", note, user);
      look();
      expect(dates.size - 1).toBe(moved);
      const counts = heard.flatMap((event) =>
        event.kind === "propertyChange" && event.propertyName === "num_notes"
          ? event.propertyValue
          : [],
      );
      expect(counts).toEqual(["1", "1", "", "1"]);
      expect(heard[0]).toMatchObject({ changeSource: "CALCULATED" });
    },
  );
});

import { describe, expect, it, vi } from "vitest";
import { fakeClock } from "../../fake-clock.ts";
import { Portal } from "../../../sandbox/crm/portal.ts";
import {
  openPortal,
  useSandbox,
  type Json,
  type PortalClient,
} from "./portal-client.ts";
import { user } from "./user.ts";

const sandbox = useSandbox();
const path = "/crm/objects/2026-09/contacts/search";

const people = [
  {
    email: "ann@acme.example",
    firstname: "Ann",
    lastname: "Lee",
    lifecyclestage: "lead",
    hs_buying_role: "BUDGET_HOLDER;CHAMPION",
  },
  {
    email: "bob@acme.example",
    firstname: "Bob",
    lastname: "Lee Stone",
    lifecyclestage: "customer",
    closedate: "2026-03-01",
  },
  { email: "cleo@other.example", firstname: "Cleo", closedate: "2026-05-01" },
];

function open(options: Json = {}): PortalClient {
  const client = openPortal(sandbox(), options);
  for (const person of people)
    client.portal.create("contacts", person, [], user);
  return client;
}

type Found = { status: number; total: unknown; names: unknown[]; body: Json };

async function search({ call }: PortalClient, body: Json): Promise<Found> {
  const reply = await call("POST", path, {
    properties: ["firstname"],
    ...body,
  });
  const results = (reply.body["results"] ?? []) as { properties: Json }[];
  return {
    status: reply.status,
    total: reply.body["total"],
    names: results.map(({ properties }) => properties["firstname"]),
    body: reply.body,
  };
}

const where = (...filters: Json[]) => ({ filterGroups: [{ filters }] });
const filter = (propertyName: string, operator: string, more: Json = {}) => ({
  propertyName,
  operator,
  ...more,
});

describe("search filters", () => {
  it.each([
    [
      "EQ, whatever the case",
      filter("firstname", "EQ", { value: "ANN" }),
      ["Ann"],
    ],
    [
      "EQ on an option, by exact case",
      filter("lifecyclestage", "EQ", { value: "Lead" }),
      [],
    ],
    [
      "EQ on one of several options",
      filter("hs_buying_role", "EQ", { value: "CHAMPION" }),
      ["Ann"],
    ],
    [
      "EQ on one of several options, by exact case",
      filter("hs_buying_role", "EQ", { value: "champion" }),
      [],
    ],
    [
      "IN on one of several options",
      filter("hs_buying_role", "IN", { values: ["CHAMPION", "INFLUENCER"] }),
      ["Ann"],
    ],
    [
      "NOT_IN on several options",
      filter("hs_buying_role", "NOT_IN", { values: ["CHAMPION"] }),
      ["Bob", "Cleo"],
    ],
    [
      "NEQ, also without a value",
      filter("lifecyclestage", "NEQ", { value: "lead" }),
      ["Bob", "Cleo"],
    ],
    [
      "IN, in lower case",
      filter("firstname", "IN", { values: ["ann", "bob"] }),
      ["Ann", "Bob"],
    ],
    [
      "IN with capitals finds nothing",
      filter("firstname", "IN", { values: ["Ann"] }),
      [],
    ],
    [
      "NOT_IN",
      filter("firstname", "NOT_IN", { values: ["ann"] }),
      ["Bob", "Cleo"],
    ],
    ["HAS_PROPERTY", filter("closedate", "HAS_PROPERTY"), ["Bob", "Cleo"]],
    ["NOT_HAS_PROPERTY", filter("lastname", "NOT_HAS_PROPERTY"), ["Cleo"]],
    [
      "CONTAINS_TOKEN",
      filter("lastname", "CONTAINS_TOKEN", { value: "stone" }),
      ["Bob"],
    ],
    [
      "CONTAINS_TOKEN with a star",
      filter("email", "CONTAINS_TOKEN", { value: "*@acme.example" }),
      ["Ann", "Bob"],
    ],
    [
      "NOT_CONTAINS_TOKEN",
      filter("lastname", "NOT_CONTAINS_TOKEN", { value: "stone" }),
      ["Ann", "Cleo"],
    ],
    [
      "GT on a date in ISO",
      filter("closedate", "GT", { value: "2026-03-01T00:00:00.000Z" }),
      ["Cleo"],
    ],
    [
      "LTE on a date in ms",
      filter("closedate", "LTE", { value: String(Date.parse("2026-03-01")) }),
      ["Bob"],
    ],
    [
      "LT on a number",
      filter("hs_object_id", "LT", { value: "110000000002" }),
      ["Ann"],
    ],
    [
      "BETWEEN",
      filter("hs_object_id", "BETWEEN", {
        value: "110000000002",
        highValue: "110000000003",
      }),
      ["Bob", "Cleo"],
    ],
  ])("%s", async (_name, condition, names) => {
    const found = await search(open(), where(condition));
    expect(found.status).toBe(200);
    expect(found.names).toEqual(names);
    expect(found.total).toBe(names.length);
  });

  it.each([
    ["*one", ["Bob"]],
    ["s*e", ["Bob"]],
    ["lee*stone", []],
    ["lee stone", ["Bob"]],
    ["tone", []],
    ["**st**ne**", ["Bob"]],
    ["l*e", ["Ann", "Bob"]],
  ])("CONTAINS_TOKEN takes stars anywhere: %s", async (value, names) => {
    const condition = filter("lastname", "CONTAINS_TOKEN", { value });
    expect((await search(open(), where(condition))).names).toEqual(names);
  });

  it("take little time for a token that can match in very many ways", async () => {
    const client = open();
    client.portal.create("contacts", { firstname: "a".repeat(5000) }, [], user);
    const before = performance.now();
    const value = `${"*a".repeat(300)}*b`;
    const none = await search(
      client,
      where(filter("firstname", "CONTAINS_TOKEN", { value })),
    );
    const one = await search(
      client,
      where(
        filter("firstname", "CONTAINS_TOKEN", { value: `${"*a".repeat(300)}` }),
      ),
    );
    expect([none.total, one.total]).toEqual([0, 1]);
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it("and within a group, or between groups", async () => {
    const both = await search(
      open(),
      where(
        filter("firstname", "EQ", { value: "ann" }),
        filter("lifecyclestage", "EQ", { value: "customer" }),
      ),
    );
    expect(both.names).toEqual([]);
    const either = await search(open(), {
      filterGroups: [
        { filters: [filter("firstname", "EQ", { value: "ann" })] },
        { filters: [filter("lifecyclestage", "EQ", { value: "customer" })] },
      ],
    });
    expect(either.names).toEqual(["Ann", "Bob"]);
  });

  it("find additional emails only where they are looked for", async () => {
    const client = open();
    const [ann, bob] = client.portal.truth("contacts").map(({ id }) => id);
    client.portal.merge("contacts", String(ann), String(bob), user);
    expect(
      (
        await search(
          client,
          where(filter("email", "EQ", { value: "bob@acme.example" })),
        )
      ).names,
    ).toEqual([]);
    const additional = where(
      filter("hs_additional_emails", "EQ", { value: "bob@acme.example" }),
    );
    expect((await search(client, additional)).names).toEqual(["Ann"]);
    expect((await search(client, { query: "bob@acme" })).names).toEqual([
      "Ann",
    ]);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])(
    "7-A6 find a company by one of its additional domains only where they are looked for: %s, %i",
    async (additionalDomainsFind, found) => {
      const { portal, call } = open({ additionalDomainsFind });
      portal.create(
        "companies",
        {
          name: "Acme",
          domain: "acme.example",
          hs_additional_domains: "b.example; c.example",
        },
        [],
        user,
      );
      const totals: Json = {};
      for (const name of ["domain", "hs_additional_domains"])
        for (const operator of [
          { operator: "EQ", value: "c.example" },
          { operator: "IN", values: ["x.example", "c.example"] },
        ]) {
          const { body } = await call(
            "POST",
            "/crm/objects/2026-09/companies/search",
            where({ propertyName: name, ...operator }),
          );
          totals[`${name} ${operator.operator}`] = body["total"];
        }
      expect(totals).toEqual({
        "domain EQ": 0,
        "domain IN": 0,
        "hs_additional_domains EQ": found,
        "hs_additional_domains IN": found,
      });
    },
  );
});

describe("search pages and limits", () => {
  it("goes on by id, and counts what is left", async () => {
    const client = open();
    const sorts = ["hs_object_id"];
    const after = (value: string, operator = "GT") =>
      search(client, {
        ...where(filter("hs_object_id", operator, { value })),
        sorts,
        limit: 1,
      });
    expect(await after("0")).toMatchObject({ names: ["Ann"], total: 3 });
    expect(await after("110000000001")).toMatchObject({
      names: ["Bob"],
      total: 2,
    });
    expect(await after("110000000002", "GTE")).toMatchObject({
      names: ["Bob"],
      total: 2,
    });
    expect(await after("110000000003")).toMatchObject({ names: [], total: 0 });
  });

  it("sorts by one property, blanks last, and pages by offset", async () => {
    const client = open();
    const sorts = [{ propertyName: "closedate", direction: "DESCENDING" }];
    expect((await search(client, { sorts })).names).toEqual([
      "Cleo",
      "Bob",
      "Ann",
    ]);
    const first = await search(client, { sorts: ["-firstname"], limit: 2 });
    expect(first.names).toEqual(["Cleo", "Bob"]);
    expect(first.body["paging"]).toEqual({ next: { after: "2" } });
    const second = await search(client, {
      sorts: ["-firstname"],
      limit: 2,
      after: "2",
    });
    expect(second.names).toEqual(["Ann"]);
    expect(second.body).not.toHaveProperty("paging");
  });

  it.each([
    ["more than 200 rows", { limit: 201 }],
    ["more than one sort", { sorts: ["email", "firstname"] }],
    ["beyond 10,000 results", { limit: 200, after: "9900" }],
    [
      "six groups",
      { filterGroups: Array.from({ length: 6 }, () => ({ filters: [] })) },
    ],
    [
      "seven filters in a group",
      where(
        ...Array.from({ length: 7 }, () => filter("email", "HAS_PROPERTY")),
      ),
    ],
    [
      "19 filters",
      {
        filterGroups: Array.from({ length: 5 }, (_, n) => ({
          filters: Array.from({ length: n < 4 ? 4 : 3 }, () =>
            filter("email", "HAS_PROPERTY"),
          ),
        })),
      },
    ],
    ["a body of more than 3,000 characters", { query: "x".repeat(3000) }],
    ["filter groups that are no list", { filterGroups: { filters: [] } }],
    ["filters that are no list", { filterGroups: [{ filters: {} }] }],
    ["a property that does not exist", where(filter("nope", "HAS_PROPERTY"))],
    [
      "an operator that does not exist",
      where(filter("email", "LIKE", { value: "x" })),
    ],
    ["IN without values", where(filter("email", "IN", { value: "x" }))],
  ])("refuses %s", async (_name, body) => {
    const reply = await search(open(), body);
    expect([reply.status, reply.body["category"]]).toEqual([
      400,
      "VALIDATION_ERROR",
    ]);
  });

  it("counts the characters of the body as they were sent", async () => {
    const { url, token } = open();
    const send = (body: string) =>
      fetch(url + path, {
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
        },
        body,
      });
    const body = JSON.stringify({ limit: 1 });
    expect((await send(body.padEnd(3000))).status).toBe(200);
    expect((await send(body.padEnd(3001))).status).toBe(400);
  });

  it("refuses a type that nobody knows, in HubSpot's words", async () => {
    const reply = await open().call(
      "POST",
      "/crm/objects/2026-09/butterflies/search",
      {},
    );
    expect([reply.status, reply.body["message"]]).toEqual([
      400,
      "Unable to infer object type from: butterflies",
    ]);
  });
});

describe("the search index", () => {
  it("shows for a while what was there before, values and dates too", async () => {
    const client = open({ searchLagMs: 0 });
    const [ann, bob] = client.portal.truth("contacts");
    client.portal.setOptions({ searchLagMs: 60_000 });
    client.portal.update(
      "contacts",
      String(ann?.id),
      { firstname: "Anna" },
      user,
    );
    client.portal.archive("contacts", String(bob?.id), user);
    client.portal.create("contacts", { firstname: "New" }, [], user);
    const stale = await search(client, {});
    expect(stale.names).toEqual(["Ann", "Bob", "Cleo"]);
    const [first] = stale.body["results"] as {
      updatedAt: string;
      archived: boolean;
    }[];
    expect(first).toMatchObject({ updatedAt: ann?.updatedAt, archived: false });
    expect(
      (
        await search(
          client,
          where(filter("firstname", "EQ", { value: "anna" })),
        )
      ).names,
    ).toEqual([]);
    const read = await client.call(
      "GET",
      `/crm/objects/2026-09/contacts/${String(ann?.id)}`,
    );
    expect((read.body["properties"] as Json)["firstname"]).toBe("Anna");
  });

  it("shows what is worked out, and what a merge brought, as late as all else", async () => {
    const client = open({ searchLagMs: 0 });
    const [ann, bob] = client.portal
      .truth("contacts")
      .map((contact) => contact.id);
    client.portal.setOptions({ searchLagMs: 60_000, mergeKeepsId: true });
    client.portal.merge("contacts", String(ann), String(bob), user);
    client.portal.update(
      "contacts",
      String(ann),
      { email: "ann@new.example" },
      user,
    );
    const { body } = await search(client, {
      properties: ["hs_email_domain", "hs_merged_object_ids"],
    });
    expect((body["results"] as { properties: Json }[])[0]).toMatchObject({
      properties: {
        hs_email_domain: "acme.example",
        hs_merged_object_ids: null,
      },
    });
    for (const [name, value, found] of [
      ["hs_email_domain", "new.example", []],
      ["hs_email_domain", "acme.example", ["Ann", "Bob"]],
      ["hs_additional_emails", "bob@acme.example", []],
    ] as const)
      expect(
        (await search(client, where(filter(name, "EQ", { value })))).names,
      ).toEqual(found);
  });

  it("keeps no more old states than its lag needs, also when nobody searches", () => {
    let now = 1_000_000;
    const portal = new Portal({
      portalId: 1,
      options: { searchLagMs: 100 },
      clock: () => now,
    });
    const { id } = portal.create("contacts", { firstname: "0" }, [], user);
    for (let n = 1; n <= 500; n += 1) {
      now += 10;
      portal.update("contacts", id, { firstname: String(n) }, user);
      portal.create("contacts", { firstname: "x" }, [], user);
    }
    expect(portal.crm.indexLag.size).toBeLessThanOrEqual(11);
  });

  it("catches up when its time has come", async () => {
    await fakeClock({ toFake: ["Date"] });
    try {
      const client = open({ searchLagMs: 5000 });
      vi.advanceTimersByTime(5000);
      client.portal.create("contacts", { firstname: "New" }, [], user);
      vi.advanceTimersByTime(4999);
      expect((await search(client, {})).total).toBe(3);
      vi.advanceTimersByTime(1);
      expect((await search(client, {})).total).toBe(4);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("searches through associations", () => {
  const base = "/crm/objects/2026-09";

  /** Two contacts: Ann has two notes and Bob has one, which is also Ann's. */
  function withNotes() {
    const client = open();
    const [ann = "", bob = ""] = client.portal
      .truth("contacts")
      .map(({ id }) => id);
    const note = (body: string, ...ids: string[]) =>
      client.portal.create(
        "notes",
        { hs_timestamp: "2026-01-01T00:00:00Z", hs_note_body: body },
        ids.map((toId) => ({ toType: "contacts", toId })),
        user,
      ).id;
    const notes = [note("Alone", ann), note("Both", ann, bob), note("Nobody")];
    const find = async (...filters: Json[]) => {
      const { status, body } = await client.call(
        "POST",
        `${base}/notes/search`,
        {
          ...where(...filters),
        },
      );
      const results = (body["results"] ?? []) as { id: string }[];
      return { status, ids: results.map(({ id }) => id) };
    };
    return { client, ann, bob, notes, find };
  }

  it("find the activities of a contact, by EQ or IN", async () => {
    const { ann, bob, notes, find } = withNotes();
    const ofBob = filter("associations.contact", "EQ", { value: bob });
    expect(await find(ofBob)).toEqual({ status: 200, ids: [notes[1]] });
    const ofBoth = filter("associations.contacts", "IN", {
      values: [bob, ann, "1"],
    });
    expect((await find(ofBoth)).ids).toEqual(notes.slice(0, 2));
    const byId = filter("hs_object_id", "GT", { value: notes[0] });
    expect((await find(ofBoth, byId)).ids).toEqual([notes[1]]);
    const ofNobody = filter("associations.0-1", "EQ", { value: "1" });
    expect(await find(ofNobody)).toEqual({ status: 200, ids: [] });
  });

  it("take a single group of filters without its frame, as HubSpot's guide does", async () => {
    const { client, bob, notes } = withNotes();
    const { status, body } = await client.call("POST", `${base}/notes/search`, {
      filters: [filter("associations.contact", "EQ", { value: bob })],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ total: 1, results: [{ id: notes[1] }] });
  });

  it("find no archived objects and no removed associations", async () => {
    const { client, ann, bob, notes, find } = withNotes();
    const of = (value: string) =>
      filter("associations.contact", "EQ", { value });
    client.portal.archive("notes", notes[0] ?? "", user);
    expect((await find(of(ann))).ids).toEqual([notes[1]]);
    const pair = { fromType: "notes", fromId: notes[1] ?? "" };
    client.portal.dissociate({ ...pair, toType: "contacts", toId: ann }, user);
    expect((await find(of(ann))).ids).toEqual([]);
    client.portal.archive("contacts", bob, user);
    expect((await find(of(bob))).ids).toEqual([]);
  });

  it.each([
    ["an operator other than EQ and IN", "associations.contact", "GT"],
    ["an unknown type", "associations.butterfly", "EQ"],
  ])("are refused for %s", async (_name, propertyName, operator) => {
    const { find } = withNotes();
    const { status } = await find(
      filter(propertyName, operator, { value: "1" }),
    );
    expect(status).toBe(400);
  });
});

describe("a query", () => {
  it.each([
    ["notes", { hs_note_body: "<p>Budget talk</p>" }, "budget"],
    ["tasks", { hs_task_subject: "Send offer" }, "offer"],
    ["calls", { hs_call_title: "Kick-off" }, "kick-off"],
    ["emails", { hs_email_subject: "Re: Prices" }, "prices"],
    ["meetings", { hs_meeting_title: "Review of March" }, "review"],
    ["deals", { description: "Two hundred chairs" }, "chairs"],
    ["deals", { dealtype: "newbusiness" }, "newbusiness"],
  ])("finds %s", async (type, properties, query) => {
    const client = open();
    const required: Readonly<Record<string, Json>> = {
      deals: { dealname: "D", dealstage: "closedwon", pipeline: "default" },
      emails: { hs_email_direction: "EMAIL" },
    };
    const { id } = client.portal.create(
      type,
      {
        ...(type === "deals" ? {} : { hs_timestamp: "2026-01-01T00:00:00Z" }),
        ...required[type],
        ...properties,
      },
      [],
      user,
    );
    const path = `/crm/objects/2026-09/${type}/search`;
    const found = await client.call("POST", path, { query });
    expect(found.body).toMatchObject({ total: 1, results: [{ id }] });
    const not = await client.call("POST", path, { query: "elsewhere" });
    expect(not.body).toMatchObject({ total: 0 });
  });
});

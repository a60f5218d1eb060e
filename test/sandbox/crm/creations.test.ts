import { describe, expect, it } from "vitest";
import { openPortal, useSandbox, type Json } from "./portal-client.ts";
import { theirId } from "./their-id.ts";
import { user } from "./user.ts";

const sandbox = useSandbox();
const base = "/crm/objects/2026-09";

describe("the response to a creation", () => {
  it("has every property with a value, and no null", async () => {
    const { call } = openPortal(sandbox());
    const { body } = await call("POST", `${base}/contacts`, {
      properties: { email: "ann@x.example", firstname: "" },
    });
    const properties = body["properties"] as Json;
    expect(Object.values(properties)).not.toContain(null);
    expect(Object.keys(properties)).not.toContain("firstname");
    expect(properties).toMatchObject({
      email: "ann@x.example",
      hs_email_domain: "x.example",
      hs_object_id: body["id"],
      hs_object_source: "INTEGRATION",
      hs_object_source_id: "500001",
    });
  });

  it("is the same in batches and in an upsert that creates", async () => {
    const { call } = openPortal(sandbox());
    await call("POST", "/crm/properties/2026-09/contacts", theirId);
    const made = await call("POST", `${base}/contacts/batch/create`, {
      inputs: [{ properties: { email: "a@x.example" } }],
    });
    const upserted = await call("POST", `${base}/contacts/batch/upsert`, {
      inputs: [
        {
          id: "1",
          idProperty: "their_id",
          properties: { email: "b@x.example" },
        },
      ],
    });
    for (const { body } of [made, upserted]) {
      const [row] = body["results"] as { properties: Json }[];
      expect(Object.values(row?.properties ?? {})).not.toContain(null);
      expect(row?.properties).toMatchObject({ hs_email_domain: "x.example" });
    }
  });
});

describe("a creation", () => {
  it.each([
    [{}, undefined, "customer"],
    [{ createsLeads: true }, "lead", "customer"],
    [{ profile: "observed" }, "lead", "customer"],
  ])(
    "gets the lifecycle stage lead by option: %o",
    async (options, without, given) => {
      const { call } = openPortal(sandbox(), options);
      for (const [type, properties] of [
        ["contacts", { firstname: "Ann" }],
        ["companies", { name: "Acme" }],
      ] as const) {
        const stageOf = async (more: Json) => {
          const { body } = await call("POST", `${base}/${type}`, {
            properties: { ...properties, ...more },
          });
          return (body["properties"] as Json)["lifecyclestage"];
        };
        expect(await stageOf({})).toBe(without);
        expect(await stageOf({ lifecyclestage: "customer" })).toBe(given);
      }
    },
  );

  it.each([
    [{}, undefined],
    [{ domainFillsWebsite: true }, "acme.example"],
    [{ profile: "observed" }, "acme.example"],
  ])("gets a company's website by option: %o", async (options, website) => {
    const { call } = openPortal(sandbox(), options);
    const made = async (properties: Json) => {
      const { body } = await call("POST", `${base}/companies`, { properties });
      return (body["properties"] as Json)["website"];
    };
    expect(await made({ domain: "acme.example" })).toBe(website);
    expect(await made({ name: "No domain" })).toBeUndefined();
    const own = { domain: "b.example", website: "https://b.example/en" };
    expect(await made(own)).toBe("https://b.example/en");
  });

  it("gets the date of the owner's assignment, and each new owner changes it", async () => {
    const { call, portal } = openPortal(sandbox());
    const [ada, ben] = portal.owners().map(({ id }) => String(id));
    const made = await call("POST", `${base}/contacts`, {
      properties: { firstname: "Ann", hubspot_owner_id: ada },
    });
    const first = (made.body["properties"] as Json)[
      "hubspot_owner_assigneddate"
    ];
    expect(Date.parse(String(first))).toBeGreaterThan(0);
    const path = `${base}/contacts/${String(made.body["id"])}`;
    const assigned = async () => {
      const query = "?properties=hubspot_owner_assigneddate";
      const { body } = await call("GET", path + query);
      return (body["properties"] as Json)["hubspot_owner_assigneddate"];
    };
    await call("PATCH", path, { properties: { hubspot_owner_id: ada } });
    expect(await assigned()).toBe(first);
    await call("PATCH", path, { properties: { hubspot_owner_id: ben } });
    expect(await assigned()).not.toBe(first);
    await call("PATCH", path, { properties: { hubspot_owner_id: "" } });
    expect(await assigned()).toBeNull();
  });

  it("gets a deal's default pipeline, if the option allows deals without one", async () => {
    const properties = { dealname: "D", amount: "100" };
    const strict = openPortal(sandbox());
    const refused = await strict.call("POST", `${base}/deals`, { properties });
    expect(refused.body).toMatchObject({
      context: { properties: ["dealstage", "pipeline"] },
    });
    const open = openPortal(sandbox(), { dealsNeedStage: false });
    const made = await open.call("POST", `${base}/deals`, { properties });
    expect(made.status).toBe(201);
    expect(made.body["properties"]).toMatchObject({
      ...properties,
      pipeline: "default",
    });
    const nameless = { properties: { amount: "100" } };
    expect((await open.call("POST", `${base}/deals`, nameless)).status).toBe(
      400,
    );
  });
});

describe("a contact's company by the domain of the email", () => {
  const companies = (client: ReturnType<typeof openPortal>) =>
    client.portal.truth("companies").map(({ id, properties }) => ({
      id,
      domain: properties["domain"],
    }));
  const create = async (
    { call }: ReturnType<typeof openPortal>,
    email: string,
  ) => {
    const { body } = await call("POST", `${base}/contacts`, {
      properties: { email },
    });
    return String(body["id"]);
  };

  it("isn't created by default", async () => {
    const client = openPortal(sandbox());
    await create(client, "ann@acme.example");
    expect(companies(client)).toEqual([]);
  });

  it("is found or created by option, as the primary company", async () => {
    const client = openPortal(sandbox(), {
      companyByEmailDomain: "found-or-made",
    });
    const known = client.portal.create(
      "companies",
      { domain: "known.example" },
      [],
      user,
    );
    const ann = await create(client, "ann@acme.example");
    const ben = await create(client, "ben@acme.example");
    const cleo = await create(client, "cleo@known.example");
    await create(client, "dan@gmail.com");
    const made = companies(client).find(
      ({ domain }) => domain === "acme.example",
    );
    expect(companies(client)).toHaveLength(2);
    for (const [contact, company] of [
      [ann, made?.id],
      [ben, made?.id],
      [cleo, known.id],
    ])
      expect(
        client.portal.object("contacts", contact ?? "")?.associations,
      ).toMatchObject([{ toId: company, primary: true }]);
  });
});

describe("an update without properties", () => {
  it.each([{}, { properties: {} }])("is refused: %o", async (body) => {
    const { call, portal } = openPortal(sandbox());
    const { id } = portal.create("contacts", { firstname: "Ann" }, [], user);
    const refused = await call("PATCH", `${base}/contacts/${id}`, body);
    expect([refused.status, refused.body["message"]]).toEqual([
      400,
      "No properties found to update, please provide at least one.",
    ]);
  });
});

describe("an upsert without inputs", () => {
  it("returns COMPLETE without results", async () => {
    const { call } = openPortal(sandbox());
    const { status, body } = await call(
      "POST",
      `${base}/contacts/batch/upsert`,
      { inputs: [] },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "COMPLETE", results: [] });
  });
});

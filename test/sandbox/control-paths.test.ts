import { describe, expect, it } from "vitest";
import { useWorld, type Json } from "./world.ts";

const world = useWorld();

/** Creates a portal with the app installed. Returns its control path. */
async function portal(options: Json = {}): Promise<string> {
  return `/portals/${await world().installed(options)}`;
}

const control = (method: string, path: string, body?: unknown) =>
  world().control(method, path, body);

describe("an admin's pipelines", () => {
  it("are created, changed, and deleted", async () => {
    const path = `${await portal()}/pipelines/deals`;
    const stage = {
      label: "New",
      displayOrder: 0,
      metadata: { probability: "0.1" },
    };
    const made = await control("POST", path, {
      label: "Second",
      displayOrder: 1,
      stages: [stage],
    });
    expect(made.status).toBe(201);
    const one = `${path}/${String(made.body["id"])}`;
    await control("PATCH", one, { label: "Renamed" });
    expect((await control("GET", path)).body).toMatchObject({
      results: [
        { id: "default", label: "Sales Pipeline" },
        { label: "Renamed", stages: [{ label: "New" }] },
      ],
    });
    const added = await control("POST", `${one}/stages`, stage);
    const own = `${one}/stages/${String(added.body["id"])}`;
    expect(
      (await control("PATCH", own, { label: "Signed" })).body,
    ).toMatchObject({ label: "Signed" });
    expect((await control("PUT", own, { label: "Signed" })).status).toBe(400);
    expect((await control("DELETE", own)).status).toBe(204);
    const replaced = await control("PUT", one, {
      label: "Whole",
      displayOrder: 2,
      stages: [stage],
    });
    expect(replaced.body).toMatchObject({
      label: "Whole",
      stages: [{ label: "New" }],
    });
    expect((await control("DELETE", one)).status).toBe(204);
    expect((await control("DELETE", one)).status).toBe(404);
    expect(
      (await control("POST", path, { label: "X", stages: [{}] })).body,
    ).toMatchObject({ category: "VALIDATION_ERROR" });
  });

  it("keep a stage that an object is in", async () => {
    const path = await portal();
    await control("POST", `${path}/objects/deals`, {
      properties: {
        dealname: "D",
        pipeline: "default",
        dealstage: "contractsent",
      },
    });
    const stage = `${path}/pipelines/deals/default/stages/contractsent`;
    expect((await control("DELETE", stage)).body).toMatchObject({
      subCategory: "PipelineError.STAGE_ID_IN_USE",
    });
  });
});

describe("an admin's users", () => {
  type Owner = Json & { email: string; id: string };
  const owners = (body: Json) => body["owners"] as Owner[];

  it("are added, changed, deactivated, and reactivated, each with an owner", async () => {
    const path = await portal();
    const added = await control("POST", `${path}/users`, {
      email: "cleo@portal.example",
      firstName: "Cleo",
    });
    expect(added.status).toBe(201);
    const users = added.body["users"] as { id: number; email: string }[];
    const cleo = users.find(({ email }) => email === "cleo@portal.example");
    const one = `${path}/users/${String(cleo?.id)}`;
    const changed = await control("PATCH", one, { email: "c@portal.example" });
    const owner = owners(changed.body).find(
      ({ email }) => email === "c@portal.example",
    );
    expect(owner).toMatchObject({ firstName: "Cleo", archived: false });
    const contact = await control("POST", `${path}/objects/contacts`, {
      properties: { firstname: "A", hubspot_owner_id: owner?.id },
      userId: cleo?.id,
    });
    expect(contact.status).toBe(201);
    const left = await control("POST", `${one}/deactivate`);
    expect(owners(left.body)).toContainEqual(
      expect.objectContaining({ id: owner?.id, archived: true, userId: null }),
    );
    const back = await control("POST", `${one}/reactivate`);
    expect(owners(back.body)).toContainEqual(
      expect.objectContaining({ id: owner?.id, archived: false }),
    );
    expect(
      (await control("POST", `${path}/users`, { id: cleo?.id, email: "x" }))
        .status,
    ).toBe(409);
    expect((await control("PATCH", `${path}/users/1`, {})).status).toBe(404);
  });

  it("are in teams", async () => {
    const path = await portal();
    const { body } = await control("GET", path);
    const [first] = body["users"] as { id: number }[];
    const put = await control(
      "PUT",
      `${path}/users/${String(first?.id)}/teams`,
      {
        teams: [{ name: "East", primary: true }, { name: "West" }],
      },
    );
    expect(owners(put.body)[0]?.["teams"]).toMatchObject([
      { name: "East", primary: true },
      { name: "West", primary: false },
    ]);
  });
});

describe("an admin's options and rules", () => {
  const contacts = "/crm/objects/2026-09/contacts";

  it("change the options of a property", async () => {
    const path = `${await portal()}/properties/contacts/hs_lead_status`;
    const changed = await control("PATCH", path, {
      options: [{ label: "Hot", value: "HOT", displayOrder: 0, hidden: false }],
    });
    expect(changed.status).toBe(200);
    const write = async (hs_lead_status: string) =>
      (
        await world().api("POST", contacts, {
          properties: { firstname: "A", hs_lead_status },
        })
      ).status;
    expect([await write("HOT"), await write("NEW")]).toEqual([201, 400]);
    expect((await control("PATCH", path, { label: "Ours" })).status).toBe(400);
  });

  it.each([
    ["lastname", "MAX_LENGTH", ["3"], "Lee", "Leeson"],
    ["lastname", "MIN_LENGTH", ["4"], "Leeson", "Lee"],
    ["lastname", "ALPHANUMERIC", [], "Lee7", "Lee Ray"],
    [
      "email",
      "EMAIL_ALLOWED_DOMAINS",
      ["x.example"],
      "a@x.example",
      "a@y.example",
    ],
    [
      "email",
      "EMAIL_BLOCKED_DOMAINS",
      ["x.example"],
      "a@y.example",
      "a@x.example",
    ],
    [
      "phone",
      "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE",
      [],
      "+1 888 4827768",
      "888 4827768",
    ],
  ])(
    "refuse values of %s that break %s",
    async (name, ruleType, ruleArguments, good, bad) => {
      const path = `${await portal()}/validations/contacts/${name}`;
      const set = await control("PUT", path, {
        rules: [{ ruleType, ruleArguments }],
      });
      expect(set.status).toBe(200);
      const write = (value: string) =>
        world().api("POST", contacts, {
          properties: { firstname: "A", [name]: value },
        });
      expect((await write(good)).status).toBe(201);
      const refused = await write(bad);
      expect(refused.status).toBe(400);
      expect(refused.body["errors"]).toMatchObject([
        { context: { propertyName: [name] } },
      ]);
      await control("PUT", path, { rules: [] });
      expect((await write(bad)).status).toBe(201);
    },
  );

  it.each([
    ["MIN_NUMBER", "5", "5", "4.9"],
    ["MAX_NUMBER", "5", "5", "5.1"],
    ["DECIMAL", "1", "5.1", "5.12"],
  ])("refuse numbers that break %s", async (ruleType, limit, good, bad) => {
    const path = `${await portal()}/validations/companies/annualrevenue`;
    await control("PUT", path, {
      rules: [{ ruleType, ruleArguments: [limit] }],
    });
    const write = async (annualrevenue: string) =>
      (
        await world().api("POST", "/crm/objects/2026-09/companies", {
          properties: { name: "A", annualrevenue },
        })
      ).status;
    expect([await write(good), await write(bad)]).toEqual([201, 400]);
  });

  it("store phone numbers in one form if the rule normalizes them", async () => {
    const path = await portal();
    await control("PUT", `${path}/validations/contacts/phone`, {
      rules: [
        {
          ruleType: "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE",
          shouldApplyNormalization: true,
        },
      ],
    });
    const made = await world().api("POST", contacts, {
      properties: { firstname: "A", phone: "+1 (888) 482-7768" },
    });
    expect(made.body["properties"]).toMatchObject({ phone: "+18884827768" });
    const rules = "/crm/property-validations/2026-09/0-1";
    const rule = `${rules}/phone/rule-type/PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE`;
    const read = await world().api("GET", rules);
    expect(read.body["results"]).toMatchObject([
      {
        propertyName: "phone",
        propertyValidationRules: [{ shouldApplyNormalization: true }],
      },
    ]);
    expect((await world().api("GET", rule)).body).toMatchObject({
      ruleArguments: [],
    });
    expect((await world().api("GET", `${rules}/email`)).body).toEqual({
      results: [],
    });
    const none = `${rules}/phone/rule-type/MAX_LENGTH`;
    expect((await world().api("GET", none)).status).toBe(404);
  });
});

describe("seeded activities", () => {
  it("are of every kind, each with a contact, and depend on the seed only", async () => {
    const kinds = ["notes", "tasks", "calls", "meetings", "emails"];
    const make = async () => {
      const path = await portal();
      const counts = { contacts: 5, companies: 2, activities: 12, seed: 3 };
      await control("POST", `${path}/seed`, counts);
      return Promise.all(
        kinds.map(async (kind) => {
          const { body } = await control("GET", `${path}/objects/${kind}`);
          return body["results"] as {
            properties: Json;
            associations: { toType: string }[];
          }[];
        }),
      );
    };
    const all = await make();
    expect(all.map(({ length }) => length)).toEqual([3, 3, 2, 2, 2]);
    for (const { associations } of all.flat())
      expect(associations.map(({ toType }) => toType)).toContain("contacts");
    const times = (kind: { properties: Json }[][]) =>
      kind.flat().map(({ properties }) => properties["hs_timestamp"]);
    expect(times(await make())).toEqual(times(all));
  });
});

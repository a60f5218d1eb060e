import { describe, expect, it } from "vitest";
import { openPortal, useSandbox, type Json } from "./portal-client.ts";
import { user } from "./user.ts";

const sandbox = useSandbox();
const objects = "/crm/v3/objects";
const batch = "/crm/v3/associations/contacts/companies";

function pairOf(options: Json = {}) {
  const client = openPortal(sandbox(), options);
  const { id: contact } = client.portal.create(
    "contacts",
    { firstname: "Ann" },
    [],
    user,
  );
  const { id: company } = client.portal.create(
    "companies",
    { name: "Acme" },
    [],
    user,
  );
  const pair = `${objects}/contacts/${contact}/associations/companies`;
  return { ...client, contact, company, pair };
}

describe("associations of version 3", () => {
  it("are created one by one by a type's number or name, and added to existing ones", async () => {
    const { call, contact, company, pair } = pairOf();
    const made = await call("PUT", `${pair}/${company}/279`);
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      id: contact,
      associations: {
        companies: { results: [{ id: company, type: "contact_to_company" }] },
      },
    });
    await call("PUT", `${pair}/${company}/contact_to_company`);
    expect((await call("GET", pair)).body).toEqual({
      results: [
        { id: company, type: "contact_to_company" },
        { id: company, type: "contact_to_company_unlabeled" },
      ],
    });
    await call("DELETE", `${pair}/${company}/1`);
    expect((await call("GET", pair)).body["results"]).toHaveLength(1);
    expect((await call("DELETE", `${pair}/${company}/279`)).status).toBe(204);
    expect((await call("GET", pair)).body).toEqual({ results: [] });
  });

  it("are refused for unknown types and objects", async () => {
    const { call, company, pair } = pairOf();
    expect((await call("PUT", `${pair}/${company}/4`)).status).toBe(400);
    expect((await call("PUT", `${pair}/1/279`)).status).toBe(400);
    const nobody = `${objects}/contacts/1/associations/companies`;
    expect((await call("GET", nobody)).status).toBe(404);
    expect((await call("DELETE", `${pair}/1/279`)).status).toBe(204);
  });

  it("page by the id of the next object", async () => {
    const { call, portal, contact, pair } = pairOf();
    const ids = ["A", "B", "C"].map(
      (name) =>
        portal.create(
          "companies",
          { name },
          [{ toType: "contacts", toId: contact }],
          user,
        ).id,
    );
    const first = await call("GET", `${pair}?limit=2`);
    expect(first.body).toMatchObject({
      results: ids.slice(0, 2).map((id) => ({ id })),
      paging: { next: { after: ids[2] } },
    });
    const rest = await call("GET", `${pair}?limit=2&after=${String(ids[2])}`);
    expect(rest.body["results"]).toHaveLength(1);
  });

  it("are written in batches, and the response shows both directions", async () => {
    const { call, contact, company } = pairOf();
    const input = {
      from: { id: contact },
      to: { id: company },
      type: "contact_to_company",
    };
    const wrong = { ...input, type: "contact_to_butterfly" };
    const made = await call("POST", `${batch}/batch/create`, {
      inputs: [input, wrong],
    });
    expect(made.status).toBe(207);
    expect(made.body).toMatchObject({
      status: "COMPLETE",
      results: [
        input,
        {
          from: { id: company },
          to: { id: contact },
          type: "company_to_contact",
        },
      ],
      numErrors: 1,
    });
    const read = await call("POST", `${batch}/batch/read`, {
      inputs: [{ id: contact }, { id: "1" }],
    });
    expect(read.body).toMatchObject({
      results: [
        {
          from: { id: contact },
          to: [
            { id: company, type: "contact_to_company" },
            { id: company, type: "contact_to_company_unlabeled" },
          ],
        },
      ],
      errors: [{ subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND" }],
    });
    const gone = await call("POST", `${batch}/batch/archive`, {
      inputs: [{ ...input, type: "contact_to_company_unlabeled" }],
    });
    expect(gone.status).toBe(204);
    const after = await call("POST", `${batch}/batch/read`, {
      inputs: [{ id: contact }],
    });
    expect(after.body).toMatchObject({ results: [], numErrors: 1 });
  });

  it("have types with a number and a name", async () => {
    const { call } = pairOf();
    const types = async (path: string) =>
      (await call("GET", `/crm/v3/associations/${path}/types`)).body["results"];
    expect(await types("contacts/companies")).toEqual([
      { id: "279", name: "contact_to_company_unlabeled" },
      { id: "1", name: "contact_to_company" },
    ]);
    expect(await types("deals/contacts")).toEqual([
      { id: "3", name: "deal_to_contact" },
    ]);
    expect(await types("companies/companies")).toContainEqual({
      id: "13",
      name: "child_company",
    });
  });

  it("have one name for both directions, by option", async () => {
    const { call, contact, company } = pairOf({ associationNames: "by-pair" });
    const back = `${objects}/companies/${company}/associations/contacts`;
    await call("PUT", `${back}/${contact}/company_to_contact`);
    expect((await call("GET", back)).body).toEqual({
      results: [{ id: contact, type: "contact_to_company" }],
    });
  });
});

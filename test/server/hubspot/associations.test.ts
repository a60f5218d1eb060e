import { describe, expect, it } from "vitest";
import { readParentsOf } from "../../../server/hubspot/calls/read-associations.ts";
import { contactToCompany } from "../../../server/settings/types/contact-to-company.ts";
import { bulk, useWorld } from "./world.ts";

const world = useWorld();

const unlabelled = { category: "HUBSPOT_DEFINED", typeId: 279 } as const;
const primary = { category: "HUBSPOT_DEFINED", typeId: 1 } as const;

describe("associations", () => {
  it.each([
    { profile: "documented", toObjectIdAs: "string" },
    { profile: "observed", toObjectIdAs: "number" },
  ])("are set, read and removed ($profile)", async (options) => {
    const portalId = await world().installed(options);
    const gateway = world().gateway(portalId);
    const email = "a@b.example";
    const contact = await world().make(portalId, "contacts", { email });
    const lonely = await world().make(portalId, "contacts", {
      email: "lonely@b.example",
    });
    const one = await world().make(portalId, "companies", { name: "one" });
    const two = await world().make(portalId, "companies", { name: "two" });
    const made = await gateway.associate(
      contactToCompany,
      [
        { fromId: contact, toId: one, types: [unlabelled, primary] },
        { fromId: contact, toId: two, types: [unlabelled] },
      ],
      bulk,
    );
    expect(made.map(({ kind }) => kind)).toEqual(["result", "result"]);

    const read = async () =>
      gateway.readAssociations(contactToCompany, [contact, lonely], bulk);
    const before = await read();
    expect(before.get(lonely)).toEqual({ edges: [], complete: true });
    expect(before.get(contact)?.complete).toBe(true);
    const edges = before.get(contact)?.edges ?? [];
    expect(edges.map(({ toId }) => toId).toSorted()).toEqual(
      [one, two].toSorted(),
    );
    expect(edges.find(({ primary: is }) => is)?.toId).toBe(one);

    await gateway.removeLabels(
      contactToCompany,
      [{ fromId: contact, toId: one, types: [primary] }],
      bulk,
    );
    const unprimed = (await read()).get(contact)?.edges ?? [];
    expect(unprimed.map(({ toId }) => toId)).toContain(one);
    expect(unprimed.filter(({ primary: is }) => is)).toEqual([]);

    expect(
      await gateway.dissociate(
        contactToCompany,
        [{ fromId: contact, toId: two }],
        bulk,
      ),
    ).toEqual([{ fromId: contact, toId: two, kind: "result" }]);
    const after = (await read()).get(contact)?.edges ?? [];
    expect(after.map(({ toId }) => toId)).toEqual([one]);
  });

  it("to an object that is not there fail alone", async () => {
    const portalId = await world().installed();
    const contact = await world().make(portalId, "contacts", {
      email: "b@b.example",
    });
    const company = await world().make(portalId, "companies", { name: "c" });
    const outcomes = await world()
      .gateway(portalId)
      .associate(
        contactToCompany,
        [
          { fromId: contact, toId: "777777777777", types: [unlabelled] },
          { fromId: contact, toId: company, types: [unlabelled] },
        ],
        bulk,
      );
    const kinds = new Map(outcomes.map(({ toId, kind }) => [toId, kind]));
    expect(kinds.get(company)).toBe("result");
    expect(kinds.get("777777777777")).toBe("error");
  });

  it("of a contact with many companies are read to their end", async () => {
    const portalId = await world().installed();
    const contact = await world().make(portalId, "contacts", {
      email: "many@b.example",
    });
    const gateway = world().gateway(portalId);
    const inputs = [];
    for (let n = 0; n < 620; n++) {
      const toId = await world().make(portalId, "companies", { name: `m${n}` });
      inputs.push({ fromId: contact, toId, types: [unlabelled] });
    }
    await gateway.associate(contactToCompany, inputs, bulk);
    const read = await gateway.readAssociations(
      contactToCompany,
      [contact],
      bulk,
    );
    expect(read.get(contact)?.complete).toBe(true);
    expect(new Set(read.get(contact)?.edges.map(({ toId }) => toId)).size).toBe(
      620,
    );
  });
});

describe("a list of companies", () => {
  const failed = (context: object, category = "INTERNAL_ERROR") => ({
    errors: [{ status: "error", category, message: "", context }],
  });
  const row = { from: { id: "1" }, to: [{ toObjectId: "7" }] };
  const none = { fromObjectId: ["2"] };
  it.each([
    { name: "answered without errors", errors: {}, complete: [true, true] },
    {
      name: "where the second has none",
      errors: failed(none, "OBJECT_NOT_FOUND"),
      complete: [true, true],
    },
    {
      name: "where the second failed",
      errors: failed(none),
      complete: [true, false],
    },
    {
      name: "where an error names nobody",
      errors: failed({}),
      complete: [true, false],
    },
  ])("is complete only if it was read: $name", async ({ errors, complete }) => {
    const lists = await readParentsOf(
      () =>
        Promise.resolve({
          kind: "done",
          status: 207,
          body: { results: [row], ...errors },
          correlationId: null,
        }),
      contactToCompany,
      ["1", "2"],
      bulk,
    );
    expect(["1", "2"].map((id) => lists.get(id)?.complete)).toEqual(complete);
  });
});

describe("definitions", () => {
  it("of owners hold the live and the archived ones", async () => {
    const portalId = await world().installed();
    const users =
      world().sandbox.platform.registry.entry(portalId)?.users ?? [];
    const gone = users.at(-1)?.id;
    await world().control(
      "POST",
      `/portals/${portalId}/users/${gone}/deactivate`,
    );
    const owners = await world().gateway(portalId).owners(bulk);
    expect(owners.filter(({ archived }) => archived)).toHaveLength(1);
    expect(owners.filter(({ archived }) => !archived).length).toBe(
      users.length - 1,
    );
    for (const { email } of owners) expect(email).toBe(email.toLowerCase());
  });

  it("of properties say what can be written; creating one twice answers the one that is there", async () => {
    const portalId = await world().installed();
    const gateway = world().gateway(portalId);
    const definitions = await gateway.properties("contact", bulk);
    const named = new Map(definitions.map((d) => [d.name, d]));
    expect(named.get("email")?.writable).toBe(true);
    expect(named.get("hs_object_id")?.writable).toBe(false);
    expect(named.get("lifecyclestage")?.options.length).toBeGreaterThan(3);
    const definition = {
      name: "counterpart_record_id",
      label: "Counterpart record id",
      type: "string",
      fieldType: "text",
      groupName: "contactinformation",
      description: "Ours.",
      hasUniqueValue: true,
    } as const;
    const made = await gateway.createProperty("contact", definition, bulk);
    const again = await gateway.createProperty("contact", definition, bulk);
    expect(made.hasUniqueValue).toBe(true);
    expect(again).toEqual(made);
  });

  it("of the account name its time zone", async () => {
    const portalId = await world().installed();
    const account = await world().gateway(portalId).accountDetails(bulk);
    expect(account.portalId).toBe(portalId);
    expect(account.timeZone).not.toBe("");
  });
});

import { Client } from "@hubspot/api-client";
import { AssociationSpecAssociationCategoryEnum } from "@hubspot/api-client/lib/codegen/crm/contacts/models/AssociationSpec.js";
import { beforeEach, describe, expect, it } from "vitest";
import {
  openPortal,
  useSandbox,
  type PortalClient,
} from "./crm/portal-client.ts";

const sandbox = useSandbox();
let opened: PortalClient;
let client: Client;

beforeEach(() => {
  opened = openPortal(sandbox());
  client = new Client({ basePath: opened.url, accessToken: opened.token });
});

const unlabeled = {
  associationCategory: AssociationSpecAssociationCategoryEnum.HubspotDefined,
  associationTypeId: 279,
};

async function contact(email: string): Promise<string> {
  const { id } = await client.crm.contacts.basicApi.create({
    properties: { email },
    associations: [],
  });
  return id;
}

async function company(name: string): Promise<string> {
  const { id } = await client.crm.companies.basicApi.create({
    properties: { name },
    associations: [],
  });
  return id;
}

async function failure(
  promise: Promise<unknown>,
): Promise<{ code: unknown; body: unknown }> {
  const error: unknown = await promise.then(
    () => new Error("it went well"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error) || !("code" in error) || !("body" in error)) {
    throw error;
  }
  return { code: error.code, body: error.body };
}

describe("HubSpot's own client, unmodified, on v3 and v4 paths", () => {
  it("creates, reads, updates, lists and archives a contact", async () => {
    const { basicApi } = client.crm.contacts;
    const companyId = await company("Acme");
    const created = await basicApi.create({
      properties: { email: "Ann@X.Example", firstname: "Ann" },
      associations: [{ to: { id: companyId }, types: [unlabeled] }],
    });
    expect(created.properties["email"]).toBe("ann@x.example");
    const byEmail = await basicApi.getById(
      "ann@x.example",
      ["email"],
      ["email"],
      ["companies"],
      false,
      "email",
    );
    expect(byEmail.id).toBe(created.id);
    expect(byEmail.associations?.["companies"]?.results[0]?.id).toBe(companyId);
    expect(byEmail.propertiesWithHistory?.["email"]?.[0]?.value).toBe(
      "ann@x.example",
    );
    const updated = await basicApi.update(created.id, {
      properties: { firstname: "" },
    });
    expect(updated.properties["firstname"]).toBeNull();
    await contact("b@x.example");
    const first = await basicApi.getPage(1, undefined, ["email"]);
    expect(first.results.map(({ id }) => id)).toEqual([created.id]);
    const second = await basicApi.getPage(1, first.paging?.next?.after);
    expect(second.results[0]?.properties["email"]).toBe("b@x.example");
    expect(second.paging).toBeUndefined();
    await basicApi.archive(created.id);
    const archived = await basicApi.getPage(
      10,
      undefined,
      ["email"],
      undefined,
      undefined,
      true,
    );
    expect(archived.results.map(({ id }) => id)).toEqual([created.id]);
  });

  it("works in batches, with what failed beside what went well", async () => {
    const { batchApi } = client.crm.contacts;
    const created = await batchApi.create({
      inputs: ["a@x.example", "a@x.example"].map((email, index) => ({
        properties: { email },
        associations: [],
        objectWriteTraceId: `t${String(index)}`,
      })),
    });
    expect(created.results).toHaveLength(1);
    expect(
      "errors" in created ? created.errors?.[0]?.context : undefined,
    ).toMatchObject({ objectWriteTraceId: ["t1"] });
    const id = created.results[0]?.id ?? "";
    const read = await batchApi.read({
      inputs: [{ id: "a@x.example" }, { id: "nobody@x.example" }],
      idProperty: "email",
      properties: ["email"],
      propertiesWithHistory: [],
    });
    expect(read.results.map((row) => row.id)).toEqual([id]);
    expect("numErrors" in read ? read.numErrors : 0).toBe(1);
    await batchApi.update({ inputs: [{ id, properties: { firstname: "x" } }] });
    const upserted = await batchApi.upsert({
      inputs: ["a@x.example", "n@x.example"].map((email) => ({
        id: email,
        idProperty: "email",
        properties: { lastname: "y" },
      })),
    });
    expect(upserted.results.map((row) => row._new)).toEqual([false, true]);
    await batchApi.archive({ inputs: [{ id }] });
    expect(opened.portal.truth("contacts", true).map((row) => row.id)).toEqual([
      id,
    ]);
  });

  it("searches, merges and forgets", async () => {
    const one = await contact("one@x.example");
    const two = await contact("two@x.example");
    const found = await client.crm.contacts.searchApi.doSearch({
      limit: 1,
      after: "0",
      sorts: ["-email"],
      properties: ["email"],
      filterGroups: [
        {
          filters: [
            {
              propertyName: "email",
              operator: "CONTAINS_TOKEN" as never,
              value: "*x.example",
            },
          ],
        },
      ],
    });
    expect(found.total).toBe(2);
    expect(found.results[0]?.id).toBe(two);
    expect(found.paging?.next?.after).toBe("1");
    const merged = await client.crm.contacts.basicApi.merge({
      primaryObjectId: one,
      objectIdToMerge: two,
    });
    expect([one, two]).not.toContain(merged.id);
    const byOldId = await client.crm.contacts.basicApi.getById(two);
    expect(byOldId.id).toBe(merged.id);
    await client.crm.contacts.basicApi.purge({ objectId: merged.id });
    const gone = await failure(client.crm.contacts.basicApi.getById(merged.id));
    expect(gone.code).toBe(404);
  });

  it("associates, one by one and in batches", async () => {
    const contactId = await contact("a@x.example");
    const companyId = await company("Acme");
    const { v4 } = client.crm.associations;
    await v4.basicApi.createDefault(
      "contacts",
      contactId,
      "companies",
      companyId,
    );
    await v4.basicApi.create("contacts", contactId, "companies", companyId, [
      { ...unlabeled, associationTypeId: 1 },
    ]);
    const page = await v4.basicApi.getPage("contacts", contactId, "companies");
    expect(String(page.results[0]?.toObjectId)).toBe(companyId);
    expect(
      page.results[0]?.associationTypes
        .map(({ typeId }) => typeId)
        .sort((a, b) => a - b),
    ).toEqual([1, 279]);
    const pair = { _from: { id: contactId }, to: { id: companyId } };
    await v4.batchApi.archiveLabels("contacts", "companies", {
      inputs: [{ ...pair, types: [{ ...unlabeled, associationTypeId: 1 }] }],
    });
    const read = await v4.batchApi.getPage("contacts", "companies", {
      inputs: [{ id: contactId }],
    });
    expect(
      read.results[0]?.to[0]?.associationTypes.map(({ typeId }) => typeId),
    ).toEqual([279]);
    await v4.batchApi.archive("contacts", "companies", {
      inputs: [{ _from: { id: contactId }, to: [{ id: companyId }] }],
    });
    await v4.batchApi.create("contacts", "companies", {
      inputs: [{ ...pair, types: [unlabeled] }],
    });
    await v4.batchApi.createDefault("contacts", "companies", {
      inputs: [pair],
    });
    await v4.basicApi.archive("contacts", contactId, "companies", companyId);
    const labels = await v4.schema.definitionsApi.getAll(
      "contacts",
      "companies",
    );
    expect(
      labels.results.map(({ typeId }) => typeId).sort((a, b) => a - b),
    ).toEqual([1, 279]);
    expect(opened.portal.truth("contacts")[0]?.associations).toEqual([]);
  });

  it("defines properties and reads owners and pipelines", async () => {
    const { coreApi, batchApi } = client.crm.properties;
    await coreApi.create("contacts", {
      name: "their_id",
      label: "Their id",
      type: "string" as never,
      fieldType: "text" as never,
      groupName: "contactinformation",
      hasUniqueValue: true,
    });
    const [email] = (
      await batchApi.read("contacts", {
        archived: false,
        inputs: [{ name: "email" }],
      })
    ).results;
    expect(email?.label).toBe("Email");
    const all = await coreApi.getAll("contacts", false);
    expect(
      all.results.find(({ name }) => name === "their_id")?.hasUniqueValue,
    ).toBe(true);
    await coreApi.update("contacts", "their_id", { label: "Id of theirs" });
    await coreApi.archive("contacts", "their_id");
    const owners = await client.crm.owners.ownersApi.getPage(
      undefined,
      undefined,
      100,
      false,
    );
    const owner = await client.crm.owners.ownersApi.getById(
      owners.results[0]?.userId ?? 0,
      "userId",
    );
    expect(owner.id).toBe(owners.results[0]?.id);
    const pipelines = await client.crm.pipelines.pipelinesApi.getAll("deals");
    expect(pipelines.results[0]?.stages.map(({ id }) => id)).toContain(
      "closedwon",
    );
  });

  it("creates deals and notes, by name and by type id", async () => {
    const contactId = await contact("a@x.example");
    const deal = await client.crm.deals.basicApi.create({
      properties: {
        dealname: "Big",
        pipeline: "default",
        dealstage: "closedwon",
      },
      associations: [],
    });
    const read = await client.crm.deals.basicApi.getById(deal.id, [
      "hs_is_closed_won",
    ]);
    expect(read.properties["hs_is_closed_won"]).toBe("true");
    await client.crm.objects.notes.basicApi.create({
      properties: { hs_timestamp: "2026-01-01T00:00:00Z", hs_note_body: "x" },
      associations: [
        {
          to: { id: contactId },
          types: [{ ...unlabeled, associationTypeId: 202 }],
        },
      ],
    });
    const notes = await client.crm.objects.searchApi.doSearch("0-46", {
      limit: 1,
    });
    expect(notes.total).toBe(1);
    expect(
      (await client.crm.objects.basicApi.getPage("notes")).results,
    ).toHaveLength(1);
  });

  it("throws with HubSpot's status and body", async () => {
    const id = await contact("a@x.example");
    const taken = await failure(contact("a@x.example"));
    expect(taken).toMatchObject({
      code: 409,
      body: {
        category: "CONFLICT",
        message: `Contact already exists. Existing ID: ${id}`,
      },
    });
    const unknown = await failure(
      client.crm.contacts.basicApi.update(id, { properties: { nope: "1" } }),
    );
    expect(unknown).toMatchObject({
      code: 400,
      body: { category: "VALIDATION_ERROR" },
    });
  });
});

import { describe, expect, it } from "vitest";
import {
  allScopes,
  openPortal,
  useSandbox,
  type Json,
} from "./portal-client.ts";

const sandbox = useSandbox();
const base = "/crm/objects/2026-09";

const open = (options: Json = {}) =>
  openPortal(sandbox(), options, [...allScopes, "tickets"]);

describe("tickets", () => {
  it("are written, read and searched like other objects, in a pipeline of their own", async () => {
    const { call } = open();
    const made = await call("POST", `${base}/tickets`, {
      properties: { subject: "No heating", hs_pipeline_stage: "1" },
    });
    expect(made.status).toBe(201);
    expect(made.body["properties"]).toMatchObject({
      subject: "No heating",
      hs_pipeline: "0",
      hs_pipeline_stage: "1",
    });
    const path = `${base}/tickets/${String(made.body["id"])}`;
    const moved = await call("PATCH", path, {
      properties: { hs_pipeline_stage: "4" },
    });
    expect(moved.status).toBe(200);
    const found = await call("POST", `${base}/0-5/search`, {
      query: "heating",
    });
    expect(found.body).toMatchObject({
      total: 1,
      results: [{ properties: { hs_pipeline_stage: "4" } }],
    });
  });

  it("are found by their number", async () => {
    const { call } = open();
    const { body } = await call("POST", `${base}/tickets`, {
      properties: { subject: "No heating", hs_pipeline_stage: "1" },
    });
    const id = String(body["id"]);
    const find = async (query: string) =>
      (
        await call("POST", `${base}/tickets/search`, {
          query,
          properties: ["hs_ticket_id"],
        })
      ).body;
    expect(await find(id)).toMatchObject({
      total: 1,
      results: [{ properties: { hs_ticket_id: id } }],
    });
    expect(await find(`9${id}`)).toMatchObject({ total: 0 });
  });

  it.each([
    ["a stage that no pipeline has", { hs_pipeline_stage: "appointment" }],
    ["a pipeline that is not there", { hs_pipeline: "9" }],
    ["no stage at all", { hs_pipeline_stage: "" }],
  ])("are refused for %s", async (_name, properties) => {
    const { call } = open();
    const { status, body } = await call("POST", `${base}/tickets`, {
      properties: { subject: "S", hs_pipeline_stage: "1", ...properties },
    });
    expect([status, body["category"]]).toEqual([400, "VALIDATION_ERROR"]);
  });

  it("need their own scope", async () => {
    const { call } = openPortal(sandbox());
    const { status, body } = await call("GET", `${base}/tickets`);
    expect(status).toBe(403);
    expect(JSON.stringify(body)).toContain('"tickets"');
  });

  it("have open and closed stages", async () => {
    const { call } = open();
    const { body } = await call("GET", "/crm/pipelines/2026-09/tickets/0");
    const stages = body["stages"] as { metadata: Json; createdAt: string }[];
    expect(stages.map(({ metadata }) => metadata["ticketState"])).toEqual([
      "OPEN",
      "OPEN",
      "OPEN",
      "CLOSED",
    ]);
    expect(stages[0]?.createdAt).toBe("1970-01-01T00:00:00Z");
    const added = await call(
      "POST",
      "/crm/pipelines/2026-09/tickets/0/stages",
      { label: "Gone", displayOrder: 4, metadata: { ticketState: "CLOSED" } },
    );
    expect(added.body).toMatchObject({
      metadata: { ticketState: "CLOSED", isClosed: "true" },
    });
  });

  it("are associated with companies, one of them as the primary", async () => {
    const { call } = open();
    const company = await call("POST", `${base}/companies`, {
      properties: { name: "Acme" },
    });
    const made = await call("POST", `${base}/tickets`, {
      properties: { subject: "S", hs_pipeline_stage: "1" },
      associations: [
        {
          to: { id: company.body["id"] },
          types: [
            { associationCategory: "HUBSPOT_DEFINED", associationTypeId: 26 },
          ],
        },
      ],
    });
    const { body } = await call(
      "GET",
      `${base}/tickets/${String(made.body["id"])}/associations/companies`,
    );
    expect(body["results"]).toMatchObject([
      { associationTypes: [{ typeId: 339 }, { typeId: 26 }] },
    ]);
  });
});

describe("communications", () => {
  it("are activities of a contact, with a preview of their body", async () => {
    const { call } = open();
    const contact = await call("POST", `${base}/contacts`, {
      properties: { firstname: "Ann" },
    });
    const made = await call("POST", `${base}/communications`, {
      properties: {
        hs_timestamp: "2026-03-01T10:00:00Z",
        hs_communication_channel_type: "SMS",
        hs_communication_logged_from: "CRM",
        hs_communication_body: "<b>Hello</b> there",
      },
      associations: [
        {
          to: { id: contact.body["id"] },
          types: [
            { associationCategory: "HUBSPOT_DEFINED", associationTypeId: 81 },
          ],
        },
      ],
    });
    expect(made.status).toBe(201);
    expect(made.body["properties"]).toMatchObject({
      hs_body_preview: "Hello there",
    });
    const found = await call("POST", `${base}/0-18/search`, {
      filterGroups: [
        {
          filters: [
            {
              propertyName: "associations.contact",
              operator: "EQ",
              value: contact.body["id"],
            },
          ],
        },
      ],
    });
    expect(found.body).toMatchObject({ total: 1 });
  });
});

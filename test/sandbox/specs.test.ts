import { describe, expect, it } from "vitest";
import {
  allScopes,
  openPortal,
  useSandbox,
  type Json,
} from "./crm/portal-client.ts";
import { theirId } from "./crm/their-id.ts";
import { OpenApiFolder, toJsonSchema } from "./openapi.ts";

describe("OpenAPI schemas as JSON Schema", () => {
  it("say null where OpenAPI says nullable, at any depth", () => {
    expect(
      toJsonSchema({
        properties: { a: { type: "string", nullable: true } },
        items: [{ type: "integer" }],
      }),
    ).toEqual({
      properties: { a: { type: ["string", "null"] } },
      items: [{ type: "integer" }],
    });
  });
});

const folder = process.env["HUBSPOT_SPECS_DIR"];

// Without HubSpot's files there is nothing to check against, and this is no part of the run.
if (folder !== undefined && folder !== "") {
  const sandbox = useSandbox();
  const specs = new OpenApiFolder(folder);
  const objects = "/crm/objects/2026-09";

  /** Opens a portal whose every answer is held against the files, and counts how many there were. */
  const checkedPortal = (options: Json = {}) => {
    const client = openPortal(sandbox(), options, [
      ...allScopes,
      "tickets",
      "crm.schemas.custom.read",
    ]);
    const call = async (
      method: string,
      path: string,
      status: number,
      body?: unknown,
    ): Promise<Json> => {
      const reply = await client.call(method, path, body);
      const shown =
        Object.keys(reply.body).length === 0 ? undefined : reply.body;
      expect(
        { status: reply.status, body: reply.body },
        `${method} ${path}`,
      ).toMatchObject({ status });
      const faults = specs.faults(
        method,
        path.split("?")[0] ?? "",
        status,
        shown,
      );
      expect(faults, `${method} ${path} ${JSON.stringify(shown)}`).toEqual([]);
      return reply.body;
    };
    return { ...client, call };
  };

  const required: Readonly<Record<string, Json>> = {
    contacts: { email: "a@x.example", firstname: "A", hs_lead_status: "NEW" },
    companies: {
      name: "Acme",
      domain: "acme.example",
      numberofemployees: "12",
    },
    deals: { dealname: "D", dealstage: "closedwon", pipeline: "default" },
    tickets: { subject: "T", hs_pipeline_stage: "1" },
    communications: {
      hs_timestamp: "2026-01-01T00:00:00Z",
      hs_communication_channel_type: "SMS",
    },
    tasks: { hs_timestamp: "2026-01-01T00:00:00Z", hs_task_subject: "Call" },
    notes: { hs_timestamp: "2026-01-01T00:00:00Z", hs_note_body: "x" },
    meetings: { hs_meeting_start_time: "2026-01-01T00:00:00Z" },
    calls: { hs_timestamp: "2026-01-01T00:00:00Z", hs_call_duration: "1000" },
    emails: { hs_timestamp: "1767225600000", hs_email_direction: "EMAIL" },
  };

  describe("answers as HubSpot's OpenAPI files have them", () => {
    for (const [type, properties] of Object.entries(required)) {
      it(`for ${type}: one by one, in lists and in batches`, async () => {
        const { call } = checkedPortal();
        const base = `${objects}/${type}`;
        const { id } = await call("POST", base, 201, {
          properties,
          associations: [],
        });
        const path = `${base}/${String(id)}`;
        await call("GET", path, 200);
        await call(
          "GET",
          `${base}?limit=50&properties=hs_createdate&propertiesWithHistory=hubspot_owner_id&associations=contacts`,
          200,
        );
        await call("PATCH", path, 200, { properties });
        await call("POST", `${base}/batch/read`, 200, {
          inputs: [{ id }],
          properties: ["hs_object_id"],
        });
        await call("POST", `${base}/batch/read`, 207, {
          inputs: [{ id }, { id: "1" }],
          properties: [],
        });
        await call("POST", `${base}/batch/update`, 200, {
          inputs: [{ id, properties }],
        });
        await call("POST", `${base}/batch/create`, 207, {
          inputs: [
            {
              properties: { hubspot_owner_id: "nobody" },
              objectWriteTraceId: "t",
            },
            {
              properties: { ...properties, email: "b@x.example" },
              objectWriteTraceId: "u",
            },
          ],
        });
        await call("POST", `${base}/search`, 200, {
          limit: 1,
          filterGroups: [
            {
              filters: [
                { propertyName: "hs_object_id", operator: "GT", value: "0" },
              ],
            },
          ],
        });
        await call("DELETE", path, 204);
        await call("GET", path, 404);
        await call("POST", `${base}/batch/archive`, 204, { inputs: [{ id }] });
        await call("GET", `${base}?archived=true`, 200);
      });
    }

    it("for upserts, merges and privacy deletion", async () => {
      const { call } = checkedPortal();
      await call("POST", "/crm/properties/2026-09/contacts", 201, theirId);
      const base = `${objects}/contacts`;
      const { results } = await call("POST", `${base}/batch/upsert`, 200, {
        inputs: ["1", "2"].map((id) => ({
          id,
          idProperty: "their_id",
          properties: { email: `${id}@x.example` },
        })),
      });
      const ids = (results as { id: string }[]).map(({ id }) => id);
      const merged = await call("POST", `${base}/merge`, 200, {
        primaryObjectId: ids[0],
        objectIdToMerge: ids[1],
      });
      await call(
        "GET",
        `${base}/${String(ids[1])}?properties=hs_merged_object_ids`,
        200,
      );
      await call("POST", `${base}/gdpr-delete`, 204, {
        objectId: merged["id"],
      });
    });

    it("for associations and their labels", async () => {
      const { call } = checkedPortal();
      const { id: contact } = await call("POST", `${objects}/contacts`, 201, {
        properties: required["contacts"],
      });
      const { id: company } = await call("POST", `${objects}/companies`, 201, {
        properties: required["companies"],
      });
      const pair = `${objects}/contacts/${String(contact)}/associations`;
      const batch = "/crm/associations/2026-09/contacts/companies";
      const spec = {
        associationCategory: "HUBSPOT_DEFINED",
        associationTypeId: 1,
      };
      const input = { from: { id: contact }, to: { id: company } };
      await call("PUT", `${pair}/companies/${String(company)}`, 201, [spec]);
      await call("GET", `${pair}/companies`, 200);
      await call("GET", `${objects}/contacts?associations=companies`, 200);
      await call(
        "PUT",
        `${objects}/contacts/${String(contact)}/associations/default/companies/${String(company)}`,
        200,
      );
      await call("POST", `${batch}/batch/read`, 200, {
        inputs: [{ id: contact }],
      });
      await call("POST", `${batch}/batch/read`, 207, { inputs: [{ id: "1" }] });
      await call("POST", `${batch}/batch/create`, 200, {
        inputs: [{ ...input, types: [spec] }],
      });
      await call("POST", `${batch}/batch/labels/archive`, 200, {
        inputs: [{ ...input, types: [spec] }],
      });
      await call("POST", `${batch}/batch/associate/default`, 200, {
        inputs: [input],
      });
      await call("POST", `${batch}/batch/archive`, 200, {
        inputs: [{ from: input.from, to: [input.to] }],
      });
      await call("DELETE", `${pair}/companies/${String(company)}`, 204);
      const { results } = await call("POST", `${batch}/labels`, 200, {
        name: "adviser",
        label: "Adviser",
        inverseLabel: "Advised",
      });
      await call("GET", `${batch}/labels`, 200);
      const typeId = (results as { typeId: number }[])[0]?.typeId;
      await call("PUT", `${batch}/labels`, 204, {
        associationTypeId: typeId,
        label: "Mentor",
      });
      await call("DELETE", `${batch}/labels/${String(typeId)}`, 204);
      await call("DELETE", `${batch}/labels/${String(typeId)}`, 400);
    });

    it("for properties, owners, pipelines and the account", async () => {
      const { call } = checkedPortal();
      for (const type of Object.keys(required)) {
        await call("GET", `/crm/properties/2026-09/${type}`, 200);
      }
      const base = "/crm/properties/2026-09/contacts";
      await call("GET", `${base}/email`, 200);
      await call("POST", `${base}/batch/create`, 200, {
        inputs: [
          {
            name: "colour",
            label: "Colour",
            type: "enumeration",
            fieldType: "select",
            groupName: "contactinformation",
            options: [{ label: "Red", value: "red", hidden: false }],
          },
        ],
      });
      await call("PATCH", `${base}/colour`, 200, {
        options: [
          { label: "Blue", value: "blue", hidden: false, displayOrder: 1 },
        ],
      });
      await call("POST", `${base}/batch/read`, 200, {
        inputs: [{ name: "colour" }],
      });
      await call("DELETE", `${base}/colour`, 204);
      await call("GET", `${base}/colour`, 404);
      await call("GET", `${base}/groups`, 200);
      await call("POST", `${base}/groups`, 201, { name: "ours", label: "O" });
      await call("PATCH", `${base}/groups/ours`, 200, { displayOrder: 1 });
      await call("DELETE", `${base}/groups/contactinformation`, 400);
      await call("DELETE", `${base}/groups/ours`, 204);
      const { results } = await call("GET", "/crm/owners/2026-09", 200);
      const owner = (results as { id: string }[])[0]?.id ?? "";
      await call("GET", `/crm/owners/2026-09/${owner}`, 200);
      await call("GET", "/crm/pipelines/2026-09/deals", 200);
      await call("GET", "/crm/pipelines/2026-09/deals/default/stages", 200);
      await call("POST", "/crm/pipelines/2026-09/deals", 201, {
        label: "Second",
        displayOrder: 1,
        stages: [
          { label: "New", displayOrder: 0, metadata: { probability: "0.1" } },
        ],
      });
      const stage = {
        label: "New",
        displayOrder: 0,
        metadata: { probability: "0.1" },
      };
      await call("PUT", "/crm/pipelines/2026-09/deals/default", 200, {
        label: "Replaced",
        displayOrder: 0,
        stages: [{ ...stage, stageId: "contractsent" }],
      });
      await call(
        "PUT",
        "/crm/pipelines/2026-09/deals/default/stages/contractsent",
        200,
        stage,
      );
      await call("GET", "/crm/pipelines/2026-09/deals/default/audit", 200);
      await call(
        "GET",
        "/crm/pipelines/2026-09/deals/default/stages/contractsent/audit",
        200,
      );
      await call("GET", "/account-info/2026-09/details", 200);
    });

    it("for limits, schemas and validations", async () => {
      const { call } = checkedPortal();
      for (const limit of [
        "custom-properties",
        "calculated-properties",
        "custom-object-types",
        "pipelines",
        "records",
        "associations/labels",
        "associations/records/from",
        "associations/records/0-1/to",
        "associations/records/0-1/0-2",
      ])
        await call("GET", `/crm/limits/2026-09/${limit}`, 200);
      await call("GET", "/crm-object-schemas/2026-09/schemas", 200);
      for (const type of Object.keys(required))
        await call("GET", `/crm-object-schemas/2026-09/schemas/${type}`, 200);
      const base = "/crm/property-validations/2026-09/0-1";
      const rule = `${base}/lastname/rule-type/MAX_LENGTH`;
      await call("PUT", rule, 204, { ruleArguments: ["40"] });
      await call("GET", base, 200);
      await call("GET", `${base}/lastname`, 200);
      await call("GET", rule, 200);
    });

    it("for what is refused", async () => {
      const { call } = checkedPortal();
      const base = `${objects}/contacts`;
      await call("POST", base, 201, { properties: required["contacts"] });
      await call("POST", base, 409, { properties: required["contacts"] });
      await call("POST", base, 400, { properties: { nope: "x" } });
      await call("POST", base, 400, { properties: { email: "no email" } });
      await call("POST", `${base}/search`, 400, { limit: 201 });
      await call("POST", `${objects}/butterflies/search`, 400, {});
      await call("GET", `${base}/not-a-number`, 404);
    });
  });
}

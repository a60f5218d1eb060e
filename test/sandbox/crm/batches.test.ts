import { describe, expect, it } from "vitest";
import {
  openPortal,
  useSandbox,
  type Json,
  type PortalClient,
} from "./portal-client.ts";
import { theirId } from "./their-id.ts";
import { user } from "./user.ts";

const sandbox = useSandbox();
const base = "/crm/objects/2026-09/contacts";
const batch = `${base}/batch`;

type Row = {
  id: string;
  properties: Json;
  new?: boolean;
  objectWriteTraceId?: string;
};
type BatchError = {
  category: string;
  message: string;
  context: Record<string, string[]>;
};

const open = (options: Json = {}) => openPortal(sandbox(), options);
const results = (body: Json) => body["results"] as Row[];
const errors = (body: Json) => (body["errors"] ?? []) as BatchError[];

async function make(
  client: PortalClient,
  ...emails: string[]
): Promise<string[]> {
  const { body } = await client.call("POST", `${batch}/create`, {
    inputs: emails.map((email) => ({ properties: { email } })),
  });
  return results(body).map((row) => row.id);
}

async function withUnique(options: Json = {}): Promise<PortalClient> {
  const client = open(options);
  await client.call("POST", "/crm/properties/2026-09/contacts", theirId);
  return client;
}

describe("batch create", () => {
  it("without trace ids is all or nothing, and does not say who is in the way", async () => {
    const client = open();
    await make(client, "a@x.example");
    const reply = await client.call("POST", `${batch}/create`, {
      inputs: [
        { properties: { email: "b@x.example" } },
        { properties: { email: "a@x.example" } },
      ],
    });
    expect(reply.status).toBe(409);
    expect(reply.body["message"]).toBe("Contact already exists");
    expect(client.portal.truth("contacts")).toHaveLength(1);
    const twins = await client.call("POST", `${batch}/create`, {
      inputs: [
        { properties: { email: "c@x.example" } },
        { properties: { email: "C@x.example" } },
      ],
    });
    expect(twins.status).toBe(409);
    expect(client.portal.truth("contacts")).toHaveLength(1);
  });

  it("with trace ids answers 207, errors apart, each with its trace id and the existing id", async () => {
    const client = open();
    const [existing] = await make(client, "a@x.example");
    const reply = await client.call("POST", `${batch}/create`, {
      inputs: [
        { objectWriteTraceId: "t0", properties: { email: "a@x.example" } },
        { objectWriteTraceId: "t1", properties: { email: "b@x.example" } },
        { objectWriteTraceId: "t2", properties: { email: "bad" } },
      ],
    });
    expect(reply.status).toBe(207);
    expect(results(reply.body).map((row) => row.objectWriteTraceId)).toEqual([
      "t1",
    ]);
    expect(reply.body["numErrors"]).toBe(2);
    expect(errors(reply.body)[0]).toMatchObject({
      category: "CONFLICT",
      message: `Contact already exists. Existing ID: ${String(existing)}`,
      context: { objectWriteTraceId: ["t0"], existingId: [existing] },
    });
    expect(errors(reply.body)[1]?.context["objectWriteTraceId"]).toEqual([
      "t2",
    ]);
    const whole = open({ partialStatus: 200 });
    const plain = await whole.call("POST", `${batch}/create`, {
      inputs: [{ objectWriteTraceId: "t", properties: { email: "bad" } }],
    });
    expect([plain.status, plain.body["numErrors"]]).toEqual([201, 1]);
  });

  it("associates while creating, and refuses types of the other direction", async () => {
    const client = open();
    const company = client.portal.create(
      "companies",
      { name: "Acme" },
      [],
      user,
    );
    const input = (associationTypeId: number) => ({
      objectWriteTraceId: "t",
      properties: { firstname: "A" },
      associations: [
        {
          to: { id: company.id },
          types: [
            { associationCategory: "HUBSPOT_DEFINED", associationTypeId },
          ],
        },
      ],
    });
    const wrong = await client.call("POST", `${batch}/create`, {
      inputs: [input(280)],
    });
    expect(errors(wrong.body)[0]?.message).toContain("expected: 0-2");
    await client.call("POST", `${batch}/create`, { inputs: [input(1)] });
    expect(client.portal.truth("contacts")[0]?.associations).toMatchObject([
      { toId: company.id, primary: true },
    ]);
  });
});

describe("batch read", () => {
  it("answers what is there once each, and names the ids that are not", async () => {
    const client = open();
    const [one, two] = await make(client, "a@x.example", "b@x.example");
    const reply = await client.call("POST", `${batch}/read`, {
      inputs: [{ id: two }, { id: "1" }, { id: one }, { id: one }],
      properties: ["email"],
    });
    expect(reply.status).toBe(207);
    expect(results(reply.body).map((row) => row.id)).toEqual([one, two]);
    expect(errors(reply.body)).toMatchObject([
      {
        category: "OBJECT_NOT_FOUND",
        message:
          "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
        context: { ids: ["1"] },
      },
    ]);
    await client.call("DELETE", `${base}/${String(one)}`);
    const archived = await client.call("POST", `${batch}/read?archived=true`, {
      inputs: [{ id: one }, { id: two }],
    });
    expect(results(archived.body).map((row) => row.id)).toEqual([one]);
    const tooMany = {
      inputs: Array.from({ length: 101 }, (_, n) => ({ id: String(n) })),
    };
    expect((await client.call("POST", `${batch}/read`, tooMany)).status).toBe(
      400,
    );
  });
});

describe("batch update", () => {
  it("fails alone, or by option whole", async () => {
    for (const batchUpdateFailsWhole of [true, false]) {
      const client = open({ batchUpdateFailsWhole });
      const [one, two] = await make(client, "a@x.example", "b@x.example");
      const reply = await client.call("POST", `${batch}/update`, {
        inputs: [
          { id: one, objectWriteTraceId: "t0", properties: { firstname: "A" } },
          {
            id: two,
            objectWriteTraceId: "t1",
            properties: { email: "a@x.example" },
          },
        ],
      });
      expect(reply.status).toBe(batchUpdateFailsWhole ? 400 : 207);
      const names = client.portal
        .truth("contacts")
        .map((row) => row.properties["firstname"]);
      expect(names).toEqual([
        batchUpdateFailsWhole ? undefined : "A",
        undefined,
      ]);
      if (!batchUpdateFailsWhole)
        expect(errors(reply.body)[0]?.context["objectWriteTraceId"]).toEqual([
          "t1",
        ]);
    }
  });

  it("refuses an id that comes twice", async () => {
    const client = open();
    const [one] = await make(client, "a@x.example");
    const reply = await client.call("POST", `${batch}/update`, {
      inputs: [1, 2].map((n) => ({
        id: one,
        properties: { firstname: String(n) },
      })),
    });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({
      message: `Duplicate IDs found in batch input: [${String(one)}]. IDs must be unique`,
      context: { ids: [one] },
    });
  });

  it("gives all rows of a batch one modified date", async () => {
    const client = open();
    const made = await make(client, "a@x.example", "b@x.example");
    await client.call("POST", `${batch}/update`, {
      inputs: made.map((id) => ({ id, properties: { city: "Bonn" } })),
    });
    expect(
      new Set(client.portal.truth("contacts").map((row) => row.updatedAt)).size,
    ).toBe(1);
  });
});

describe("batch upsert", () => {
  it("creates once, whatever is repeated", async () => {
    const client = await withUnique();
    const input = {
      id: "u1",
      idProperty: "their_id",
      properties: { email: "a@x.example" },
    };
    const first = await client.call("POST", `${batch}/upsert`, {
      inputs: [input],
    });
    const second = await client.call("POST", `${batch}/upsert`, {
      inputs: [{ ...input, properties: { city: "Bonn" } }],
    });
    expect(results(first.body)[0]?.new).toBe(true);
    expect(results(second.body)[0]).toMatchObject({
      new: false,
      id: results(first.body)[0]?.id,
    });
    expect(client.portal.truth("contacts")).toHaveLength(1);
  });

  it("by email fails whole; by a custom property alone, or by option whole", async () => {
    for (const [options, idProperty, whole] of [
      [{}, "email", true],
      [{ upsertFailsWhole: false }, "their_id", false],
      [{ upsertFailsWhole: true }, "their_id", true],
    ] as const) {
      const client = await withUnique(options);
      const reply = await client.call("POST", `${batch}/upsert`, {
        inputs: ["1@x.example", "2@x.example"].map((id, index) => ({
          id,
          idProperty,
          objectWriteTraceId: `t${String(index)}`,
          properties: {
            firstname: "A",
            ...(index === 1 ? { lifecyclestage: "friend" } : {}),
          },
        })),
      });
      expect(reply.status, idProperty).toBe(whole ? 400 : 207);
      expect(client.portal.truth("contacts")).toHaveLength(whole ? 0 : 1);
    }
  });

  it("names who holds the email that a new contact would need", async () => {
    const client = await withUnique();
    const [existing] = await make(client, "a@x.example");
    const reply = await client.call("POST", `${batch}/upsert`, {
      inputs: [
        {
          id: "u1",
          idProperty: "their_id",
          objectWriteTraceId: "t",
          properties: { email: "a@x.example" },
        },
      ],
    });
    expect(errors(reply.body)[0]?.context).toEqual({
      objectWriteTraceId: ["t"],
      existingId: [existing],
    });
  });
});

describe("batch archive", () => {
  it("answers 204 also for ids that nobody has", async () => {
    const client = open();
    const [one] = await make(client, "a@x.example");
    const reply = await client.call("POST", `${batch}/archive`, {
      inputs: [{ id: one }, { id: "1" }],
    });
    expect(reply.status).toBe(204);
    expect(client.portal.truth("contacts", false)).toEqual([]);
  });
});

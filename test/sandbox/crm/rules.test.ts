import { describe, expect, it } from "vitest";
import {
  openPortal,
  useSandbox,
  type Json,
  type PortalClient,
} from "./portal-client.ts";
import { user } from "./user.ts";

const sandbox = useSandbox();
const contacts = "/crm/objects/2026-09/contacts";

/** A portal in which a customer needs a phone number, and a new contact a last name. */
async function open(): Promise<PortalClient> {
  const client = openPortal(sandbox());
  const rules = {
    required: ["lastname"],
    conditional: [
      { property: "lifecyclestage", value: "customer", requires: ["phone"] },
    ],
    listed: false,
  };
  const response = await fetch(
    `${client.url}/sandbox/portals/${client.portal.portalId}/rules/contacts`,
    { method: "PUT", body: JSON.stringify(rules) },
  );
  expect([response.status, await response.json()]).toEqual([200, rules]);
  return client;
}

const errorsOf = ({ body }: { body: Json }) =>
  (
    body["errors"] as { code: string; context: { propertyName: string[] } }[]
  ).map(({ code, context }) => [code, ...context.propertyName]);

describe("an admin's rules", () => {
  it("name every property that a new object lacks", async () => {
    const { call, portal } = await open();
    const refused = await call("POST", contacts, {
      properties: { email: "a@x.example", lifecyclestage: "customer" },
    });
    expect([refused.status, refused.body["category"]]).toEqual([
      400,
      "VALIDATION_ERROR",
    ]);
    expect(errorsOf(refused)).toEqual([
      ["MISSING_REQUIRED_PROPERTY", "lastname"],
      ["MISSING_CONDITIONAL_REQUIRED_PROPERTY", "phone"],
    ]);
    expect(portal.truth("contacts")).toEqual([]);
    const properties = {
      email: "a@x.example",
      lastname: "A",
      lifecyclestage: "customer",
      phone: "1",
    };
    expect((await call("POST", contacts, { properties })).status).toBe(201);
  });

  it("hold for an update that meets a condition or takes away what it requires, and for no other", async () => {
    const { call } = await open();
    const { body } = await call("POST", contacts, {
      properties: { email: "a@x.example", lastname: "A" },
    });
    const update = (properties: Json) =>
      call("PATCH", `${contacts}/${String(body["id"])}`, { properties });
    expect((await update({ lastname: "" })).status).toBe(200);
    const refused = await update({ lifecyclestage: "customer" });
    expect(refused.status).toBe(400);
    expect(errorsOf(refused)).toEqual([
      ["MISSING_CONDITIONAL_REQUIRED_PROPERTY", "phone"],
    ]);
    expect(
      (await update({ lifecyclestage: "customer", phone: "1" })).status,
    ).toBe(200);
    expect((await update({ city: "Bonn" })).status).toBe(200);
    expect((await update({ phone: "" })).status).toBe(400);
  });

  it("fail one input of a batch alone", async () => {
    const { call } = await open();
    const { status, body } = await call("POST", `${contacts}/batch/create`, {
      inputs: [
        { properties: { firstname: "A" }, objectWriteTraceId: "t" },
        { properties: { lastname: "B" }, objectWriteTraceId: "u" },
      ],
    });
    expect(status).toBe(207);
    expect(body["results"]).toHaveLength(1);
    expect(body["errors"]).toMatchObject([
      {
        context: { objectWriteTraceId: ["t"] },
        errors: [{ code: "MISSING_REQUIRED_PROPERTY" }],
      },
    ]);
  });

  it("bind users, and apps from version 2026-09 on", async () => {
    const { call, portal } = await open();
    const body = { properties: { firstname: "A" } };
    for (const [base, status] of [
      ["/crm/objects/2026-09", 400],
      ["/crm/objects/2026-03", 201],
      ["/crm/v3/objects", 201],
    ] as const)
      expect((await call("POST", `${base}/contacts`, body)).status).toBe(
        status,
      );
    expect(() =>
      portal.create("contacts", { firstname: "A" }, [], user),
    ).toThrow(/invalid/);
  });

  it("cannot be about a property that does not exist", async () => {
    const { url, portal } = openPortal(sandbox());
    const { status } = await fetch(
      `${url}/sandbox/portals/${portal.portalId}/rules/contacts`,
      { method: "PUT", body: JSON.stringify({ required: ["nope"] }) },
    );
    expect(status).toBe(404);
  });
});

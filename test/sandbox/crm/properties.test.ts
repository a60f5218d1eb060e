import { describe, expect, it } from "vitest";
import { openPortal, useSandbox, type Json } from "./portal-client.ts";
import { user } from "./user.ts";

const sandbox = useSandbox();
const base = "/crm/properties/2026-09/contacts";
const contacts = "/crm/objects/2026-09/contacts";

const text = (name: string, more: Json = {}) => ({
  name,
  label: name,
  type: "string",
  fieldType: "text",
  groupName: "contactinformation",
  ...more,
});

describe("property definitions", () => {
  it("of HubSpot's own say what can be written", async () => {
    const { call } = openPortal(sandbox());
    const { body } = await call("GET", base);
    const all = body["results"] as {
      name: string;
      calculated: boolean;
      modificationMetadata: Json;
      type: string;
    }[];
    const find = (name: string) =>
      all.find((property) => property.name === name);
    expect(find("email")?.modificationMetadata["readOnlyValue"]).toBe(false);
    expect(find("hs_object_id")?.modificationMetadata["readOnlyValue"]).toBe(
      true,
    );
    expect(find("hs_email_domain")?.calculated).toBe(true);
    expect(find("hubspot_owner_id")).toMatchObject({
      externalOptions: true,
      referencedObjectType: "OWNER",
      options: [],
    });
    expect(find("hs_language")?.type).toBe("enumeration");
  });

  it("are made with 201, once; an archived one comes back with its values", async () => {
    const { call } = openPortal(sandbox());
    expect((await call("POST", base, text("colour"))).status).toBe(201);
    const again = await call("POST", base, text("colour"));
    expect(again.body).toMatchObject({
      category: "OBJECT_ALREADY_EXISTS",
      subCategory: "Properties.PROPERTY_WITH_NAME_EXISTS",
    });
    expect(again.status).toBe(409);
    const { body } = await call("POST", contacts, {
      properties: { firstname: "A", colour: "red" },
    });
    const path = `${contacts}/${String(body["id"])}?properties=colour`;
    await call("DELETE", `${base}/colour`);
    expect((await call("GET", `${base}/colour`)).status).toBe(404);
    expect((await call("GET", `${base}/colour?archived=true`)).status).toBe(
      200,
    );
    expect((await call("GET", path)).body["properties"]).not.toHaveProperty(
      "colour",
    );
    expect(
      (await call("PATCH", path, { properties: { colour: "blue" } })).status,
    ).toBe(400);
    await call("POST", base, text("colour"));
    expect((await call("GET", path)).body["properties"]).toHaveProperty(
      "colour",
      "red",
    );
  });

  it("take a new list of options whole; values outside of it are refused from then on", async () => {
    const { call } = openPortal(sandbox());
    const options = (...values: string[]) =>
      values.map((value) => ({ value, label: value, hidden: false }));
    await call(
      "POST",
      base,
      text("size", {
        type: "enumeration",
        fieldType: "select",
        options: options("s", "m"),
      }),
    );
    const write = (size: string) =>
      call("POST", contacts, { properties: { firstname: "A", size } });
    expect((await write("s")).status).toBe(201);
    const patched = await call("PATCH", `${base}/size`, {
      options: options("m", "l"),
    });
    expect(
      (patched.body["options"] as Json[]).map(({ value }) => value),
    ).toEqual(["m", "l"]);
    expect((await write("s")).body["message"]).toContain("INVALID_OPTION");
    expect((await write("l")).status).toBe(201);
    expect(
      (
        await call("PATCH", `${base}/lifecyclestage`, {
          options: options("lead", "vip"),
        })
      ).status,
    ).toBe(200);
    expect(
      (await call("PATCH", `${base}/lifecyclestage`, { label: "Stage" }))
        .status,
    ).toBe(400);
  });

  it("keep values unique where they say so, also within a batch", async () => {
    const { call, portal } = openPortal(sandbox());
    await call("POST", base, text("their_id", { hasUniqueValue: true }));
    await call("POST", contacts, {
      properties: { firstname: "A", their_id: "1" },
    });
    const taken = await call("POST", contacts, {
      properties: { firstname: "B", their_id: "1" },
    });
    expect(taken.status).toBe(400);
    expect(taken.body["message"]).toContain("already has that value.");
    const twins = {
      inputs: ["2", "2"].map((their_id) => ({
        properties: { firstname: "C", their_id },
      })),
    };
    expect((await call("POST", `${contacts}/batch/create`, twins)).status).toBe(
      400,
    );
    expect(portal.truth("contacts")).toHaveLength(1);
  });

  it("are limited in number by the customer's plan", async () => {
    const { call } = openPortal(sandbox(), {
      customProperties: 2,
      uniqueProperties: 1,
    });
    expect(
      (await call("POST", base, text("one", { hasUniqueValue: true }))).status,
    ).toBe(201);
    expect(
      (await call("POST", base, text("two", { hasUniqueValue: true }))).status,
    ).toBe(400);
    expect((await call("POST", base, text("two"))).status).toBe(201);
    expect((await call("POST", base, text("three"))).status).toBe(400);
    const { body } = await call("GET", "/crm/limits/2026-09/custom-properties");
    expect((body["byObjectType"] as Json[])[0]).toMatchObject({
      objectTypeId: "0-1",
      limit: 2,
      usage: 2,
    });
  });

  it("need a sound name, type and group", async () => {
    const { call } = openPortal(sandbox());
    const wrong: Json[] = [
      text("Upper"),
      text("1st"),
      text("x", { type: "colour" }),
      text("x", { fieldType: "paint" }),
      text("x", { groupName: "nowhere" }),
      text("x", { type: "enumeration", fieldType: "select" }),
      { name: "x" },
    ];
    for (const input of wrong)
      expect(
        (await call("POST", base, input)).status,
        JSON.stringify(input),
      ).toBe(400);
  });

  it("move only to a group that exists", async () => {
    const { call } = openPortal(sandbox());
    await call("POST", base, text("colour"));
    const move = async (groupName: string) =>
      (await call("PATCH", `${base}/colour`, { groupName })).status;
    expect([await move("nowhere"), await move("emailinformation")]).toEqual([
      400, 200,
    ]);
  });

  it("count against the plan again when they come back", async () => {
    const { call } = openPortal(sandbox(), { customProperties: 1 });
    await call("POST", base, text("one"));
    await call("DELETE", `${base}/one`);
    await call("POST", base, text("two"));
    expect((await call("POST", base, text("one"))).status).toBe(400);
  });

  it("keep their values unique while they are archived, whatever is merged", async () => {
    const { call, portal } = openPortal(sandbox());
    const unique = text("their_id", { hasUniqueValue: true });
    await call("POST", base, unique);
    const [one, two] = ["1", "2"].map(
      (their_id) =>
        portal.create("contacts", { firstname: "A", their_id }, [], user).id,
    );
    await call("DELETE", `${base}/their_id`);
    const { id } = portal.merge("contacts", String(one), String(two), user);
    await call("POST", base, unique);
    const found = await call("GET", `${contacts}/1?idProperty=their_id`);
    expect([found.status, found.body["id"]]).toEqual([200, id]);
  });

  it("need their scope to be made, and any scope of the object to be read", async () => {
    const reader = openPortal(sandbox(), {}, ["crm.objects.contacts.read"]);
    expect((await reader.call("GET", base)).status).toBe(200);
    const refused = await reader.call("POST", base, text("x"));
    expect([refused.status, refused.body["category"]]).toEqual([
      403,
      "MISSING_SCOPES",
    ]);
    expect(
      (await reader.call("GET", "/crm/properties/2026-09/deals")).status,
    ).toBe(403);
    expect(
      (await reader.call("GET", "/crm/objects/2026-09/emails")).status,
    ).toBe(403);
    expect(
      (await reader.call("GET", "/crm/objects/2026-09/notes")).status,
    ).toBe(200);
  });
});

describe("property groups", () => {
  const groups = `${base}/groups`;
  const names = async (call: ReturnType<typeof openPortal>["call"]) =>
    ((await call("GET", groups)).body["results"] as { name: string }[]).map(
      ({ name }) => name,
    );

  it("are made, changed in label and place, and archived", async () => {
    const { call } = openPortal(sandbox());
    const made = await call("POST", groups, { name: "ours", label: "Ours" });
    expect([made.status, made.body]).toEqual([
      201,
      { name: "ours", label: "Ours", displayOrder: -1, archived: false },
    ]);
    expect(
      (await call("POST", groups, { name: "ours", label: "Ours" })).status,
    ).toBe(409);
    const changed = await call("PATCH", `${groups}/ours`, {
      label: "All ours",
      displayOrder: 2,
    });
    expect([changed.status, changed.body]).toEqual([
      200,
      { name: "ours", label: "All ours", displayOrder: 2, archived: false },
    ]);
    expect((await call("DELETE", `${groups}/ours`)).status).toBe(204);
    expect(await names(call)).not.toContain("ours");
    for (const method of ["GET", "PATCH", "DELETE"])
      expect(
        (
          await call(
            method,
            `${groups}/ours`,
            method === "PATCH" ? {} : undefined,
          )
        ).status,
      ).toBe(404);
    expect(
      (await call("POST", base, text("x", { groupName: "ours" }))).status,
    ).toBe(400);
  });

  it("are not archived while a property is in them", async () => {
    const { call } = openPortal(sandbox());
    await call("POST", groups, { name: "ours", label: "Ours" });
    await call("POST", base, text("colour", { groupName: "ours" }));
    const refused = await call("DELETE", `${groups}/ours`);
    expect([refused.status, refused.body["subCategory"]]).toEqual([
      400,
      "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
    ]);
    await call("DELETE", `${base}/colour`);
    expect((await call("DELETE", `${groups}/ours`)).status).toBe(204);
  });
});

describe("property validations", () => {
  it("are set by an app, and replace the rule of the same kind", async () => {
    const { call } = openPortal(sandbox());
    const one = "/crm/property-validations/2026-09/contacts/lastname";
    const rule = (type: string) => `${one}/rule-type/${type}`;
    for (const [type, argument] of [
      ["MAX_LENGTH", "2"],
      ["MIN_LENGTH", "1"],
      ["MAX_LENGTH", "3"],
    ] as const) {
      const body = { ruleArguments: [argument] };
      expect((await call("PUT", rule(type), body)).status).toBe(204);
    }
    expect((await call("GET", one)).body["results"]).toEqual([
      {
        ruleType: "MIN_LENGTH",
        ruleArguments: ["1"],
        shouldApplyNormalization: false,
      },
      {
        ruleType: "MAX_LENGTH",
        ruleArguments: ["3"],
        shouldApplyNormalization: false,
      },
    ]);
    const write = async (lastname: string) =>
      (
        await call("POST", "/crm/objects/2026-09/contacts", {
          properties: { lastname },
        })
      ).status;
    expect([await write("Lee"), await write("Leeson")]).toEqual([201, 400]);
    expect((await call("PUT", rule("REGEX"), {})).status).toBe(400);
  });
});

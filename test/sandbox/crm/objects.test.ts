import { describe, expect, it } from "vitest";
import { openPortal, useSandbox, type Json } from "./portal-client.ts";
import { user } from "./user.ts";

const sandbox = useSandbox();
const contacts = "/crm/objects/2026-09/contacts";
const companies = "/crm/objects/2026-09/companies";

const open = (options: Json = {}) => openPortal(sandbox(), options);
const id = (reply: { body: Json }) => String(reply.body["id"]);
const ids = (reply: { body: Json }) =>
  (reply.body["results"] as { id: string }[]).map((row) => row.id);

describe("creating a contact", () => {
  it("answers 201 with the values as HubSpot rewrote them, and beyond 32-bit ids", async () => {
    const { call } = open();
    const created = await call("POST", contacts, {
      properties: { email: "  Ann@X.Example ", firstname: " Ann  " },
    });
    expect(created.status).toBe(201);
    expect(created.body["properties"]).toMatchObject({
      email: "ann@x.example",
      firstname: "Ann",
    });
    expect(Number(created.body["id"])).toBeGreaterThan(2 ** 32);
    expect(created.body["updatedAt"]).toBe(
      (created.body["properties"] as Json)["lastmodifieddate"],
    );
  });

  it("refuses an email that exists with 409, its message naming who has it", async () => {
    const { call } = open();
    const first = await call("POST", contacts, {
      properties: { email: "a@x.example" },
    });
    const second = await call("POST", contacts, {
      properties: { email: "A@x.example" },
    });
    expect(second.status).toBe(409);
    expect(second.body).toEqual({
      status: "error",
      message: `Contact already exists. Existing ID: ${id(first)}`,
      correlationId: second.headers.get("x-hubspot-correlation-id"),
      category: "CONFLICT",
    });
  });

  it("refuses what it does not know or like, in errors[] and in the message's JSON", async () => {
    const { call, portal } = open();
    const reply = await call("POST", contacts, {
      properties: {
        email: "no email",
        nope: "1",
        lifecyclestage: "friend",
        hs_object_id: "7",
        hs_email_domain: "x",
        hubspot_owner_id: String(portal.users[0]?.userId),
      },
    });
    expect(reply.status).toBe(400);
    expect(reply.body["category"]).toBe("VALIDATION_ERROR");
    const codes = (
      reply.body["errors"] as { code: string; context: Json }[]
    ).map(({ code, context }) => [
      (context["propertyName"] as string[])[0],
      code,
    ]);
    expect(codes).toEqual([
      ["email", "INVALID_EMAIL"],
      ["nope", "PROPERTY_DOESNT_EXIST"],
      ["lifecyclestage", "INVALID_OPTION"],
      ["hs_object_id", "READ_ONLY_VALUE"],
      ["hs_email_domain", "READ_ONLY_VALUE"],
      ["hubspot_owner_id", "INVALID_OWNER_ID"],
    ]);
    const message = String(reply.body["message"]);
    expect(message.startsWith("Property values were not valid: [{")).toBe(true);
    const inMessage = JSON.parse(
      message.slice(message.indexOf("[")),
    ) as unknown[];
    expect(inMessage[1]).toEqual({
      isValid: false,
      message: 'Property "nope" does not exist',
      error: "PROPERTY_DOESNT_EXIST",
      name: "nope",
      localizedErrorMessage: 'Property "nope" does not exist',
      portalId: portal.portalId,
    });
    expect(portal.truth("contacts")).toEqual([]);
  });

  it("carries no errors[] in a portal that answers the older way", async () => {
    const { call } = open({ errorsInArray: false });
    const reply = await call("POST", contacts, { properties: { nope: "1" } });
    expect(reply.body).not.toHaveProperty("errors");
    expect(reply.body["message"]).toContain("PROPERTY_DOESNT_EXIST");
  });

  it("needs an email or a name; a deal needs its stage", async () => {
    const { call } = open();
    expect(
      (await call("POST", contacts, { properties: { city: "Berlin" } })).status,
    ).toBe(400);
    const deal = await call("POST", "/crm/objects/2026-09/deals", {
      properties: { dealname: "D", pipeline: "default" },
    });
    expect(deal.status).toBe(400);
    expect(deal.body["context"]).toEqual({ properties: ["dealstage"] });
    const foreign = await call("POST", "/crm/objects/2026-09/deals", {
      properties: { dealname: "D", pipeline: "default", dealstage: "nowhere" },
    });
    expect(foreign.body["message"]).toContain("INVALID_OPTION");
  });
});

describe("reading", () => {
  it("finds by id, by email and by additional email, and says 404 in two ways", async () => {
    const { call } = open();
    const created = await call("POST", contacts, {
      properties: { email: "a@x.example" },
    });
    expect(
      id(await call("GET", `${contacts}/A%40x.example?idProperty=email`)),
    ).toBe(id(created));
    expect((await call("GET", `${contacts}/999`)).body).toMatchObject({
      message: "resource not found",
    });
    expect((await call("GET", `${contacts}/abc`)).body).toMatchObject({
      message: "Object not found.  objectId are usually numeric.",
      context: { id: ["abc"] },
    });
    expect(
      (await call("GET", `${contacts}/x?idProperty=firstname`)).status,
    ).toBe(400);
    const bare = open({ notFoundHasCategory: false });
    expect((await bare.call("GET", `${contacts}/999`)).body).not.toHaveProperty(
      "category",
    );
  });

  it("finds a company by its domain, alone and in a batch, or by option refuses to", async () => {
    for (const domainFindsCompany of [true, false]) {
      const { call } = open({ domainFindsCompany });
      const made = await call("POST", companies, {
        properties: { domain: "acme.example" },
      });
      const alone = await call(
        "GET",
        `${companies}/acme.example?idProperty=domain`,
      );
      const batch = await call("POST", `${companies}/batch/read`, {
        idProperty: "domain",
        properties: ["domain"],
        inputs: [{ id: "acme.example" }],
      });
      if (domainFindsCompany) {
        expect(id(alone)).toBe(id(made));
        expect(ids(batch)).toEqual([id(made)]);
        await call("DELETE", `${companies}/${id(made)}`);
        expect(
          (await call("GET", `${companies}/acme.example?idProperty=domain`))
            .status,
        ).toBe(404);
      } else {
        for (const refused of [alone, batch]) {
          expect(refused.status).toBe(400);
          expect(refused.body["message"]).toContain(
            '"domain" is not a unique identifier property of companies',
          );
        }
      }
    }
  });

  it("shows only properties that exist and were asked for, null where there is no value", async () => {
    const { call } = open();
    const created = await call("POST", contacts, {
      properties: { email: "a@x.example", city: "Berlin" },
    });
    const read = await call(
      "GET",
      `${contacts}/${id(created)}?properties=city,state&properties=nope`,
    );
    expect(Object.keys(read.body["properties"] as Json)).toEqual([
      "city",
      "createdate",
      "hs_object_id",
      "lastmodifieddate",
      "state",
    ]);
  });

  it("lists in the order of ids, `after` naming the next one, archived apart", async () => {
    const { call } = open();
    const made: string[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      made.push(id(await call("POST", companies, { properties: { name } })));
    }
    await call("DELETE", `${companies}/${String(made[1])}`);
    const first = await call("GET", `${companies}?limit=2`);
    expect(ids(first)).toEqual([made[0], made[2]]);
    const next = (first.body["paging"] as { next: { after: string } }).next;
    expect(next.after).toBe(made[3]);
    const second = await call(
      "GET",
      `${companies}?limit=2&after=${next.after}`,
    );
    expect(ids(second)).toEqual([made[3]]);
    expect(second.body).not.toHaveProperty("paging");
    const archived = await call("GET", `${companies}?archived=true`);
    expect(ids(archived)).toEqual([made[1]]);
    expect((archived.body["results"] as Json[])[0]).toHaveProperty(
      "archivedAt",
    );
    expect((await call("GET", `${companies}?limit=101`)).status).toBe(400);
    expect(
      (await call("GET", `${companies}?limit=51&propertiesWithHistory=name`))
        .status,
    ).toBe(400);
  });

  it("keeps the history of a property, with who changed it", async () => {
    const { call, portal } = open();
    const created = await call("POST", contacts, {
      properties: { email: "a@x.example", firstname: "One" },
    });
    portal.update(
      "contacts",
      id(created),
      { firstname: "Two" },
      {
        changeSource: "CRM_UI",
        sourceId: "userId:9",
        userId: 9,
      },
    );
    const read = await call(
      "GET",
      `${contacts}/${id(created)}?propertiesWithHistory=firstname`,
    );
    const { firstname } = read.body["propertiesWithHistory"] as {
      firstname: Json[];
    };
    expect(
      firstname.map(({ value, sourceType }) => [value, sourceType]),
    ).toEqual([
      ["Two", "CRM_UI"],
      ["One", "INTEGRATION"],
    ]);
    expect(firstname[0]).toMatchObject({
      sourceId: "userId:9",
      updatedByUserId: 9,
    });
  });
});

describe("updating", () => {
  it("answers everything, or by option only what was written", async () => {
    for (const updateAnswersAllFields of [true, false]) {
      const { call } = open({ updateAnswersAllFields });
      const created = await call("POST", contacts, {
        properties: { email: "a@x.example", city: "Berlin" },
      });
      const updated = await call("PATCH", `${contacts}/${id(created)}`, {
        properties: { firstname: "Ann" },
      });
      expect(updated.body["properties"]).toHaveProperty("firstname", "Ann");
      expect("city" in (updated.body["properties"] as Json)).toBe(
        updateAnswersAllFields,
      );
    }
  });

  it("does not take a lifecycle stage back, unless it is cleared first", async () => {
    const { call } = open();
    const path = `${contacts}/${id(
      await call("POST", contacts, {
        properties: { email: "a@x.example", lifecyclestage: "customer" },
      }),
    )}`;
    const stage = async (lifecyclestage: string) => {
      const { status, body } = await call("PATCH", path, {
        properties: { lifecyclestage },
      });
      return [status, (body["properties"] as Json)["lifecyclestage"]];
    };
    expect(await stage("lead")).toEqual([200, "customer"]);
    expect(await stage("")).toEqual([200, null]);
    expect(await stage("lead")).toEqual([200, "lead"]);
  });

  it("refuses an email that somebody has with 400 and both ids", async () => {
    const { call, portal } = open();
    const first = id(
      await call("POST", contacts, { properties: { email: "a@x.example" } }),
    );
    const second = id(
      await call("POST", contacts, { properties: { email: "b@x.example" } }),
    );
    const reply = await call("PATCH", `${contacts}/${second}`, {
      properties: { email: "a@x.example" },
    });
    expect(reply.status).toBe(400);
    expect(reply.body["message"]).toBe(
      `Cannot set PropertyValueCoordinates{portalId=${String(portal.portalId)}, objectTypeId=0-1, propertyName=email, value=a@x.example} on ${second}. ${first} already has that value.`,
    );
  });

  it("leaves the old email behind as an additional one, by option", async () => {
    for (const primaryEmailChangeKeepsOld of [true, false]) {
      const { call } = open({ primaryEmailChangeKeepsOld });
      const made = id(
        await call("POST", contacts, {
          properties: { email: "old@x.example" },
        }),
      );
      await call("PATCH", `${contacts}/${made}`, {
        properties: { email: "new@x.example" },
      });
      const read = await call(
        "GET",
        `${contacts}/${made}?properties=hs_additional_emails`,
      );
      expect((read.body["properties"] as Json)["hs_additional_emails"]).toBe(
        primaryEmailChangeKeepsOld ? "old@x.example" : null,
      );
      const again = await call("POST", contacts, {
        properties: { email: "old@x.example" },
      });
      expect(again.status).toBe(primaryEmailChangeKeepsOld ? 409 : 201);
    }
  });

  it("changes nothing, not even the date, when the values are there already", async () => {
    const { call, portal } = open();
    const made = await call("POST", contacts, {
      properties: { email: "a@x.example" },
    });
    const events: unknown[] = [];
    portal.onEvent((event) => events.push(event));
    const same = await call("PATCH", `${contacts}/${id(made)}`, {
      properties: { email: "A@X.example" },
    });
    expect(same.body["updatedAt"]).toBe(made.body["updatedAt"]);
    expect(events).toEqual([]);
  });

  it("reads what was cleared as null, or by option as an empty text", async () => {
    for (const clearedReadsEmpty of [true, false]) {
      const { call } = open({ clearedReadsEmpty });
      const made = id(
        await call("POST", contacts, {
          properties: { email: "a@x.example", city: "Bonn" },
        }),
      );
      await call("PATCH", `${contacts}/${made}`, { properties: { city: "" } });
      const read = await call("GET", `${contacts}/${made}?properties=city`);
      expect((read.body["properties"] as Json)["city"]).toBe(
        clearedReadsEmpty ? "" : null,
      );
    }
  });
});

describe("deleting", () => {
  it("archives, frees the email or by option holds it, and a user can restore", async () => {
    for (const archivedHoldsUnique of [true, false]) {
      const { call, portal } = open({ archivedHoldsUnique });
      const made = id(
        await call("POST", contacts, { properties: { email: "a@x.example" } }),
      );
      expect((await call("DELETE", `${contacts}/${made}`)).status).toBe(204);
      expect((await call("DELETE", `${contacts}/${made}`)).status).toBe(204);
      expect((await call("GET", `${contacts}/${made}`)).status).toBe(404);
      expect(
        (await call("GET", `${contacts}/${made}?archived=true`)).status,
      ).toBe(200);
      const again = await call("POST", contacts, {
        properties: { email: "a@x.example" },
      });
      expect(again.status).toBe(archivedHoldsUnique ? 409 : 201);
      const restore = () => portal.restore("contacts", made, user);
      if (archivedHoldsUnique) expect(restore().archived).toBe(false);
      else expect(restore).toThrow(/another object has its email/);
    }
  });

  it("deletes an email activity for good", async () => {
    const { call } = open();
    const emails = "/crm/objects/2026-09/emails";
    const made = id(
      await call("POST", emails, {
        properties: {
          hs_timestamp: "2026-01-01T00:00:00Z",
          hs_email_direction: "EMAIL",
        },
      }),
    );
    await call("DELETE", `${emails}/${made}`);
    expect((await call("GET", `${emails}/${made}?archived=true`)).status).toBe(
      404,
    );
  });

  it("forgets a contact with everything known of it", async () => {
    const { call, portal } = open();
    const made = id(
      await call("POST", contacts, { properties: { email: "a@x.example" } }),
    );
    const kinds: string[] = [];
    portal.onEvent(({ kind }) => kinds.push(kind));
    const forget = { objectId: "a@x.example", idProperty: "email" };
    expect((await call("POST", `${contacts}/gdpr-delete`, forget)).status).toBe(
      204,
    );
    expect(kinds.toSorted()).toEqual(["deletion", "privacyDeletion"]);
    expect(
      (await call("GET", `${contacts}/${made}?archived=true`)).status,
    ).toBe(404);
    expect(portal.truth("contacts")).toEqual([]);
    expect((await call("POST", `${contacts}/gdpr-delete`, forget)).status).toBe(
      204,
    );
  });
});

describe("an archived object", () => {
  it("is found and forgotten by its email, also where it holds it no longer", async () => {
    for (const archivedHoldsUnique of [true, false]) {
      const { call, portal } = open({ archivedHoldsUnique });
      const made = id(
        await call("POST", contacts, { properties: { email: "a@x.example" } }),
      );
      await call("DELETE", `${contacts}/${made}`);
      const read = await call(
        "GET",
        `${contacts}/A@x.example?idProperty=email&archived=true`,
      );
      expect([read.status, read.body["id"]]).toEqual([200, made]);
      await call("POST", `${contacts}/gdpr-delete`, {
        objectId: "a@x.example",
        idProperty: "email",
      });
      expect(portal.truth("contacts")).toEqual([]);
    }
  });
});

describe("the blocklist of permanent deletions", () => {
  const email = "a@x.example";

  it("keeps users from using a forgotten contact's emails, additional ones too", async () => {
    const { portal } = open({ mergeKeepsId: true });
    const [one, two] = [email, "b@x.example"].map(
      (address) => portal.create("contacts", { email: address }, [], user).id,
    );
    portal.merge("contacts", String(one), String(two), user);
    portal.privacyDelete("contacts", String(one), user);
    for (const address of [email, "B@x.example"])
      expect(() =>
        portal.create("contacts", { email: address }, [], user),
      ).toThrow(/permanently deleted/);
    const other = portal.create("contacts", { firstname: "O" }, [], user);
    expect(() => portal.update("contacts", other.id, { email }, user)).toThrow(
      /permanently deleted/,
    );
  });

  it("keeps apps from it too, or by option lets them bring the email back", async () => {
    for (const blocklistStopsApps of [true, false]) {
      const { call, portal } = open({ blocklistStopsApps });
      const properties = { email };
      await call("POST", `${contacts}/gdpr-delete`, {
        objectId: email,
        idProperty: "email",
      });
      const made = await call("POST", contacts, { properties });
      expect(made.status).toBe(blocklistStopsApps ? 400 : 201);
      if (blocklistStopsApps) {
        expect(made.body["category"]).toBe("VALIDATION_ERROR");
        continue;
      }
      await call("PATCH", `${contacts}/${id(made)}`, {
        properties: { email: "" },
      });
      expect(
        portal.create("contacts", properties, [], user).properties,
      ).toMatchObject(properties);
    }
  });
});

describe("activities", () => {
  it("ignore what cannot be written, or by option refuse it", async () => {
    for (const activitiesIgnoreUnwritable of [true, false]) {
      const { call } = open({ activitiesIgnoreUnwritable });
      const reply = await call("POST", "/crm/objects/2026-09/notes", {
        properties: {
          hs_timestamp: "1767225600000",
          hs_note_body: "x",
          nope: "1",
          hs_body_preview: "y",
        },
      });
      expect(reply.status).toBe(activitiesIgnoreUnwritable ? 201 : 400);
    }
  });

  it("take a meeting's beginning as its time, and need one of the two", async () => {
    const { call } = open();
    const none = await call("POST", "/crm/objects/2026-09/meetings", {
      properties: { hs_meeting_title: "M" },
    });
    expect([none.status, none.body["context"]]).toEqual([
      400,
      { properties: ["hs_timestamp", "hs_meeting_start_time"] },
    ]);
    const made = await call("POST", "/crm/objects/2026-09/meetings", {
      properties: { hs_meeting_start_time: "2026-02-03T10:00:00Z" },
    });
    const read = await call(
      "GET",
      `/crm/objects/2026-09/0-47/${id(made)}?properties=hs_timestamp`,
    );
    expect((read.body["properties"] as Json)["hs_timestamp"]).toBe(
      "2026-02-03T10:00:00Z",
    );
  });
});

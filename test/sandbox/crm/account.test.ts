import { afterEach, describe, expect, it, vi } from "vitest";
import { fakeClock } from "../../fake-clock.ts";
import {
  allScopes,
  openPortal,
  useSandbox,
  type Json,
} from "./portal-client.ts";
import { theirId } from "./their-id.ts";
import { user } from "./user.ts";

const sandbox = useSandbox();

describe("account details", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ["Europe/Berlin", "2026-01-15T12:00:00Z", "+01:00", 3_600_000],
    ["Europe/Berlin", "2026-07-15T12:00:00Z", "+02:00", 7_200_000],
    ["America/New_York", "2026-01-15T12:00:00Z", "-05:00", -18_000_000],
    ["Asia/Kolkata", "2026-01-15T12:00:00Z", "+05:30", 19_800_000],
    ["UTC", "2026-01-15T12:00:00Z", "+00:00", 0],
  ])(
    "say how far %s is from UTC at %s",
    async (timeZone, now, utcOffset, utcOffsetMilliseconds) => {
      await fakeClock({ toFake: ["Date"], now: new Date(now) });
      const { call } = openPortal(sandbox(), { timeZone });
      const { body } = await call("GET", "/account-info/2026-09/details");
      expect(body).toMatchObject({
        timeZone,
        utcOffset,
        utcOffsetMilliseconds,
      });
    },
  );
});

describe("limits", () => {
  const base = "/crm/limits/2026-09";
  const of = (body: Json, list: string, id: string) =>
    (body[list] as Json[]).find(({ objectTypeId }) => objectTypeId === id);

  it("count properties, objects, pipelines and labels", async () => {
    const { call, portal } = openPortal(sandbox());
    await call("POST", "/crm/properties/2026-09/contacts", theirId);
    await call("POST", "/crm/associations/2026-09/contacts/deals/labels", {
      name: "payer",
      label: "Payer",
      inverseLabel: "Paid",
    });
    const { id } = portal.create("contacts", { firstname: "Ann" }, [], user);
    portal.create("contacts", { firstname: "Bob" }, [], user);
    portal.archive("contacts", id, user);

    const properties = await call("GET", `${base}/custom-properties`);
    expect(of(properties.body, "byObjectType", "0-1")).toMatchObject({
      usage: 1,
      limit: 1000,
    });
    expect(properties.body).toMatchObject({
      overallUsage: 1,
      overallLimit: 10_000,
    });
    const records = await call("GET", `${base}/records`);
    const types = "hubspotDefinedObjectTypes";
    expect(of(records.body, types, "0-1")).toMatchObject({ usage: 1 });
    const pipelines = await call("GET", `${base}/pipelines`);
    expect(of(pipelines.body, types, "0-3")).toMatchObject({ usage: 1 });
    const labels = await call(
      "GET",
      `${base}/associations/labels?fromObjectTypeId=0-1`,
    );
    expect(labels.body["results"]).toMatchObject([
      {
        allLabels: ["Payer"],
        fromObjectType: { objectTypeId: "0-1" },
        toObjectType: { objectTypeId: "0-3" },
        usage: 1,
      },
    ]);
  });

  it("show no custom objects and no object with too many associations", async () => {
    const { call } = openPortal(sandbox(), {}, [
      ...allScopes,
      "crm.schemas.custom.read",
    ]);
    const records = `${base}/associations/records`;
    expect((await call("GET", `${records}/from`)).body).toEqual({
      results: [],
    });
    expect((await call("GET", `${records}/0-1/to`)).body).toEqual({
      results: [],
    });
    expect((await call("GET", `${records}/0-1/0-2`)).body).toMatchObject({
      totalRecordsAtLimit: 0,
    });
    expect(
      (await call("GET", `${base}/custom-object-types`)).body,
    ).toMatchObject({ usage: 0 });
    expect(
      (await call("GET", `${base}/calculated-properties`)).body,
    ).toMatchObject({ overallUsage: 0 });
  });
});

describe("object schemas", () => {
  const base = "/crm-object-schemas/2026-09/schemas";

  it("list no custom objects, and the list needs a scope", async () => {
    const without = openPortal(sandbox());
    expect((await without.call("GET", base)).status).toBe(403);
    const { call } = openPortal(sandbox(), {}, ["crm.schemas.custom.read"]);
    expect((await call("GET", base)).body).toEqual({ results: [] });
    const older = await call("GET", "/crm-object-schemas/v3/schemas");
    expect(older.body).toEqual({ results: [] });
  });

  it("show HubSpot's own types with their properties and associations", async () => {
    const { call } = openPortal(sandbox());
    const { status, body } = await call("GET", `${base}/contacts`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ objectTypeId: "0-1", name: "CONTACT" });
    expect(body["properties"]).toContainEqual(
      expect.objectContaining({ name: "email" }),
    );
    expect(body["associations"]).toContainEqual({
      id: "279",
      fromObjectTypeId: "0-1",
      toObjectTypeId: "0-2",
      name: "contact_to_company",
    });
    expect((await call("GET", `${base}/butterflies`)).status).toBe(400);
  });
});

import { describe, expect, it } from "vitest";
import type { PortalEvent } from "../../../sandbox/crm/events.ts";
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

type Merged = {
  client: PortalClient;
  primary: string;
  other: string;
  survivor: string;
  events: PortalEvent[];
};

/** Two contacts, one company each, merged into one over the API. */
async function merged(options: Json = {}): Promise<Merged> {
  const client = openPortal(sandbox(), options);
  const { portal, call } = client;
  portal.createProperty("contacts", theirId);
  const acme = portal.create("companies", { name: "Acme" }, [], user);
  const other = portal.create("companies", { name: "Other" }, [], user);
  const at = (toId: string) => [{ toType: "companies", toId, primary: true }];
  const one = portal.create(
    "contacts",
    {
      email: "one@x.example",
      firstname: "One",
      their_id: "u1",
      lifecyclestage: "lead",
    },
    at(acme.id),
    user,
  );
  const two = portal.create(
    "contacts",
    {
      email: "two@x.example",
      firstname: "Two",
      city: "Bonn",
      their_id: "u2",
      lifecyclestage: "customer",
    },
    at(other.id),
    user,
  );
  const events: PortalEvent[] = [];
  portal.onEvent((event) => events.push(event));
  const reply = await call("POST", `${base}/merge`, {
    primaryObjectId: one.id,
    objectIdToMerge: two.id,
  });
  expect(reply.status).toBe(200);
  return {
    client,
    primary: one.id,
    other: two.id,
    survivor: String(reply.body["id"]),
    events,
  };
}

const get = async ({ call }: PortalClient, id: string) => {
  const names =
    "firstname,city,email,their_id,lifecyclestage,hs_additional_emails,hs_merged_object_ids";
  const { status, body } = await call(
    "GET",
    `${base}/${id}?properties=${names}`,
  );
  return { status, id: body["id"], properties: body["properties"] as Json };
};

describe("merging contacts", () => {
  it("makes a new object, or by option keeps the primary's id", async () => {
    const fresh = await merged({ mergeKeepsId: false });
    expect([fresh.primary, fresh.other]).not.toContain(fresh.survivor);
    expect(
      (await get(fresh.client, fresh.survivor)).properties[
        "hs_merged_object_ids"
      ],
    ).toBe(`${fresh.primary};${fresh.other}`);
    const kept = await merged({ mergeKeepsId: true });
    expect(kept.survivor).toBe(kept.primary);
    expect(
      (await get(kept.client, kept.survivor)).properties[
        "hs_merged_object_ids"
      ],
    ).toBe(kept.other);
  });

  it("keeps the primary's values, fills its blanks, and makes the other email an additional one", async () => {
    const { client, survivor } = await merged();
    expect((await get(client, survivor)).properties).toMatchObject({
      firstname: "One",
      city: "Bonn",
      email: "one@x.example",
      hs_additional_emails: "two@x.example",
      lifecyclestage: "lead",
    });
    const taken = await client.call("POST", base, {
      properties: { email: "two@x.example" },
    });
    expect(taken.body["message"]).toBe(
      `Contact already exists. Existing ID: ${survivor}`,
    );
  });

  it("keeps the unique value that the option says, and frees the other", async () => {
    for (const [mergeUniqueSurvives, kept] of [
      ["primary", "u1"],
      ["merged", "u2"],
      ["none", null],
    ] as const) {
      const { client, survivor } = await merged({ mergeUniqueSurvives });
      expect((await get(client, survivor)).properties["their_id"]).toBe(kept);
      for (const value of ["u1", "u2"]) {
        const found = await client.call(
          "GET",
          `${base}/${value}?idProperty=their_id`,
        );
        expect(found.status).toBe(value === kept ? 200 : 404);
      }
    }
  });

  it("keeps the stage that is further along, by option", async () => {
    const { client, survivor } = await merged({
      mergeKeepsFurthestStage: true,
    });
    expect((await get(client, survivor)).properties["lifecyclestage"]).toBe(
      "customer",
    );
  });

  it("joins associations; the primary's primary company stays the only one", async () => {
    const { client, survivor } = await merged();
    const row = client.portal
      .truth("contacts")
      .find(({ id }) => id === survivor);
    expect(row?.associations.map(({ primary }) => primary)).toEqual([
      true,
      false,
    ]);
    const companies = client.portal.truth("companies");
    expect(
      companies.map(({ associations }) => associations.map(({ toId }) => toId)),
    ).toEqual([[survivor], [survivor]]);
  });

  it("tells of the merge and of the deletion, and of no property", async () => {
    const { primary, other, survivor, events } = await merged();
    expect(events).toMatchObject([
      {
        kind: "merge",
        objectId: primary,
        primaryObjectId: primary,
        mergedObjectIds: [other],
        newObjectId: survivor,
        numberOfPropertiesMoved: 1,
      },
      { kind: "deletion", objectId: other },
    ]);
  });

  it("remembers when each id was merged, whatever happens to the object after", async () => {
    const { client, primary, other, survivor } = await merged();
    const at = Date.parse(
      String(client.portal.truth("contacts").at(-1)?.updatedAt),
    );
    client.portal.update("contacts", survivor, { city: "Kiel" }, user);
    const { body } = await client.call(
      "GET",
      `${base}/${survivor}?properties=hs_calculated_merged_vids`,
    );
    expect(body["properties"]).toMatchObject({
      hs_calculated_merged_vids: `${primary}:${at};${other}:${at}`,
    });
  });

  it("refuses a merge with itself, with nobody, and the 251st", async () => {
    const { client, survivor, other } = await merged();
    const merge = (primaryObjectId: string, objectIdToMerge: string) =>
      client.call("POST", `${base}/merge`, {
        primaryObjectId,
        objectIdToMerge,
      });
    expect((await merge(survivor, survivor)).status).toBe(400);
    expect((await merge(survivor, other)).status).toBe(404);
    const next = () =>
      client.portal.create("contacts", { firstname: "x" }, [], user).id;
    let grown = survivor;
    for (let n = 2; n <= 250; n += 1)
      grown = client.portal.merge("contacts", grown, next(), user).id;
    const last = await merge(grown, next());
    expect([last.status, last.body["message"]]).toEqual([
      414,
      "Cannot have more than 250 identities on a profile",
    ]);
  });
});

describe("merging companies", () => {
  it("7-A6 keeps the primary's domain, and makes all others additional ones", async () => {
    const { portal, call } = openPortal(sandbox(), {});
    const company = (domain: string, more: Json = {}) =>
      portal.create("companies", { domain, ...more }, [], user).id;
    const kept = company("a.example", { hs_additional_domains: "a2.example" });
    const gone = company("b.example", {
      hs_additional_domains: "b2.example; a.example",
    });
    const reply = await call("POST", "/crm/objects/2026-09/companies/merge", {
      primaryObjectId: kept,
      objectIdToMerge: gone,
    });
    const read = await call(
      "GET",
      `/crm/objects/2026-09/companies/${String(reply.body["id"])}?properties=domain,hs_additional_domains&propertiesWithHistory=hs_additional_domains`,
    );
    const domains = "a2.example;b.example;b2.example";
    expect(read.body["properties"]).toMatchObject({
      domain: "a.example",
      hs_additional_domains: domains,
    });
    expect(read.body["propertiesWithHistory"]).toMatchObject({
      hs_additional_domains: [{ value: domains }, {}, {}],
    });
  });

  it("7-A6 without a second domain leaves no additional one", async () => {
    const { portal } = openPortal(sandbox(), {});
    const [one, two] = ["a.example", "a.example"].map(
      (domain) => portal.create("companies", { domain }, [], user).id,
    );
    portal.merge("companies", String(one), String(two), user);
    expect(
      portal.truth("companies", false).map(({ properties }) => properties),
    ).toEqual([
      expect.not.objectContaining({
        hs_additional_domains: expect.anything() as unknown,
      }),
    ]);
  });
});

describe("ids that were merged away", () => {
  it("lead to the survivor in single and batch reads, which name it once", async () => {
    const { client, primary, other, survivor } = await merged();
    expect((await get(client, primary)).id).toBe(survivor);
    expect((await get(client, other)).id).toBe(survivor);
    const read = await client.call("POST", `${base}/batch/read`, {
      inputs: [{ id: other }, { id: primary }, { id: survivor }],
    });
    expect(read.status).toBe(200);
    expect(
      (read.body["results"] as { id: string }[]).map(({ id }) => id),
    ).toEqual([survivor]);
  });

  it("lead on after a second merge, and nowhere once the survivor is archived", async () => {
    const { client, other, survivor } = await merged();
    const third = client.portal.create(
      "contacts",
      { firstname: "Three" },
      [],
      user,
    );
    const last = client.portal.merge("contacts", third.id, survivor, user);
    const { id, properties } = await get(client, other);
    expect(id).toBe(last.id);
    expect(String(properties["hs_merged_object_ids"]).split(";")).toContain(
      other,
    );
    client.portal.archive("contacts", last.id, user);
    expect((await get(client, other)).status).toBe(404);
  });

  it("take a single PATCH, or by option do not", async () => {
    for (const singlePatchFollowsMergedId of [true, false]) {
      const { client, other, survivor } = await merged({
        singlePatchFollowsMergedId,
      });
      const reply = await client.call("PATCH", `${base}/${other}`, {
        properties: { firstname: "New" },
      });
      expect([reply.status, reply.body["id"]]).toEqual(
        singlePatchFollowsMergedId ? [200, survivor] : [404, undefined],
      );
    }
  });

  it("take no batch update: missing without a word, or by option named", async () => {
    for (const batchUpdateOmitsMergedIds of [true, false]) {
      const { client, other } = await merged({ batchUpdateOmitsMergedIds });
      const reply = await client.call("POST", `${base}/batch/update`, {
        inputs: [
          {
            id: other,
            objectWriteTraceId: "t",
            properties: { firstname: "New" },
          },
        ],
      });
      expect(reply.body["results"]).toEqual([]);
      expect(reply.status).toBe(batchUpdateOmitsMergedIds ? 200 : 207);
      const named = (
        reply.body["errors"] as { context: Json }[] | undefined
      )?.[0]?.context;
      expect(named).toEqual(
        batchUpdateOmitsMergedIds
          ? undefined
          : { ids: [other], objectWriteTraceId: ["t"] },
      );
    }
  });

  it("are not archived with DELETE unless the option says so, and never listed", async () => {
    for (const archiveFollowsMergedId of [true, false]) {
      const { client, other, survivor } = await merged({
        archiveFollowsMergedId,
      });
      await client.call("DELETE", `${base}/${other}`);
      const live = client.portal.truth("contacts", false).map(({ id }) => id);
      expect(live).toEqual(archiveFollowsMergedId ? [] : [survivor]);
      const archived = await client.call("GET", `${base}?archived=true`);
      expect(archived.body["results"]).toHaveLength(
        archiveFollowsMergedId ? 1 : 0,
      );
    }
  });

  it("find the contact by the other email, or by option do not", async () => {
    for (const additionalEmailFinds of [true, false]) {
      const { client } = await merged({ additionalEmailFinds });
      const reply = await client.call(
        "GET",
        `${base}/two@x.example?idProperty=email`,
      );
      expect(reply.status).toBe(additionalEmailFinds ? 200 : 404);
    }
  });
});

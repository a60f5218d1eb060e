import { describe, expect, test } from "vitest";
import { inSql } from "./steps/database.ts";
import { makeObject } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import {
  companiesHere,
  createLinked,
  make,
  objectOf,
  record,
  recordOf,
} from "./steps/records.ts";
import { choose, setSettings } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

interface TruthEdge {
  readonly toType: string;
  readonly toId: string;
  readonly primary: boolean;
  readonly typeIds: readonly number[];
}

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  const companies = (keys: readonly string[]) =>
    createLinked(
      at.world,
      "companies",
      keys.map((key) => ({ name: key, domain: `${key}.edges.example` })),
    );
  const edgesOf = async (contactObject: string): Promise<TruthEdge[]> => {
    const contact = (await at.world.truth("contacts")).find(
      (each) => each.id === contactObject,
    );
    return (contact?.associations as unknown as TruthEdge[] | undefined) ?? [];
  };
  const primaryOf = async (contactObject: string): Promise<string[]> =>
    (await edgesOf(contactObject))
      .filter((edge) => edge.primary)
      .map((edge) => edge.toId);
  const edge = (
    fromId: string,
    toId: string,
    more: Record<string, unknown> = {},
  ) => ({ fromType: "contacts", fromId, toType: "companies", toId, ...more });

  test("AP-032 X-05 associations made in HubSpot arrive here, the primary one as the contact's company, and leave with it", async () => {
    const { world } = at;
    const made = await companies(["there-a", "there-b"]);
    const [a, b] = [one(made, 0), one(made, 1)];
    const contact = await makeObject(
      world,
      "contacts",
      { email: "there@edges.example" },
      [
        { toType: "companies", toId: a.objectId, primary: true },
        { toType: "companies", toId: b.objectId },
      ],
    );
    await world.settled();
    const { id, companyId } = await recordOf(world, "contacts", contact);
    expect(companyId).toBe(a.id);
    expect(await companiesHere(world, id)).toEqual([a.id, b.id].sort());

    await world.inHubSpot(
      "PUT",
      "/associations",
      edge(contact, b.objectId, { primary: true }),
    );
    await world.settled();
    expect((await record(world, "contacts", id)).companyId).toBe(b.id);

    await world.inHubSpot("DELETE", "/associations", edge(contact, a.objectId));
    await world.settled();
    expect(await companiesHere(world, id)).toEqual([b.id]);
    await world.inHubSpot("DELETE", "/associations", edge(contact, b.objectId));
    await world.settled();
    expect(await companiesHere(world, id)).toEqual([]);
    expect((await record(world, "contacts", id)).companyId).toBeNull();
    expect(await edgesOf(contact)).toEqual([]);
  });

  test("AP-032 X-05 associations made here arrive in HubSpot, further companies and a new primary one too, and leave with them", async () => {
    const { world } = at;
    const made = await companies(["here-a", "here-b"]);
    const [a, b] = [one(made, 0), one(made, 1)];
    const id = (
      await make(world, "contacts", { email: "here@edges.example" }, a.id)
    ).id;
    await world.settled();
    const contact = await objectOf(world, "contacts", id);
    expect(await primaryOf(contact)).toEqual([a.objectId]);

    await inSql(
      world,
      "insert into workspace.associations (from_type, from_id, to_type, to_id) values ('contact', $1, 'company', $2)",
      [id, b.id],
    );
    await world.settled();
    expect((await edgesOf(contact)).map((each) => each.toId).sort()).toEqual(
      [a.objectId, b.objectId].sort(),
    );
    expect(await primaryOf(contact)).toEqual([a.objectId]);

    await inSql(
      world,
      "delete from workspace.associations where from_id = $1 and to_id = $2",
      [id, b.id],
    );
    await world.settled();
    expect((await edgesOf(contact)).map((each) => each.toId)).toEqual([
      a.objectId,
    ]);

    await world.api("PATCH", `/contacts/${id}`, {
      properties: {},
      companyId: b.id,
    });
    await world.settled();
    expect(await primaryOf(contact)).toEqual([b.objectId]);
    expect((await record(world, "contacts", id)).companyId).toBe(b.id);
    expect((await record(world, "contacts", id)).sync.status).toBe("in_sync");
  });

  test("X-05 what each side associates at the same time is united, and nothing that one side removed comes back", async () => {
    const { world } = at;
    const made = await companies(["both-a", "both-b", "both-c"]);
    const [a, b, c] = [one(made, 0), one(made, 1), one(made, 2)];
    const id = (
      await make(world, "contacts", { email: "both@edges.example" }, a.id)
    ).id;
    await world.settled();
    const contact = await objectOf(world, "contacts", id);
    await world.inHubSpot("PUT", "/associations", edge(contact, b.objectId));
    await inSql(
      world,
      "insert into workspace.associations (from_type, from_id, to_type, to_id) values ('contact', $1, 'company', $2)",
      [id, c.id],
    );
    await world.settled();
    expect(await companiesHere(world, id)).toEqual([a.id, b.id, c.id].sort());
    expect((await edgesOf(contact)).map((each) => each.toId).sort()).toEqual(
      [a.objectId, b.objectId, c.objectId].sort(),
    );

    await world.inHubSpot("DELETE", "/associations", edge(contact, c.objectId));
    await world.settled();
    await world.api("PATCH", `/contacts/${id}`, {
      properties: { city: "Ulm" },
    });
    await world.settled();
    expect(await companiesHere(world, id)).toEqual([a.id, b.id].sort());
    expect((await edgesOf(contact)).map((each) => each.toId).sort()).toEqual(
      [a.objectId, b.objectId].sort(),
    );
  });

  test("AP-011 AC-015 a company that was left out of its contact's push is associated once it is pushed itself", async () => {
    const { world } = at;
    await choose(world, {
      contact: { companyWithContact: "never" },
      company: { push: { enabled: false } },
    });
    const company = await world.api<{ id: string }>("POST", "/companies", {
      properties: { name: "Late", domain: `late-${profile}.example` },
    });
    const contact = await world.api<{ id: string }>("POST", "/contacts", {
      properties: { email: `early-${profile}@late.example` },
      companyId: company.body.id,
    });
    await world.settled();
    const { hubspotId } = await record(world, "contacts", contact.body.id);
    expect(await edgesOf(hubspotId ?? "")).toEqual([]);

    await choose(world, { contact: { companyWithContact: "never" } });
    await world.api("PATCH", `/companies/${company.body.id}`, {
      properties: { city: "Oslo" },
    });
    await world.settled();
    const linked = await record(world, "companies", company.body.id);
    expect(await primaryOf(hubspotId ?? "")).toEqual([linked.hubspotId]);
  });

  test("X-05 labels that HubSpot users gave an association stay, whatever is pushed", async () => {
    const { world } = at;
    const made = await companies(["label-a", "label-b"]);
    const [a, b] = [one(made, 0), one(made, 1)];
    const label = world.sandbox.portals
      .get(world.portalId)
      ?.crm.labels.create("contacts", "companies", "Advisor", "Advised by")[0];
    if (label === undefined) throw new Error("There is no label.");
    const contact = await makeObject(
      world,
      "contacts",
      { email: "label@edges.example" },
      [
        {
          to: { id: a.objectId },
          types: [
            {
              associationCategory: "USER_DEFINED",
              associationTypeId: label.typeId,
            },
            { associationCategory: "HUBSPOT_DEFINED", associationTypeId: 1 },
          ],
        },
      ],
    );
    await world.settled();
    const { id, companyId } = await recordOf(world, "contacts", contact);
    expect(companyId).toBe(a.id);

    const labelled = async () =>
      (await edgesOf(contact)).find((each) => each.toId === a.objectId)
        ?.typeIds ?? [];
    await inSql(
      world,
      "insert into workspace.associations (from_type, from_id, to_type, to_id) values ('contact', $1, 'company', $2)",
      [id, b.id],
    );
    await world.settled();
    expect(await labelled()).toContain(label.typeId);
    await world.api("PATCH", `/contacts/${id}`, {
      properties: {},
      companyId: b.id,
    });
    await world.settled();
    expect(await primaryOf(contact)).toEqual([b.objectId]);
    await world.api("PATCH", `/contacts/${id}`, {
      properties: {},
      companyId: a.id,
    });
    await world.settled();
    expect(await primaryOf(contact)).toEqual([a.objectId]);
    expect(await labelled()).toContain(label.typeId);
  });

  test("AP-031 a company that is deleted in HubSpot leaves its contacts without it, on both sides", async () => {
    const { world } = at;
    await setSettings(world, "company", { deletionSync: true });
    const made = await companies(["doomed", "spare"]);
    const [doomed, spare] = [one(made, 0), one(made, 1)];
    const id = (
      await make(
        world,
        "contacts",
        { email: "orphan@edges.example" },
        doomed.id,
      )
    ).id;
    await world.settled();
    const contact = await objectOf(world, "contacts", id);
    await world.inHubSpot(
      "DELETE",
      `/objects/companies/${doomed.objectId}`,
      {},
    );
    await world.settled();
    expect(
      (await record(world, "companies", doomed.id)).deletedAt,
    ).not.toBeNull();
    expect(await companiesHere(world, id)).toEqual([]);
    expect(await edgesOf(contact)).toEqual([]);
    expect(await record(world, "contacts", id)).toMatchObject({
      deletedAt: null,
      hubspotId: contact,
      sync: { status: "in_sync" },
    });
    // It can have another company.
    await world.api("PATCH", `/contacts/${id}`, {
      properties: {},
      companyId: spare.id,
    });
    await world.settled();
    expect(await primaryOf(contact)).toEqual([spare.objectId]);
  });
});

import { describe, expect, it } from "vitest";
import type { PortalEvent } from "../../../sandbox/crm/events.ts";
import {
  openPortal,
  useSandbox,
  type Json,
  type PortalClient,
} from "./portal-client.ts";
import { user } from "./user.ts";

const sandbox = useSandbox();
const dated = "/crm/objects/2026-09";
const batch = "/crm/associations/2026-09/contacts/companies/batch";
const labels = "/crm/associations/2026-09/contacts/companies/labels";
const backwards = "/crm/associations/2026-09/companies/contacts/labels";
const primary = {
  associationCategory: "HUBSPOT_DEFINED",
  associationTypeId: 1,
};
const unlabeled = {
  associationCategory: "HUBSPOT_DEFINED",
  associationTypeId: 279,
};

type To = { toObjectId: unknown; associationTypes: { typeId: number }[] };

function open(options: Json = {}) {
  const client = openPortal(sandbox(), options);
  const contact = client.portal.create(
    "contacts",
    { email: "a@x.example" },
    [],
    user,
  ).id;
  const [acme, other] = ["Acme", "Other"].map(
    (name) => client.portal.create("companies", { name }, [], user).id,
  );
  return { client, contact, acme: String(acme), other: String(other) };
}

const put = (
  { call }: PortalClient,
  contact: string,
  company: string,
  types: unknown,
) =>
  call(
    "PUT",
    `${dated}/contacts/${contact}/associations/companies/${company}`,
    types,
  );

/** Company id -> type ids, as the list of a contact's companies has them. */
async function companiesOf(
  { call }: PortalClient,
  contact: string,
): Promise<Record<string, number[]>> {
  const { body } = await call(
    "GET",
    `${dated}/contacts/${contact}/associations/companies`,
  );
  return Object.fromEntries(
    (body["results"] as To[]).map(({ toObjectId, associationTypes }) => [
      String(toObjectId),
      associationTypes.map(({ typeId }) => typeId).toSorted((a, b) => a - b),
    ]),
  );
}

async function makeLabel({ call }: PortalClient): Promise<number> {
  const { body } = await call("POST", labels, {
    name: "adviser",
    label: "Adviser",
    inverseLabel: "Advised",
  });
  return (body["results"] as { typeId: number }[])[0]?.typeId ?? 0;
}

describe("labels of the portal's own", () => {
  const worded = async ({ call }: PortalClient, path: string) =>
    (
      (await call("GET", path)).body["results"] as {
        category: string;
        label: string;
      }[]
    )
      .filter(({ category }) => category === "USER_DEFINED")
      .map(({ label }) => label);

  it("are made with a name and a label", async () => {
    const { client } = open();
    for (const body of [{ label: "Adviser" }, { name: "adviser" }])
      expect((await client.call("POST", labels, body)).status).toBe(400);
    await makeLabel(client);
    expect(await worded(client, labels)).toEqual(["Adviser"]);
  });

  it("are worded anew, in one direction or in both", async () => {
    const { client, contact, acme } = open();
    const associationTypeId = await makeLabel(client);
    await put(client, contact, acme, [
      { associationCategory: "USER_DEFINED", associationTypeId },
    ]);
    const rename = (body: Json) =>
      client.call("PUT", labels, { associationTypeId, ...body });
    expect((await rename({ label: "Mentor" })).status).toBe(204);
    expect(await worded(client, labels)).toEqual(["Mentor"]);
    expect(await worded(client, backwards)).toEqual(["Advised"]);
    await rename({ label: "Mentor", inverseLabel: "Mentee" });
    expect(await worded(client, backwards)).toEqual(["Mentee"]);
    expect(
      client.portal.object("contacts", contact)?.associations[0]?.labels,
    ).toEqual(["Mentor"]);
    expect((await rename({})).status).toBe(400);
  });

  it("are deleted from every association that has them; HubSpot's own are not", async () => {
    const { client, contact, acme } = open();
    const associationTypeId = await makeLabel(client);
    await put(client, contact, acme, [
      primary,
      { associationCategory: "USER_DEFINED", associationTypeId },
    ]);
    const remove = (typeId: number, path = labels) =>
      client.call("DELETE", `${path}/${typeId}`);
    expect((await remove(279)).status).toBe(400);
    expect((await remove(associationTypeId, backwards)).status).toBe(400);
    expect((await remove(associationTypeId)).status).toBe(204);
    expect(await companiesOf(client, contact)).toEqual({ [acme]: [1, 279] });
    expect(client.portal.object("companies", acme)?.associations).toMatchObject(
      [{ typeIds: [2, 280] }],
    );
    expect([
      await worded(client, labels),
      await worded(client, backwards),
    ]).toEqual([[], []]);
    expect((await remove(associationTypeId)).status).toBe(400);
  });

  it("have paths of their own in v4", async () => {
    const { client } = open();
    const typeId = await makeLabel(client);
    for (const base of ["/crm/associations/v4", "/crm/v4/associations"]) {
      const path = `${base}/contacts/companies/labels`;
      const body = { associationTypeId: typeId, label: base };
      expect((await client.call("PUT", path, body)).status).toBe(204);
      expect(await worded(client, path)).toEqual([base]);
    }
  });
});

describe("associations", () => {
  it("come with their unlabeled twin, and only one company is the primary one", async () => {
    const { client, contact, acme, other } = open();
    expect((await put(client, contact, acme, [primary])).status).toBe(201);
    expect(await companiesOf(client, contact)).toEqual({ [acme]: [1, 279] });
    await put(client, contact, other, [primary]);
    expect(await companiesOf(client, contact)).toEqual({
      [acme]: [279],
      [other]: [1, 279],
    });
    const read = await client.call(
      "GET",
      `${dated}/contacts/${contact}?properties=associatedcompanyid`,
    );
    expect((read.body["properties"] as Json)["associatedcompanyid"]).toBe(
      other,
    );
    const back = await client.call(
      "GET",
      `${dated}/companies/${other}/associations/contacts`,
    );
    expect(
      (back.body["results"] as To[])[0]?.associationTypes.map(
        ({ typeId }) => typeId,
      ),
    ).toEqual([280, 2]);
  });

  it("are replaced by the list that a call gives, and kept by the default call", async () => {
    const { client, contact, acme } = open();
    await put(client, contact, acme, [primary]);
    const byDefault = await client.call(
      "PUT",
      `${dated}/contacts/${contact}/associations/default/companies/${acme}`,
    );
    expect(byDefault.body["results"]).toHaveLength(2);
    expect(await companiesOf(client, contact)).toEqual({ [acme]: [1, 279] });
    await put(client, contact, acme, [unlabeled]);
    expect(await companiesOf(client, contact)).toEqual({ [acme]: [279] });
  });

  it("end with their labels one by one, and wholly with the unlabeled type", async () => {
    const { client, contact, acme } = open();
    const typeId = await makeLabel(client);
    const adviser = {
      associationCategory: "USER_DEFINED",
      associationTypeId: typeId,
    };
    const pair = { from: { id: contact }, to: { id: acme } };
    await client.call("POST", `${batch}/create`, {
      inputs: [{ ...pair, types: [primary, adviser] }],
    });
    expect(await companiesOf(client, contact)).toEqual({
      [acme]: [1, 279, typeId],
    });
    await client.call("POST", `${batch}/labels/archive`, {
      inputs: [{ ...pair, types: [adviser] }],
    });
    expect(await companiesOf(client, contact)).toEqual({ [acme]: [1, 279] });
    await client.call("POST", `${batch}/labels/archive`, {
      inputs: [{ ...pair, types: [unlabeled] }],
    });
    expect(await companiesOf(client, contact)).toEqual({});
  });

  it("are read in batches, with an error for what has none", async () => {
    const { client, contact, acme } = open();
    await put(client, contact, acme, [unlabeled]);
    const lonely = client.portal.create(
      "contacts",
      { firstname: "L" },
      [],
      user,
    ).id;
    const { status, body } = await client.call("POST", `${batch}/read`, {
      inputs: [{ id: contact }, { id: lonely }],
    });
    expect(status).toBe(207);
    expect(body["results"]).toMatchObject([
      { from: { id: contact }, to: [{ toObjectId: acme }] },
    ]);
    expect(body["errors"]).toMatchObject([
      {
        category: "OBJECT_NOT_FOUND",
        subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND",
        context: { fromObjectId: [lonely] },
      },
    ]);
  });

  it("write ids as the version and the portal have it", async () => {
    for (const toObjectIdAs of ["string", "number"] as const) {
      const { client, contact, acme } = open({ toObjectIdAs });
      await put(client, contact, acme, [unlabeled]);
      const list = async (base: string) =>
        (
          await client.call(
            "GET",
            `${base}/contacts/${contact}/associations/companies`,
          )
        ).body["results"] as To[];
      expect(typeof (await list(dated))[0]?.toObjectId).toBe(toObjectIdAs);
      expect(typeof (await list("/crm/v4/objects"))[0]?.toObjectId).toBe(
        "number",
      );
    }
  });

  it("made in a batch are answered with 200 or by option 201 on dated paths, and with 201 on v4", async () => {
    for (const associationBatchStatus of [200, 201]) {
      const { client, contact, acme } = open({ associationBatchStatus });
      const create = async (path: string): Promise<number> =>
        (
          await client.call("POST", `${path}/create`, {
            inputs: [
              { from: { id: contact }, to: { id: acme }, types: [unlabeled] },
            ],
          })
        ).status;
      expect(await create(batch)).toBe(associationBatchStatus);
      expect(
        await create("/crm/v4/associations/contacts/companies/batch"),
      ).toBe(201);
      expect(await companiesOf(client, contact)).toEqual({ [acme]: [279] });
    }
  });

  it("of one input that cannot be made leave the others alone", async () => {
    const { client, contact, acme } = open();
    const reply = await client.call("POST", `${batch}/create`, {
      inputs: [
        { from: { id: contact }, to: { id: "1" }, types: [unlabeled] },
        { from: { id: contact }, to: { id: acme }, types: [unlabeled] },
      ],
    });
    expect(reply.status).toBe(207);
    expect(reply.body["errors"]).toMatchObject([
      {
        subCategory: "crm.associations.INVALID_IDENTIFIER",
        message: "One or more associations are invalid",
        context: { INVALID_OBJECT_IDS: ["1"] },
      },
    ]);
    expect(await companiesOf(client, contact)).toEqual({ [acme]: [279] });
  });

  it("are refused when an input names no types, or a type by half", async () => {
    const { client, contact, acme } = open();
    const input = { from: { id: contact }, to: { id: acme } };
    const reply = await client.call("POST", `${batch}/create`, {
      inputs: [input, { ...input, types: [{ associationTypeId: 279 }] }],
    });
    expect(
      (reply.body["errors"] as { message: string }[]).map(
        ({ message }) => message,
      ),
    ).toEqual([
      "Some required fields were not set: [types]",
      "Some required fields were not set: [associationCategory, associationTypeId]",
    ]);
    expect(
      (await put(client, contact, acme, [{ associationTypeId: 279 }])).status,
    ).toBe(400);
    expect(await companiesOf(client, contact)).toEqual({});
  });

  it("are never those of an object with itself", async () => {
    const { client, acme } = open();
    const { status, body } = await client.call(
      "PUT",
      `${dated}/companies/${acme}/associations/default/companies/${acme}`,
    );
    expect([status, body["message"]]).toEqual([
      400,
      "One or more associations are invalid",
    ]);
    expect(client.portal.object("companies", acme)?.associations).toEqual([]);
  });

  it("are ended a hundred at a time, or by option two thousand", async () => {
    for (const [associationArchiveInputs, status] of [
      [100, 400],
      [2000, 200],
    ]) {
      const { client, contact, acme } = open({ associationArchiveInputs });
      const input = { from: { id: contact }, to: [{ id: acme }] };
      const inputs = Array.from({ length: 101 }, () => input);
      expect(
        (await client.call("POST", `${batch}/archive`, { inputs })).status,
      ).toBe(status);
    }
  });

  it("page from an id, and from nothing else", async () => {
    const { client, contact, acme } = open();
    await put(client, contact, acme, [unlabeled]);
    const list = (after: string) =>
      client.call(
        "GET",
        `${dated}/contacts/${contact}/associations/companies?after=${after}`,
      );
    expect((await list(acme)).body["results"]).toHaveLength(1);
    expect((await list("next")).status).toBe(400);
  });

  it("touch the modified date of both sides, or by option of none", async () => {
    for (const associationsTouchModified of [true, false]) {
      const { client, contact, acme } = open({ associationsTouchModified });
      const dates = () => [
        client.portal.truth("contacts")[0]?.updatedAt,
        client.portal.truth("companies")[0]?.updatedAt,
      ];
      const before = dates();
      await put(client, contact, acme, [unlabeled]);
      expect(dates().every((date, index) => date !== before[index])).toBe(
        associationsTouchModified,
      );
    }
  });

  it("make the first company the primary one by themselves, by option", async () => {
    const { client, contact, acme, other } = open({
      firstCompanyBecomesPrimary: true,
    });
    await put(client, contact, acme, [unlabeled]);
    await put(client, contact, other, [unlabeled]);
    expect(await companiesOf(client, contact)).toEqual({
      [acme]: [1, 279],
      [other]: [279],
    });
  });

  it("work on an id that was merged away only by option", async () => {
    for (const associationsFollowMergedId of [true, false]) {
      const { client, contact, acme } = open({ associationsFollowMergedId });
      const second = client.portal.create(
        "contacts",
        { firstname: "B" },
        [],
        user,
      ).id;
      client.portal.merge("contacts", contact, second, user);
      expect((await put(client, second, acme, [unlabeled])).status).toBe(
        associationsFollowMergedId ? 201 : 400,
      );
    }
  });

  it("are told of in both directions, the primary one apart", async () => {
    const { client, contact, acme } = open();
    const events: PortalEvent[] = [];
    client.portal.onEvent((event) => events.push(event));
    await put(client, contact, acme, [primary]);
    expect(
      events.map((event) =>
        event.kind === "associationChange"
          ? [
              event.associationType,
              event.associationTypeId,
              event.isPrimaryAssociation,
              event.associationRemoved,
            ]
          : event.kind,
      ),
    ).toEqual([
      ["CONTACT_TO_COMPANY", 279, false, false],
      ["COMPANY_TO_CONTACT", 280, false, false],
      ["CONTACT_TO_COMPANY", 1, true, false],
      ["COMPANY_TO_CONTACT", 2, true, false],
    ]);
    events.length = 0;
    await client.call(
      "DELETE",
      `${dated}/contacts/${contact}/associations/companies/${acme}`,
    );
    expect(
      events.map(
        (event) =>
          event.kind === "associationChange" && event.associationRemoved,
      ),
    ).toEqual([true, true, true, true]);
  });

  it("show inline in lists, cut where HubSpot cuts, the rest behind `after`", async () => {
    const { client, acme } = open({ inlineAssociations: 3 });
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      made.push(
        client.portal.create(
          "contacts",
          { firstname: String(n) },
          [{ toType: "companies", toId: acme }],
          user,
        ).id,
      );
    }
    const { body } = await client.call(
      "GET",
      `${dated}/companies?associations=contacts`,
    );
    const [row] = body["results"] as {
      associations: { contacts: { results: Json[]; paging: Json } };
    }[];
    expect(row?.associations.contacts.results).toEqual(
      made.slice(0, 3).map((id) => ({ id, type: "company_to_contact" })),
    );
    expect(row?.associations.contacts.paging).toMatchObject({
      next: { after: made[3] },
    });
    const rest = await client.call(
      "GET",
      `${dated}/companies/${acme}/associations/contacts?limit=1&after=${String(made[3])}`,
    );
    expect(
      (rest.body["results"] as To[]).map(({ toObjectId }) => toObjectId),
    ).toEqual([made[3]]);
    expect(rest.body["paging"]).toEqual({ next: { after: made[4] } });
  });

  it("are made by writing a contact's primary company as a property", async () => {
    const { client, contact, acme, other } = open();
    const write = (associatedcompanyid: string) =>
      client.call("PATCH", `${dated}/contacts/${contact}`, {
        properties: { associatedcompanyid },
      });
    expect((await write("1")).status).toBe(400);
    await write(acme);
    expect((await write(other)).body["properties"]).toHaveProperty(
      "associatedcompanyid",
      other,
    );
    expect(await companiesOf(client, contact)).toEqual({
      [acme]: [279],
      [other]: [1, 279],
    });
    const typeId = await makeLabel(client);
    const adviser = {
      associationCategory: "USER_DEFINED",
      associationTypeId: typeId,
    };
    await put(client, contact, acme, [adviser]);
    await write(acme);
    expect(await companiesOf(client, contact)).toEqual({
      [acme]: [1, 279, typeId],
      [other]: [279],
    });
  });

  it("do not show archived objects, and come back with them", async () => {
    const { client, contact, acme } = open();
    await put(client, contact, acme, [unlabeled]);
    client.portal.archive("companies", acme, user);
    expect(await companiesOf(client, contact)).toEqual({});
    client.portal.restore("companies", acme, user);
    expect(await companiesOf(client, contact)).toEqual({ [acme]: [279] });
  });
});

import { randomUUID } from "node:crypto";
import type { QueryResultRow } from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import {
  associationKinds,
  descriptorOf,
  listedTypes,
} from "../../server/settings/types/index.ts";
import { card } from "../acceptance/card.ts";
import type { CardAnswer, CardView } from "../acceptance/card.ts";
import { attention } from "../acceptance/steps/attention.ts";
import { calm } from "../acceptance/steps/calm.ts";
import { asOwner, inSql } from "../acceptance/steps/database.ts";
import { readProperties } from "../acceptance/steps/properties.ts";
import { make, record, recordOf } from "../acceptance/steps/records.ts";
import { ended } from "../acceptance/steps/runs.ts";
import { choose } from "../acceptance/steps/settings.ts";
import type { Json, World } from "../acceptance/world.ts";
import {
  typesInDatabase,
  typesInDescriptors,
} from "../server/database/types-in-database.ts";
import { ticket, ticketToCompany, ticketToContact } from "./ticket.ts";
import {
  associate,
  changeInHubSpot,
  changeTicket,
  dissociate,
  makeInHubSpot,
  makeTicket,
  makeTicketOf,
  parentsHere,
  parentsIn,
  relate,
  sweep,
  switchOn,
  ticketIn,
  ticketOf,
  ticketRecord,
  ticketRecords,
  ticketsIn,
  useTicketWorld,
} from "./ticket-world.ts";

// A third type takes a descriptor, its association kinds, a line for each, and a migration. No other file knows tickets.

const at = useTicketWorld();

let world: World;
beforeAll(async () => {
  ({ world } = at);
  await world.installed();
}, 60_000);

/** A ticket that is linked, by a product that made it. */
async function linkedTicket(
  subject: string,
  companyId?: string,
): Promise<{ id: string; objectId: string }> {
  const { id } = await makeTicket(world, { subject }, companyId);
  await calm(world);
  const { hubspotId } = await ticketRecord(world, id);
  if (hubspotId === null) throw new Error(`${subject} is not linked.`);
  return { id, objectId: hubspotId };
}

const objectOf = async (
  path: "contacts" | "companies",
  id: string,
): Promise<string> => (await record(world, path, id)).hubspotId ?? "none";

describe("a type that the app learns later", () => {
  test("is pulled once a portal switches it on, with the parents that it belongs to", async () => {
    const firm = await makeInHubSpot(world, "companies", { name: "Acme" });
    const other = await makeInHubSpot(world, "companies", { name: "Other" });
    const person = await makeInHubSpot(world, "contacts", {
      email: "ann@third.example",
    });
    const objectId = await makeInHubSpot(
      world,
      "tickets",
      { subject: "No heating" },
      [
        { toType: "contacts", toId: person },
        { toType: "companies", toId: other },
        { toType: "companies", toId: firm, primary: true },
      ],
    );
    expect(await ticketRecords(world)).toEqual([]);
    await switchOn(world);
    await calm(world);
    const ticket = await ticketOf(world, objectId);
    expect(ticket).toMatchObject({
      properties: { subject: "No heating", stage: "1", pipeline: "0" },
      sync: { status: "in_sync" },
    });
    const { id: firmId } = await recordOf(world, "companies", firm);
    const { id: otherId } = await recordOf(world, "companies", other);
    const { id: personId } = await recordOf(world, "contacts", person);
    expect(ticket.companyId).toBe(firmId);
    expect(await parentsHere(world, ticket.id)).toEqual(
      [
        `company ${firmId}*`,
        `company ${otherId}`,
        `contact ${personId}`,
      ].sort(),
    );
  });

  test("is pushed after its parents, and associated with them", async () => {
    await choose(world, {
      ticket: { enabled: true },
      automatic: { push: false },
    } as object);
    const firm = await make(world, "companies", { name: "First here" });
    const person = await make(world, "contacts", { email: "bo@third.example" });
    const ticket = await makeTicket(world, { subject: "From here" }, firm.id);
    await associate(world, ticket.id, "contact", person.id);
    await calm(world);
    expect((await ticketRecord(world, ticket.id)).hubspotId).toBeNull();

    const run = await world.api<{ runId: string }>("POST", "/sync/push", {
      objectType: "ticket",
      ids: [ticket.id],
    });
    await ended(world, run.body.runId);
    await calm(world);
    const { hubspotId } = await ticketRecord(world, ticket.id);
    expect(await ticketIn(world, hubspotId)).toMatchObject({
      properties: { subject: "From here", hs_pipeline_stage: "1" },
    });
    expect(await parentsIn(world, hubspotId)).toEqual(
      [
        `companies ${await objectOf("companies", firm.id)}*`,
        `contacts ${await objectOf("contacts", person.id)}`,
      ].sort(),
    );
    await switchOn(world);
  });

  test("follows changes of both sides", async () => {
    const { id, objectId } = await linkedTicket("Both ways");
    await changeTicket(world, id, { priority: "HIGH" });
    await calm(world);
    expect(await ticketIn(world, objectId)).toMatchObject({
      properties: { hs_ticket_priority: "HIGH" },
    });
    await changeInHubSpot(world, objectId, { subject: "Renamed there" });
    await calm(world);
    expect(await ticketRecord(world, id)).toMatchObject({
      properties: { subject: "Renamed there", priority: "HIGH" },
      sync: { status: "in_sync" },
    });
  });

  test("follows changes of its parents of each kind on both sides, and leaves the other kind alone", async () => {
    const firm = await make(world, "companies", { name: "Kind firm" });
    const second = await make(world, "companies", { name: "Second firm" });
    const person = await make(world, "contacts", {
      email: "kim@third.example",
    });
    const { id, objectId } = await linkedTicket("Kinds", firm.id);
    const firmObject = await objectOf("companies", firm.id);
    const secondObject = await objectOf("companies", second.id);
    const personObject = await objectOf("contacts", person.id);
    expect(await parentsIn(world, objectId)).toEqual([
      `companies ${firmObject}*`,
    ]);

    await relate(world, "PUT", objectId, "contacts", personObject);
    await calm(world);
    expect(await parentsHere(world, id)).toEqual([
      `company ${firm.id}*`,
      `contact ${person.id}`,
    ]);
    await relate(world, "PUT", objectId, "companies", secondObject, {
      primary: true,
    });
    await calm(world);
    expect(await parentsHere(world, id)).toEqual(
      [
        `company ${firm.id}`,
        `company ${second.id}*`,
        `contact ${person.id}`,
      ].sort(),
    );
    await dissociate(world, id, person.id);
    await calm(world);
    expect(await parentsIn(world, objectId)).toEqual(
      [`companies ${firmObject}`, `companies ${secondObject}*`].sort(),
    );
    await relate(world, "DELETE", objectId, "companies", firmObject);
    await associate(world, id, "contact", person.id);
    await calm(world);
    expect(await parentsHere(world, id)).toEqual(
      [`company ${second.id}*`, `contact ${person.id}`].sort(),
    );
    expect(await parentsIn(world, objectId)).toEqual(
      [`companies ${secondObject}*`, `contacts ${personObject}`].sort(),
    );
    await world.api("PATCH", `/tickets/${id}`, { companyId: firm.id });
    await calm(world);
    expect(await parentsIn(world, objectId)).toEqual(
      [`companies ${firmObject}*`, `contacts ${personObject}`].sort(),
    );
  });

  test("waits for a parent that has no record yet, of its own kind only", async () => {
    const conditions = {
      stages: ["customer"],
      emailStatuses: null,
      customField: null,
    };
    await choose(world, {
      ticket: { enabled: true },
      contact: { pull: { conditions } },
    } as object);
    const person = await makeInHubSpot(world, "contacts", {
      email: "late@third.example",
      lifecyclestage: "lead",
    });
    const objectId = await makeInHubSpot(
      world,
      "tickets",
      { subject: "Waits" },
      [{ toType: "contacts", toId: person }],
    );
    await calm(world);
    const ticket = await ticketOf(world, objectId);
    expect(await parentsHere(world, ticket.id)).toEqual([]);
    expect(
      await asOwner(
        world,
        async (owner) =>
          (
            await owner.query(
              "select kind, parent_object_id, child_object_id from waiting_edge where child_object_id = $1",
              [objectId],
            )
          ).rows,
      ),
    ).toEqual([
      {
        kind: "ticket_to_contact",
        parent_object_id: person,
        child_object_id: objectId,
      },
    ]);
    await world.inHubSpot("PATCH", `/objects/contacts/${person}`, {
      properties: { lifecyclestage: "customer" },
    });
    await calm(world);
    const { id } = await recordOf(world, "contacts", person);
    expect(await parentsHere(world, ticket.id)).toEqual([`contact ${id}`]);
    await switchOn(world);
  });

  test("is blocked by a parent's problem, and pushed once that is gone", async () => {
    const held = await make(world, "contacts", { email: "twin@third.example" });
    await calm(world);
    const twin = await make(world, "contacts", { email: "twin@third.example" });
    const id = await makeTicketOf(world, "Blocked", twin.id);
    await calm(world);
    expect(await attention(world, id)).toMatchObject([
      {
        code: "contact_blocked",
        cause: expect.stringContaining(
          "Ticket not pushed, because its contact",
        ),
      },
    ]);
    await world.api("PATCH", `/contacts/${twin.id}`, {
      properties: { email: "single@third.example" },
    });
    await calm(world);
    expect(await attention(world, id)).toEqual([]);
    const { hubspotId } = await ticketRecord(world, id);
    expect(await parentsIn(world, hubspotId)).toEqual([
      `contacts ${await objectOf("contacts", twin.id)}`,
    ]);
    expect(await objectOf("contacts", held.id)).not.toBe("none");
  });

  test("is left out without a parent that the portal requires", async () => {
    await switchOn(world, { requireContact: true });
    const without = await makeTicket(world, { subject: "Nobody's" });
    await calm(world);
    expect(await ticketRecord(world, without.id)).toMatchObject({
      hubspotId: null,
      sync: { code: "no_contact" },
    });
    const person = await makeInHubSpot(world, "contacts", {
      email: "needed@third.example",
    });
    const nobodys = await makeInHubSpot(world, "tickets", { subject: "None" });
    const somebodys = await makeInHubSpot(
      world,
      "tickets",
      { subject: "Somebody's" },
      [{ toType: "contacts", toId: person }],
    );
    await calm(world);
    const pulled = (await ticketRecords(world)).map((each) => each.hubspotId);
    expect(pulled).toContain(somebodys);
    expect(pulled).not.toContain(nobodys);
    await switchOn(world);
  });

  test("keeps its record and its parents when HubSpot merges it, or a parent", async () => {
    await switchOn(world, { mergeSync: true });
    const person = await make(world, "contacts", { email: "m1@third.example" });
    const other = await make(world, "contacts", { email: "m2@third.example" });
    const winner = await linkedTicket("Stays");
    const loser = await linkedTicket("Goes");
    await associate(world, winner.id, "contact", person.id);
    await associate(world, loser.id, "contact", other.id);
    await calm(world);
    const merged = await world.inHubSpot<{ id: string }>(
      "POST",
      "/objects/tickets/merge",
      { primaryObjectId: winner.objectId, objectIdToMerge: loser.objectId },
    );
    expect(merged.status).toBe(200);
    await calm(world);
    expect(await ticketRecord(world, winner.id)).toMatchObject({
      hubspotId: merged.body.id,
      properties: { subject: "Stays" },
    });
    expect((await ticketRecord(world, loser.id)).id).toBe(winner.id);
    expect(await parentsHere(world, winner.id)).toEqual(
      [`contact ${person.id}`, `contact ${other.id}`].sort(),
    );
    const one = await world.inHubSpot<{ id: string }>(
      "POST",
      "/objects/contacts/merge",
      {
        primaryObjectId: await objectOf("contacts", person.id),
        objectIdToMerge: await objectOf("contacts", other.id),
      },
    );
    await calm(world);
    expect(await parentsIn(world, merged.body.id)).toEqual([
      `contacts ${one.body.id}`,
    ]);
    await switchOn(world);
  });

  test("AP-018 AP-085 gets its own source when it's created in HubSpot, and is hidden if it was only pulled", async () => {
    const source = { property: "closed_by_source", value: null };
    const made = await world.inHubSpot("POST", "/properties/tickets", {
      name: source.property,
      label: source.property,
      groupName: "ticketinformation",
      type: "string",
      fieldType: "text",
    });
    expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 });
    await readProperties(world);
    await switchOn(world, { source, pull: { visible: false } });
    const { objectId } = await linkedTicket("With a source");
    const [ours] = (await ticketsIn(world)).filter(({ id }) => id === objectId);
    expect(ours?.properties[source.property]).toBe("your product");
    const theirs = await makeInHubSpot(world, "tickets", {
      subject: "Only pulled",
      hs_pipeline: "0",
      hs_pipeline_stage: "1",
    });
    await calm(world);
    const hidden = await world.api<{ results: { hubspotId: string }[] }>(
      "GET",
      "/tickets?visible=false&limit=200",
    );
    const ids = hidden.body.results.map(({ hubspotId }) => hubspotId);
    expect(ids).toContain(theirs);
    expect(ids).not.toContain(objectId);
    const shown = await inSql<{ subject: string }>(
      world,
      "select subject from workspace.tickets where visible",
    );
    expect(shown.map(({ subject }) => subject)).toContain("With a source");
    expect(shown.map(({ subject }) => subject)).not.toContain("Only pulled");
    await switchOn(world);
  });

  test("BN-021 has no choice about matches or emails, because nothing but a link tells which ones are the same", async () => {
    const { body } = await world.api<{ version: number; settings: Json }>(
      "GET",
      "/settings",
    );
    const ticket = body.settings["ticket"] as Json;
    expect(Object.keys(ticket)).not.toContain("matching");
    expect(Object.keys(ticket)).not.toContain("pushUnverifiedEmails");
    expect(
      await world.api("PUT", "/settings", {
        version: body.version,
        settings: { ...body.settings, ticket: { ...ticket, matching: "ask" } },
      }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ path: "settings.ticket" }] },
    });
  });

  test("is deleted and restored with the other side", async () => {
    await switchOn(world, { deletionSync: true });
    const theirs = await linkedTicket("Deleted there");
    const ours = await linkedTicket("Deleted here");
    await world.inHubSpot("DELETE", `/objects/tickets/${theirs.objectId}`);
    expect(await world.api("DELETE", `/tickets/${ours.id}`)).toMatchObject({
      status: 204,
    });
    await calm(world);
    expect((await ticketRecord(world, theirs.id)).deletedAt).not.toBeNull();
    expect((await ticketsIn(world, true)).map(({ id }) => id)).toContain(
      ours.objectId,
    );
    await world.inHubSpot(
      "POST",
      `/objects/tickets/${theirs.objectId}/restore`,
    );
    await inSql(world, "select workspace.restore_record($1)", [ours.id]);
    await calm(world);
    expect(await ticketRecord(world, theirs.id)).toMatchObject({
      deletedAt: null,
      hubspotId: theirs.objectId,
    });
    await switchOn(world);
  });

  test("is previewed and synced by the API and the card", async () => {
    const firm = await make(world, "companies", { name: "Card firm" });
    const { id, objectId } = await linkedTicket("On a card");
    await choose(world, {
      ticket: { enabled: true },
      automatic: { pull: false, push: false },
    } as object);
    await changeTicket(world, id, { priority: "LOW" });
    await world.api("PATCH", `/tickets/${id}`, { companyId: firm.id });
    const preview = await world.api(`GET`, `/tickets/${id}/sync`);
    expect(preview).toMatchObject({
      status: 200,
      body: { status: "changes_waiting", push: { allowed: true } },
    });
    const subject = { objectTypeId: "0-5", objectId };
    const view = await card<CardView & { push: Json }>(
      world,
      "GET",
      "/card",
      subject,
    );
    expect(view).toMatchObject({
      record: { id },
      push: { allowed: true, company: { name: "Card firm" }, contacts: null },
    });
    const answer = await card<CardAnswer>(world, "POST", "/card/push", {
      ...subject,
      version: view.version,
      requestId: randomUUID(),
    });
    expect(answer.view.status).toBe("in_sync");
    expect(await ticketIn(world, objectId)).toMatchObject({
      properties: { hs_ticket_priority: "LOW" },
    });
    expect(await parentsIn(world, objectId)).toEqual([
      `companies ${await objectOf("companies", firm.id)}*`,
    ]);
    await switchOn(world);
  });

  test("is the same to the server and to the database", async () => {
    await asOwner(world, async (owner) => {
      expect(
        await typesInDatabase(
          async <Row extends QueryResultRow>(text: string) =>
            (await owner.query<Row>(text)).rows,
        ),
      ).toEqual(
        typesInDescriptors(
          [...listedTypes.map(descriptorOf), ticket],
          [...associationKinds, ticketToContact, ticketToCompany],
        ),
      );
    });
  });

  test.each([
    [
      "a primary parent of a kind that has none",
      ["ticket", "contact", "{primary}"],
      "A ticket has no primary contact.",
    ],
    [
      "an association that no kind allows",
      ["company", "ticket", "{}"],
      [
        "An association goes from a contact to a company",
        "or from a deal to a company",
        "or from a deal to a contact",
        "or from a ticket to a company",
        "or from a ticket to a contact.",
      ].join(", "),
    ],
    [
      "a parent that isn't there",
      ["ticket", "company", "{}"],
      "There is no company 00000000-0000-4000-8000-000000000009 in this portal.",
    ],
  ])("refuses %s by SQL", async (_what, [from, to, labels], message) => {
    const { id } = await makeTicket(world, { subject: "By SQL" });
    await expect(
      inSql(
        world,
        "insert into workspace.associations (from_type, from_id, to_type, to_id, labels) values ($1, $2, $3, $4, $5)",
        [from, id, to, "00000000-0000-4000-8000-000000000009", labels],
      ),
    ).rejects.toThrow(message);
  });

  test("has a view, routes, settings, runs, and a place in the sweep", async () => {
    const [made] = await inSql<{ id: string }>(
      world,
      "insert into workspace.tickets (subject, stage) values ('By SQL', '1') returning id",
    );
    await calm(world);
    const [row] = await inSql<Json>(
      world,
      "select subject, hubspot_id, sync_status from workspace.tickets where id = $1",
      [made?.id],
    );
    expect(row).toMatchObject({ subject: "By SQL", sync_status: "in_sync" });
    const { body: openApi } = await world.api<{ paths: Json }>(
      "GET",
      "/openapi.json",
    );
    expect(Object.keys(openApi.paths)).toEqual(
      expect.arrayContaining(["/tickets", "/tickets/{id}", "/tickets/batch"]),
    );
    const { body } = await world.api<{ settings: Json }>("GET", "/settings");
    expect(body.settings["ticket"]).toMatchObject({
      enabled: true,
      contactWithTicket: "if-missing",
      requireCompany: false,
    });
    const objectId = String(row?.["hubspot_id"]);
    await world.control("PUT", "/sandbox/faults", {
      webhooks: { lose: 1 },
    });
    const firm = await makeInHubSpot(world, "companies", { name: "Swept" });
    await relate(world, "PUT", objectId, "companies", firm, { primary: true });
    await world.control("DELETE", "/sandbox/faults");
    await sweep(world);
    await calm(world);
    const { id: firmId } = await recordOf(world, "companies", firm);
    expect((await ticketOf(world, objectId)).companyId).toBe(firmId);

    // A list of tickets doesn't tell which company is the primary one, and only the sweep looks at a ticket whose
    // association alone has changed.
    const options = await world.control(
      "PATCH",
      `/sandbox/portals/${world.portalId}`,
      { options: { associationsTouchModified: false } },
    );
    expect(options.status).toBe(200);
    const other = await makeInHubSpot(world, "companies", { name: "Second" });
    await relate(world, "PUT", objectId, "companies", other);
    await calm(world);
    await world.control("PUT", "/sandbox/faults", { webhooks: { lose: 1 } });
    await relate(world, "PUT", objectId, "companies", other, { primary: true });
    await world.control("DELETE", "/sandbox/faults");
    await sweep(world);
    await calm(world);
    const { id: otherId } = await recordOf(world, "companies", other);
    expect((await ticketOf(world, objectId)).companyId).toBe(otherId);
  });
});

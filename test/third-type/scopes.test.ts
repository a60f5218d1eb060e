import { beforeAll, expect, test } from "vitest";
import { calm } from "../acceptance/steps/calm.ts";
import { attention } from "../acceptance/steps/attention.ts";
import { missing, withhold } from "../acceptance/steps/scopes.ts";
import { make, record } from "../acceptance/steps/records.ts";
import { choose } from "../acceptance/steps/settings.ts";
import { upkeepTurn } from "../acceptance/steps/housekeeping.ts";
import type { Json, World } from "../acceptance/world.ts";
import {
  associate,
  firstPullEnded,
  installActive,
  makeInHubSpot,
  makeTicket,
  parentsIn,
  ticketOf,
  ticketRecord,
  useTicketWorld,
} from "./ticket-world.ts";

// An optional type's scopes come late, or never: what a portal syncs without it goes on.

const at = useTicketWorld();

let world: World;
beforeAll(async () => {
  ({ world } = at);
  await installActive(world, { withholdScopes: ["tickets"] });
}, 60_000);

const runs = async (): Promise<string[]> => {
  const { body } = await world.api<{
    results: { kind: string; mode: string; objectType: string }[];
  }>("GET", "/runs?limit=200");
  return body.results.map(
    ({ kind, mode, objectType }) => `${mode} ${kind} ${objectType}`,
  );
};

/** The calls that HubSpot refused. */
const refusals = async (): Promise<unknown[]> => {
  const { body } = await world.control<{
    rows: { path: string; status: number }[];
  }>("GET", "/sandbox/requests");
  expect(body.rows.length).toBeGreaterThan(0);
  return body.rows.filter(({ status }) => status >= 400);
};

test("a portal that never granted the scopes lives on as before, although the type is switched on", async () => {
  await choose(world, { ticket: { enabled: true } } as object);
  await world.control("DELETE", "/sandbox/requests");
  await upkeepTurn(world);
  await calm(world);
  expect((await world.api("GET", "/installation")).body).toMatchObject({
    state: "active",
    missingCapabilities: {},
  });
  expect(await attention(world)).toEqual([]);
  expect((await runs()).filter((run) => run.includes("ticket"))).toEqual([]);

  const person = await make(world, "contacts", { email: "a@late.example" });
  const ticket = await makeTicket(world, { subject: "Waits" });
  await calm(world);
  expect((await record(world, "contacts", person.id)).hubspotId).not.toBeNull();
  expect(await ticketRecord(world, ticket.id)).toMatchObject({
    hubspotId: null,
  });
  expect(
    (await world.api("GET", `/tickets/${ticket.id}/sync`)).body,
  ).toMatchObject({ code: "type_off", push: { allowed: false } });
  // Anything asked about tickets would have been.
  expect(await refusals()).toEqual([]);
});

test("scopes that are granted later start the type's first pull and leave the others alone", async () => {
  const objectId = await makeInHubSpot(world, "tickets", { subject: "Theirs" });
  const ended = await firstPullEnded(world);
  const before = await runs();
  const states = new Set<unknown>();
  const reply = await world.install();
  expect(reply.status).toBe(200);
  await world.until(async () => {
    states.add((await world.api("GET", "/installation")).body["state"]);
    return (await firstPullEnded(world))["ticket"] !== null;
  }, "tickets have been pulled");
  await calm(world);
  expect([...states]).toEqual(["active"]);
  expect(await ticketOf(world, objectId)).toMatchObject({
    properties: { subject: "Theirs" },
  });
  const after = await firstPullEnded(world);
  expect({ ...after, ticket: null }).toEqual({ ...ended, ticket: null });
  const news = (await runs()).slice(0, (await runs()).length - before.length);
  expect(news.filter((run) => run.startsWith("full pull"))).toEqual([
    "full pull ticket",
  ]);
  const { body } = await world.api<{ results: Json[] }>(
    "GET",
    "/tickets?limit=10",
  );
  // What was made here meanwhile follows, once the first pull has ended.
  expect(body.results.map(({ hubspotId }) => typeof hubspotId)).toEqual([
    "string",
    "string",
  ]);
});

test("associations of one kind that HubSpot doesn't allow leave those of another alone", async () => {
  const person = await make(world, "contacts", { email: "b@late.example" });
  const firm = await make(world, "companies", { name: "Late" });
  const { id } = await makeTicket(world, { subject: "Kinds" });
  await calm(world);
  const { hubspotId: personObject } = await record(
    world,
    "contacts",
    person.id,
  );
  const { hubspotId: objectId } = await ticketRecord(world, id);
  if (objectId === null) throw new Error("The ticket is not linked.");

  await withhold(world, "crm.objects.companies.write");
  await associate(world, id, "company", firm.id);
  await calm(world);
  await associate(world, id, "contact", person.id);
  await calm(world);
  expect(await missing(world)).toEqual([
    "write-associations:ticket_to_company",
  ]);
  expect(
    (await attention(world)).map(({ code, cause }) => `${code}: ${cause}`),
  ).toEqual([
    expect.stringContaining(
      "Counterpart doesn't have permission to write associations between tickets and companies",
    ),
  ]);
  expect(await parentsIn(world, objectId)).toEqual([
    `contacts ${personObject}`,
  ]);

  await withhold(world);
  await upkeepTurn(world);
  await calm(world);
  const { hubspotId: firmObject } = await record(world, "companies", firm.id);
  expect(await parentsIn(world, objectId)).toEqual([
    `companies ${firmObject}`,
    `contacts ${personObject}`,
  ]);
  expect(await missing(world)).toEqual([]);
  expect(await attention(world)).toEqual([]);
});

import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { calm } from "../acceptance/steps/calm.ts";
import { attention } from "../acceptance/steps/attention.ts";
import { missing, withhold } from "../acceptance/steps/scopes.ts";
import { asOwner } from "../acceptance/steps/database.ts";
import { make, record } from "../acceptance/steps/records.ts";
import { choose } from "../acceptance/steps/settings.ts";
import { dueNow, upkeepTurn } from "../acceptance/steps/housekeeping.ts";
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
  // Housekeeping has its turn while the admin's browser waits for HubSpot, between the type's unique property and its
  // definitions.
  await world.control("PUT", "/sandbox/faults", {
    path: "/account-info/",
    latencyMs: 1_000,
    times: 1,
  });
  const reply = await world.install();
  expect(reply.status).toBe(200);
  await world.control("DELETE", "/sandbox/faults");
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

test.each([
  ["has its turn", "now()"],
  ["reads definitions again", "now() - interval '2 hours'"],
])(
  "a type that is switched on while housekeeping %s is prepared right after it",
  async (_what, readAt) => {
    await choose(world);
    await withhold(world, "crm.objects.contacts.write");
    await make(world, "contacts", { email: `${randomUUID()}@late.example` });
    await calm(world);
    expect(await missing(world)).toEqual(["write:contact"]);
    // Forgotten, as of an account that never synced tickets.
    await asOwner(world, async (owner) => {
      await owner.query(
        `update installation set unique_property = unique_property - 'ticket', first_pull_ended = first_pull_ended - 'ticket',
        definitions_read_at = ${readAt}`,
      );
    });

    // Its turn asks HubSpot whether contacts may be written by now.
    await world.control("PUT", "/sandbox/faults", {
      latencyMs: 1_500,
      times: 1,
    });
    await dueNow(world, "upkeep");
    await asOwner(world, (owner) =>
      world.until(async () => {
        const { rowCount } = await owner.query(
          "select from lane where kind = 'upkeep' and leased",
        );
        return rowCount === 1;
      }, "housekeeping has its turn"),
    );
    await choose(world, { ticket: { enabled: true } } as object);
    await world.until(
      async () => (await firstPullEnded(world))["ticket"] !== null,
      "tickets have been pulled",
    );
    const { body } = await world.control<{ faults: { hits: number }[] }>(
      "GET",
      "/sandbox/faults",
    );
    expect(JSON.stringify(body)).toContain('"hits":1');
  },
);

test("a type that is switched on in the last moment of housekeeping's turn is prepared all the same", async () => {
  await choose(world);
  await calm(world);
  await asOwner(world, async (owner) => {
    await owner.query(
      `update installation set unique_property = unique_property - 'ticket', first_pull_ended = first_pull_ended - 'ticket'`,
    );
    // A turn that has looked already, and is about to give the lane back until its next time.
    await owner.query("begin");
    await world.until(async () => {
      const { rowCount } = await owner.query(
        "select from lane where kind = 'upkeep' and not leased for update",
      );
      return rowCount === 1;
    }, "housekeeping has no turn");
    await choose(world, { ticket: { enabled: true } } as object);
    await owner.query(
      "update lane set next_at = now() + interval '5 minutes' where kind = 'upkeep'",
    );
    await owner.query("commit");
  });
  await world.until(
    async () => (await firstPullEnded(world))["ticket"] !== null,
    "tickets have been pulled",
  );
});

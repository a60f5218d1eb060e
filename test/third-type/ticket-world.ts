import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect } from "vitest";
import { readProjectFiles } from "../../sandbox/project.ts";
import type { ProjectFiles } from "../../sandbox/project.ts";
import { ServerProcess } from "../acceptance/kill-process.ts";
import { asOwner, asProduct, inSql } from "../acceptance/steps/database.ts";
import { calm } from "../acceptance/steps/calm.ts";
import { sweepSoon } from "../acceptance/steps/housekeeping.ts";
import { choose } from "../acceptance/steps/settings.ts";
import { World } from "../acceptance/world.ts";
import type { Json, TruthRow } from "../acceptance/world.ts";
import { cloneDatabase } from "../database.ts";
import { ticket } from "./ticket.ts";

/** The files of a HubSpot project that subscribes to tickets as it does to the other types, and asks for their scope. */
async function projectFiles(): Promise<ProjectFiles> {
  const { manifest, webhooks } = (await readProjectFiles()) as {
    manifest: { config: { auth: { optionalScopes: string[] } } };
    webhooks: { config: { subscriptions: { crmObjects: Json[] } } };
  };
  manifest.config.auth.optionalScopes.push(ticket.hubspot.scopes.read);
  const events = [
    "creation",
    "deletion",
    "merge",
    "restore",
    "associationChange",
  ].map((event) => ({ subscriptionType: `object.${event}` }));
  const properties = Object.values(ticket.fields).map(({ mapping }) => ({
    subscriptionType: "object.propertyChange",
    propertyName: mapping.property,
  }));
  webhooks.config.subscriptions.crmObjects.push(
    ...[...events, ...properties].map((one) => ({
      ...one,
      objectType: "ticket",
      active: true,
    })),
  );
  return { manifest, webhooks };
}

/**
 * A world whose server, database, and HubSpot project know tickets; not installed yet. The server is a process of its
 * own, because it learns the type before it loads anything else. An id of HubSpot's names an object of each type.
 */
export function useTicketWorld(): { readonly world: World } {
  let open: World | undefined;
  let withoutTickets: World["server"] | undefined;
  beforeAll(async () => {
    const database = await cloneDatabase();
    await asOwnerOf(database.url, await readFile(migration, "utf8"));
    open = await World.start({
      database,
      files: await projectFiles(),
      portal: { overlappingIds: true },
      // The world's own server does no work.
      environment: { ROLE: "web" },
    });
    withoutTickets = open.server;
    const preload = new URL("./register-ticket.ts", import.meta.url);
    const server = await ServerProcess.start(open, {
      NODE_OPTIONS: `--import=${preload.href}`,
      ROLE: "all",
    });
    server.serve(open);
  });
  afterAll(async () => {
    await withoutTickets?.stop();
    await open?.stop();
  });
  return {
    get world() {
      if (open === undefined)
        throw new Error("The world is there once the tests run.");
      return open;
    },
  };
}

const migration = new URL("./ticket.sql", import.meta.url);

async function asOwnerOf(url: string, text: string): Promise<void> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  try {
    await owner.query(text);
  } finally {
    await owner.end();
  }
}

/** Installs the app and waits until the types that every portal syncs have been pulled. */
export async function installActive(
  world: World,
  body?: Parameters<World["install"]>[0],
): Promise<void> {
  expect(await world.install(body)).toMatchObject({ status: 200 });
  await world.until(
    async () =>
      (await world.api("GET", "/installation")).body["state"] === "active",
    "active",
  );
  await calm(world);
}

/** What was asked of HubSpot, each route once, in the order of the first calls: "METHOD path". */
export async function calls(world: World): Promise<string[]> {
  const { body } = await world.control<{
    rows: { method: string; path: string }[];
  }>("GET", "/sandbox/requests");
  return body.rows.map(({ method, path }) => `${method} ${path}`);
}

/** Switches tickets on with what is wished for them, and for the portal, and waits until their first pull has ended. */
export async function switchOn(
  world: World,
  wish: Json = {},
  ofPortal: Json = {},
): Promise<void> {
  await choose(world, {
    ...ofPortal,
    ticket: { enabled: true, ...wish },
  } as object);
  await world.until(
    async () =>
      (await firstPullEnded(world))["ticket"] !== null &&
      (await world.api("GET", "/installation")).body["state"] === "active",
    "tickets have been pulled",
  );
}

/** When each type's first pull ended. */
export const firstPullEnded = async (
  world: World,
): Promise<Record<string, string | null>> =>
  (
    await world.api<{ firstPullEndedAt: Record<string, string | null> }>(
      "GET",
      "/installation",
    )
  ).body.firstPullEndedAt;

export interface Ticket {
  readonly id: string;
  readonly properties: Json;
  readonly companyId: string | null;
  readonly hubspotId: string | null;
  readonly deletedAt: string | null;
  readonly sync: { readonly status: string; readonly code: string };
}

/** The records of tickets that are not deleted. */
export const ticketRecords = async (world: World): Promise<Ticket[]> => {
  const { status, body } = await world.api<{ results: Ticket[] }>(
    "GET",
    "/tickets?limit=200",
  );
  expect(status).toBe(200);
  return body.results;
};

/** The record of a ticket in HubSpot. */
export async function ticketOf(
  world: World,
  objectId: string,
): Promise<Ticket> {
  const all = await ticketRecords(world);
  const found = all.find(({ hubspotId }) => hubspotId === objectId);
  if (found === undefined)
    throw new Error(`No record of ticket ${objectId}: ${JSON.stringify(all)}`);
  return found;
}

/** The product creates a ticket. */
export async function makeTicket(
  world: World,
  properties: Json,
  companyId?: string,
): Promise<Ticket> {
  const reply = await world.api<Ticket>("POST", "/tickets", {
    properties: { stage: "1", ...properties },
    ...(companyId === undefined ? {} : { companyId }),
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  return reply.body;
}

/** A HubSpot user creates an object of any type. */
export async function makeInHubSpot(
  world: World,
  path: string,
  properties: Json,
  associations: readonly Json[] = [],
): Promise<string> {
  const reply = await world.inHubSpot<{ id: string }>(
    "POST",
    `/objects/${path}`,
    {
      properties:
        path === "tickets"
          ? { hs_pipeline_stage: "1", ...properties }
          : properties,
      associations,
    },
  );
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  return reply.body.id;
}

/** A ticket as HubSpot truly has it. */
export async function ticketIn(
  world: World,
  objectId: string | null,
): Promise<TruthRow> {
  const found = (await ticketsIn(world)).find(({ id }) => id === objectId);
  if (found === undefined) throw new Error(`HubSpot has no ticket ${objectId}`);
  return found;
}

export const ticketsIn = async (
  world: World,
  archived = false,
): Promise<TruthRow[]> =>
  (
    await world.inHubSpot<{ results: TruthRow[] }>(
      "GET",
      `/objects/tickets?archived=${archived}`,
    )
  ).body.results;

/** The parents of a ticket in HubSpot, as "contacts 1" and "companies 2*", the primary one with a star. */
export async function parentsIn(
  world: World,
  objectId: string | null,
): Promise<string[]> {
  const { associations } = await ticketIn(world, objectId);
  return Object.values(associations)
    .map((each) => {
      const { toType, toId, primary } = each as Json;
      return `${String(toType)} ${String(toId)}${primary === true ? "*" : ""}`;
    })
    .sort();
}

/** The parents of a ticket in the workspace, as its product's SQL shows them: "contact 1" and "company 2*". */
export const parentsHere = async (
  world: World,
  recordId: string,
): Promise<string[]> =>
  (
    await inSql<{ to_type: string; to_id: string; labels: string[] }>(
      world,
      "select to_type, to_id, labels from workspace.associations where from_type = 'ticket' and from_id = $1",
      [recordId],
    )
  )
    .map(
      ({ to_type: type, to_id: id, labels }) =>
        `${type} ${id}${labels.includes("primary") ? "*" : ""}`,
    )
    .sort();

/** The product associates a ticket with a contact or a company. */
export const associate = async (
  world: World,
  ticketId: string,
  type: "contact" | "company",
  parentId: string,
): Promise<void> => {
  await inSql(
    world,
    "insert into workspace.associations (from_type, from_id, to_type, to_id) values ('ticket', $1, $2, $3)",
    [ticketId, type, parentId],
  );
};

/** The product creates a ticket of a contact in one transaction. */
export const makeTicketOf = (
  world: World,
  subject: string,
  contactId: string,
): Promise<string> =>
  asProduct(world, async (product) => {
    await product.query("begin");
    const { rows } = await product.query<{ id: string }>(
      "insert into workspace.tickets (subject, stage) values ($1, '1') returning id",
      [subject],
    );
    const id = rows[0]?.id ?? "";
    await product.query(
      "insert into workspace.associations (from_type, from_id, to_type, to_id) values ('ticket', $1, 'contact', $2)",
      [id, contactId],
    );
    await product.query("commit");
    return id;
  });

/** The product takes an association of a ticket away. */
export const dissociate = async (
  world: World,
  ticketId: string,
  parentId: string,
): Promise<void> => {
  await inSql(
    world,
    "delete from workspace.associations where from_id = $1 and to_id = $2",
    [ticketId, parentId],
  );
};

/** A HubSpot user associates a ticket, or takes an association away. */
export async function relate(
  world: World,
  method: "PUT" | "DELETE",
  ticketId: string,
  toType: string,
  toId: string,
  more: Json = {},
): Promise<void> {
  const { status } = await world.inHubSpot(method, "/associations", {
    fromType: "tickets",
    fromId: ticketId,
    toType,
    toId,
    ...more,
  });
  expect(status).toBeLessThan(300);
}

/** A HubSpot user changes a ticket. */
export async function changeInHubSpot(
  world: World,
  objectId: string,
  properties: Json,
): Promise<void> {
  const reply = await world.inHubSpot("PATCH", `/objects/tickets/${objectId}`, {
    properties,
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
}

/** The product changes a ticket. */
export async function changeTicket(
  world: World,
  id: string,
  properties: Json,
): Promise<void> {
  const reply = await world.api("PATCH", `/tickets/${id}`, { properties });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
}

/** A ticket by its id, a deleted one too. */
export const ticketRecord = async (
  world: World,
  id: string,
): Promise<Ticket> => {
  const { status, body } = await world.api<Ticket>("GET", `/tickets/${id}`);
  expect(status).toBe(200);
  return body;
};

/** Sweeps now, to the end of the tickets' part. */
export async function sweep(world: World): Promise<void> {
  const swept = (): Promise<number> =>
    asOwner(
      world,
      async (owner) =>
        (
          await owner.query(
            "select from run where kind = 'sweep' and object_type = 'ticket' and state = 'done'",
          )
        ).rows.length,
    );
  const before = await swept();
  await sweepSoon(world);
  await world.until(
    async () => (await swept()) > before,
    "tickets have been swept",
  );
}

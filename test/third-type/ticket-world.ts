import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { expect } from "vitest";
import { readProjectFiles } from "../../sandbox/project.ts";
import type { ProjectFiles } from "../../sandbox/project.ts";
import { defaultMappingsOf } from "../../server/settings/default-mappings.ts";
import type { ObjectType } from "../../server/settings/types/index.ts";
import { asOwner, asProduct, inSql } from "../acceptance/steps/database.ts";
import { choose } from "../acceptance/steps/settings.ts";
import { World } from "../acceptance/world.ts";
import type { Json, TruthRow } from "../acceptance/world.ts";
import { cloneDatabase } from "../database.ts";
import { withTicketScopes } from "./register.ts";

export const ticketType = "ticket" as ObjectType;

/** The files of a HubSpot project that subscribes to tickets as it does to the other types, and asks for their scope. */
async function projectFiles(): Promise<ProjectFiles> {
  const files = (await readProjectFiles()) as {
    manifest: Parameters<typeof withTicketScopes>[0];
    webhooks: {
      config: { subscriptions: { crmObjects: Json[] } };
    };
  };
  const { config } = files.webhooks;
  const events = ["creation", "deletion", "merge", "restore"].map((event) => ({
    subscriptionType: `object.${event}`,
  }));
  const properties = defaultMappingsOf(ticketType).map(({ property }) => ({
    subscriptionType: "object.propertyChange",
    propertyName: property,
  }));
  return {
    manifest: withTicketScopes(files.manifest),
    webhooks: {
      config: {
        ...config,
        subscriptions: {
          ...config.subscriptions,
          crmObjects: [
            ...config.subscriptions.crmObjects,
            ...[
              ...events,
              { subscriptionType: "object.associationChange" },
              ...properties,
            ].map((one) => ({ ...one, objectType: "ticket", active: true })),
          ],
        },
      },
    },
  };
}

/** A world whose database and HubSpot project know tickets; not installed yet. An id names an object of each type. */
export async function startTicketWorld(): Promise<World> {
  const database = await cloneDatabase();
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  try {
    await owner.query(
      await readFile(new URL("./ticket.sql", import.meta.url), "utf8"),
    );
  } finally {
    await owner.end();
  }
  return World.start({
    database,
    files: await projectFiles(),
    portal: { overlappingIds: true },
  });
}

/** Switches tickets on, and waits until their first pull has ended. */
export async function switchOn(world: World, wish: Json = {}): Promise<void> {
  await choose(world, { ticket: { enabled: true, ...wish } } as object);
  await world.until(
    async () =>
      (await firstPullEnded(world))[ticketType as string] !== null &&
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
  await asOwner(world, async (owner) => {
    await owner.query("update lane set next_at = now() where kind = 'sweep'");
  });
  await world.until(
    async () => (await swept()) > before,
    "tickets have been swept",
  );
}

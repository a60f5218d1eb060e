import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { expect } from "vitest";
import { readProjectFiles } from "../../sandbox/project.ts";
import type { ProjectFiles } from "../../sandbox/project.ts";
import { defaultMappingsOf } from "../../server/settings/default-mappings.ts";
import type { ObjectType } from "../../server/settings/types/index.ts";
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

/** A world whose database and HubSpot project know tickets; not installed yet. */
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
  return World.start({ database, files: await projectFiles() });
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
  (await world.api<{ firstPullEndedAt: Record<string, string | null> }>(
    "GET",
    "/installation",
  )).body.firstPullEndedAt;

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
      return `${toType} ${toId}${primary === true ? "*" : ""}`;
    })
    .sort();
}

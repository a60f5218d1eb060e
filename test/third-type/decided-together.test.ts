import { beforeAll, expect, test } from "vitest";
import { attention } from "../acceptance/steps/attention.ts";
import { calm } from "../acceptance/steps/calm.ts";
import type { World } from "../acceptance/world.ts";
import {
  changeInHubSpot,
  changeTicket,
  makeTicket,
  switchOn,
  ticketIn,
  ticketRecord,
  useTicketWorld,
} from "./ticket-world.ts";

// A ticket's stage belongs to one of its pipelines, so the two are decided together.

const at = useTicketWorld();

let world: World;
/** A second pipeline of the portal, and its stages. */
let pipeline: string;
let stages: readonly string[];

beforeAll(async () => {
  ({ world } = at);
  await world.installed();
  const { status, body } = await world.inHubSpot<{
    id: string;
    stages: { id: string }[];
  }>("POST", "/pipelines/tickets", {
    label: "Returns",
    displayOrder: 1,
    stages: ["Asked for", "Sent back"].map((label, displayOrder) => ({
      label,
      displayOrder,
      metadata: { ticketState: "OPEN" },
    })),
  });
  expect(status, JSON.stringify(body)).toBe(201);
  pipeline = body.id;
  stages = body.stages.map(({ id }) => id);
  await switchOn(world);
});

const wait = { automatic: { pull: false, push: false } };

async function linked(
  subject: string,
): Promise<{ id: string; objectId: string }> {
  const { id } = await makeTicket(world, { subject, pipeline: "0" });
  await calm(world);
  const { hubspotId } = await ticketRecord(world, id);
  return { id, objectId: hubspotId ?? "none" };
}

/** What both sides have of a ticket's pipeline and stage. */
const bothSides = async ({
  id,
  objectId,
}: {
  id: string;
  objectId: string;
}) => {
  const { properties } = await ticketRecord(world, id);
  const theirs = (await ticketIn(world, objectId)).properties;
  return {
    workspace: [properties["pipeline"], properties["stage"]],
    hubspot: [theirs["hs_pipeline"], theirs["hs_pipeline_stage"]],
  };
};

const inBoth = (values: readonly unknown[]) => ({
  workspace: values,
  hubspot: values,
});

test("one side wins both, although the other alone has changed one of them", async () => {
  await switchOn(world);
  const ticket = await linked("Wins both");
  await switchOn(world, { policy: "workspace" }, wait);
  await changeTicket(world, ticket.id, { stage: "2" });
  await changeInHubSpot(world, ticket.objectId, {
    hs_pipeline: pipeline,
    hs_pipeline_stage: stages[0],
  });
  await switchOn(world, { policy: "workspace" });
  await calm(world);
  expect(await bothSides(ticket)).toEqual(inBoth(["0", "2"]));
});

test("both are held for a person, whose choice for one of them moves both", async () => {
  await switchOn(world);
  const ticket = await linked("Held");
  await switchOn(world, { policy: "hold" }, wait);
  await changeTicket(world, ticket.id, { stage: "2" });
  await changeInHubSpot(world, ticket.objectId, {
    hs_pipeline: pipeline,
    hs_pipeline_stage: stages[1],
  });
  await switchOn(world, { policy: "hold" });
  await calm(world);
  const held = await attention(world, ticket.id);
  expect(held.map(({ field }) => field ?? "").sort()).toEqual([
    "pipeline",
    "stage",
  ]);
  expect(await bothSides(ticket)).toEqual({
    workspace: ["0", "2"],
    hubspot: [pipeline, stages[1]],
  });
  const stage = held.find(({ field }) => field === "stage");
  const reply = await world.api("POST", `/attention/${stage?.id}/resolve`, {
    choice: "workspace",
  });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  await calm(world);
  expect(await bothSides(ticket)).toEqual(inBoth(["0", "2"]));
  expect(await attention(world, ticket.id)).toEqual([]);
});

test("one that HubSpot rejects keeps the other one from being written", async () => {
  await switchOn(world);
  const ticket = await linked("Rejected");
  // A stage of the other pipeline.
  await changeTicket(world, ticket.id, { pipeline, stage: "3" });
  await calm(world);
  const parked = await attention(world, ticket.id);
  expect(parked.map(({ field }) => field ?? "").sort()).toEqual([
    "pipeline",
    "stage",
  ]);
  expect((await bothSides(ticket)).hubspot).toEqual(["0", "1"]);
  await changeTicket(world, ticket.id, { stage: stages[1] });
  await calm(world);
  expect(await bothSides(ticket)).toEqual(inBoth([pipeline, stages[1]]));
  expect(await attention(world, ticket.id)).toEqual([]);
});

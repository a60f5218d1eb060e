import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { calm } from "../acceptance/steps/calm.ts";
import type { World } from "../acceptance/world.ts";
import {
  makeInHubSpot,
  makeTicket,
  parentsIn,
  startTicketWorld,
  switchOn,
  ticketIn,
  ticketOf,
} from "./ticket-world.ts";

// A third type takes a descriptor, its association kinds, a line for each, and a migration. No other file knows tickets.

vi.mock("../../server/settings/types/registered.ts", async (original) => {
  const { withTicket } = await import("./register.ts");
  return withTicket(await original());
});
vi.mock(
  "../../hubspot-project/src/app/app-hsmeta.json",
  async (original) => {
    const { withTicketScopes } = await import("./register.ts");
    const { default: manifest } = await original<{
      default: Parameters<typeof withTicketScopes>[0];
    }>();
    return { default: withTicketScopes(manifest) };
  },
);

let world: World;
beforeAll(async () => {
  world = await startTicketWorld();
}, 60_000);
afterAll(async () => {
  await world.stop();
});

describe("a type that the app learns later", () => {
  test("is pulled once a portal switches it on, with the parents that it belongs to", async () => {
    await world.installed();
    const firm = await makeInHubSpot(world, "companies", { name: "Acme" });
    const person = await makeInHubSpot(world, "contacts", {
      email: "ann@third.example",
    });
    const objectId = await makeInHubSpot(
      world,
      "tickets",
      { subject: "No heating" },
      [
        { toType: "contacts", toId: person },
        { toType: "companies", toId: firm, primary: true },
      ],
    );
    await switchOn(world);
    await calm(world);
    const ticket = await ticketOf(world, objectId);
    expect(ticket).toMatchObject({
      properties: { subject: "No heating", stage: "1", pipeline: "0" },
      sync: { status: "in_sync" },
    });
    expect(ticket.companyId).not.toBeNull();
  });

  test("is pushed, and linked", async () => {
    const made = await makeTicket(world, { subject: "From here" });
    await calm(world);
    const { body } = await world.api<typeof made>("GET", `/tickets/${made.id}`);
    expect(body.hubspotId).not.toBeNull();
    expect(await ticketIn(world, body.hubspotId)).toMatchObject({
      properties: { subject: "From here", hs_pipeline_stage: "1" },
    });
    expect(await parentsIn(world, body.hubspotId)).toEqual([]);
  });
});

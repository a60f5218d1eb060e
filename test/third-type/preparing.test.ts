import { beforeAll, expect, test } from "vitest";
import { calm } from "../acceptance/steps/calm.ts";
import { choose } from "../acceptance/steps/settings.ts";
import type { World } from "../acceptance/world.ts";
import {
  calls,
  changeInHubSpot,
  firstPullEnded,
  installActive,
  makeInHubSpot,
  makeTicket,
  ticketOf,
  ticketRecord,
  useTicketWorld,
} from "./ticket-world.ts";

// Between the switch and the end of its preparation, nothing of a type moves, whatever asks for it.

const at = useTicketWorld();

let world: World;
beforeAll(async () => {
  ({ world } = at);
  await installActive(world);
}, 60_000);

test("until it's prepared, the API and the card say so, and no event of it is followed", async () => {
  const theirs = await makeInHubSpot(world, "tickets", { subject: "Early" });
  const ours = await makeTicket(world, { subject: "Ours, early" });
  await calm(world);
  await world.control("PUT", "/sandbox/faults", {
    path: "/properties/",
    latencyMs: 3_000,
  });
  await world.control("DELETE", "/sandbox/requests");
  await choose(world, { ticket: { enabled: true } } as object);
  await changeInHubSpot(world, theirs, { subject: "Earlier" });
  for (const kind of ["pull", "push", "both"])
    expect(
      await world.api("POST", `/sync/${kind}`, {
        objectType: "ticket",
        all: true,
      }),
    ).toMatchObject({
      status: 409,
      body: {
        code: "type_preparing",
        detail: expect.stringContaining("Tickets don't sync yet."),
      },
    });
  const refused = { allowed: false, code: "type_preparing" };
  expect(
    (await world.api("GET", `/tickets/${ours.id}/sync`)).body,
  ).toMatchObject({
    status: "setting_up",
    code: "type_preparing",
    pull: refused,
    push: refused,
    sync: refused,
  });
  await calm(world);
  expect(
    (await calls(world)).filter((call) => call.includes("/objects/")),
    "what was read or written of objects",
  ).toEqual([]);
  await world.control("DELETE", "/sandbox/faults");
  await world.until(
    async () => (await firstPullEnded(world))["ticket"] !== null,
    "tickets have been pulled",
  );
  await calm(world);
  expect(await ticketOf(world, theirs)).toMatchObject({
    properties: { subject: "Earlier" },
  });
  expect((await ticketRecord(world, ours.id)).hubspotId).not.toBeNull();
});

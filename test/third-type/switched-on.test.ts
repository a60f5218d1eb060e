import { beforeAll, expect, test } from "vitest";
import { calm } from "../acceptance/steps/calm.ts";
import { choose } from "../acceptance/steps/settings.ts";
import type { World } from "../acceptance/world.ts";
import {
  calls,
  firstPullEnded,
  installActive,
  makeInHubSpot,
  makeTicket,
  ticketOf,
  ticketRecord,
  useTicketWorld,
} from "./ticket-world.ts";

// A type that an active portal switches on is prepared before anything of it is pulled or pushed.

const at = useTicketWorld();

let world: World;
beforeAll(async () => {
  ({ world } = at);
  await installActive(world);
}, 60_000);

test("its unique property and definitions come first, then its pull, then its creations by key", async () => {
  const theirs = await makeInHubSpot(world, "tickets", { subject: "Theirs" });
  const ours = await makeTicket(world, { subject: "Ours" });
  await calm(world);
  await world.control("DELETE", "/sandbox/requests");
  await choose(world, { ticket: { enabled: true } } as object);
  await world.until(
    async () => (await firstPullEnded(world))["ticket"] !== null,
    "tickets have been pulled",
  );
  await calm(world);
  expect(await ticketOf(world, theirs)).toMatchObject({
    properties: { subject: "Theirs" },
  });
  expect((await ticketRecord(world, ours.id)).hubspotId).not.toBeNull();

  const asked = await calls(world);
  const first = (what: RegExp): number =>
    asked.findIndex((call) => what.test(call));
  const prepared = first(/^POST .*\/properties\/[^/]+\/\{objectType\}$/);
  const defined = first(/^GET .*\/properties\/[^/]+\/\{objectType\}$/);
  const listed = first(/^GET .*\/objects\/[^/]+\/\{objectType\}$/);
  const created = first(/^POST .*\/batch\/upsert$/);
  expect(Math.min(prepared, defined, listed, created)).toBeGreaterThan(-1);
  expect([prepared, defined, listed, created]).toEqual(
    [prepared, defined, listed, created].toSorted((a, b) => a - b),
  );
  expect(first(/^POST .*\/batch\/create/)).toBe(-1);
});

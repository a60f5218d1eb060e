import { expect, it } from "vitest";
import { UnavailableError } from "../../../server/hubspot/errors.ts";
import { oneCompany } from "./one-company.ts";
import { thrown } from "./thrown.ts";
import { bulk, interactive, useWorld } from "./world.ts";

const world = useWorld();
const name = { properties: ["name"] } as const;

it("8-A3 a HubSpot that is slow for one portal delays no other's call, and that portal's card goes first", async () => {
  const slow = await oneCompany(world());
  const quick = await oneCompany(world());
  const room = world().room("unlimited");
  const read = (
    { portalId, id }: typeof slow,
    options: typeof bulk | typeof interactive,
  ) => room.portal(portalId).read("company", [id], name, options);
  const order: string[] = [];
  await world().withFaults(
    slow.portalId,
    [{ path: "*/batch/*", latencyMs: 1_500 }],
    async () => {
      const calls = Array.from({ length: 100 }, () =>
        read(slow, bulk).then(() => order.push("slow")),
      );
      const card = read(slow, interactive).then(() => order.push("card"));
      await read(quick, bulk);
      await read(quick, interactive);
      order.push("quick");
      await Promise.all([...calls, card]);
    },
  );
  expect(order[0]).toBe("quick");
  // With those that left at once, and not behind the hundred.
  expect(order.indexOf("card")).toBeLessThan(40);
});

it("8-A3 a call that finds all of its portal's slots taken gives up in time, as HubSpot's not being there", async () => {
  const slow = await oneCompany(world());
  const room = world().room("unlimited");
  const gateway = room.portal(slow.portalId);
  await world().withFaults(
    slow.portalId,
    [{ path: "*/batch/*", latencyMs: 1_000 }],
    async () => {
      const calls = Array.from({ length: 40 }, () =>
        gateway.read("company", [slow.id], name, bulk),
      );
      const late = await thrown(
        gateway.read("company", [slow.id], name, { ...bulk, deadlineMs: 200 }),
      );
      expect(late).toBeInstanceOf(UnavailableError);
      await Promise.all(calls);
    },
  );
});

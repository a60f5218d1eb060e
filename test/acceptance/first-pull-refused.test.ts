import { describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { makeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, findRecordOf, recordOf } from "./steps/records.ts";
import { object } from "./steps/objects.ts";
import { installation, missing, refusals, withhold } from "./steps/scopes.ts";
import { useWorld } from "./world.ts";
import { upkeepTurn } from "./steps/housekeeping.ts";
import type { World } from "./world.ts";

const contactsRead = "crm.objects.contacts.read";

/** The first pull of a type has failed, and nothing runs. */
async function refused(world: World, objectType: string): Promise<void> {
  await world.until(async () => {
    const { body } = await world.api<{
      results: { objectType: string; state: string }[];
    }>("GET", "/runs?limit=50");
    return (
      body.results.some(
        (run) => run.objectType === objectType && run.state === "failed",
      ) && body.results.every((run) => ["done", "failed"].includes(run.state))
    );
  }, `the first pull of ${objectType} is refused`);
}

const active = (world: World): Promise<void> =>
  world.until(
    async () => (await installation(world)).state === "active",
    "the first pull has ended",
  );

describe.each(profiles)("as HubSpot is %s", (profile) => {
  describe("contacts may not be read", () => {
    const at = useWorld({
      portal: { profile, withheldScopes: [contactsRead] },
      environment: { PULL_INTERVAL_SECONDS: "0.5" },
      install: false,
    });

    test("a first pull that lacks a scope begins again once upkeep finds it granted, and the other type goes on meanwhile", async () => {
      const { world } = at;
      const person = await makeObject(world, "contacts", {
        email: "first@refused.example",
      });
      const firm = await makeObject(world, "companies", { name: "First" });
      expect(await world.install()).toMatchObject({ status: 200 });
      await refused(world, "contact");
      expect(await installation(world)).toMatchObject({ state: "first-pull" });
      expect(await missing(world)).toContain("read:contact");

      // Companies go on in both directions: by event, by the schedule's pull, and by the product's changes.
      const { id } = await recordOf(world, "companies", firm);
      await change(world, "companies", id, { city: "Bern" });
      await world.control("PUT", "/sandbox/faults", { webhooks: { lose: 1 } });
      const later = await makeObject(world, "companies", { name: "Later" });
      await world.until(
        async () =>
          (await findRecordOf(world, "companies", later)) !== undefined,
        "the scheduled pull has brought it",
      );
      await world.control("DELETE", "/sandbox/faults");
      await world.until(
        async () =>
          (await object(world, "companies", firm)).properties["city"] ===
          "Bern",
        "the change here has been pushed",
      );

      await world.control("DELETE", "/sandbox/requests");
      await upkeepTurn(world);
      expect(await installation(world)).toMatchObject({ state: "first-pull" });
      expect((await refusals(world)).length).toBeLessThanOrEqual(3);
      await withhold(world);
      await upkeepTurn(world);
      await active(world);
      expect(await findRecordOf(world, "contacts", person)).toBeDefined();
      expect(await installation(world)).toMatchObject({
        missingCapabilities: {},
        warnings: [],
      });
    });
  });

  describe("contacts may not be read until an admin connects again", () => {
    const at = useWorld({
      portal: { profile, withheldScopes: [contactsRead] },
      install: false,
    });

    test("connecting again begins a first pull that lacked a scope again", async () => {
      const { world } = at;
      const person = await makeObject(world, "contacts", {
        email: "again@refused.example",
      });
      await world.install();
      await refused(world, "contact");
      await withhold(world);
      expect(await world.install()).toMatchObject({ status: 200 });
      await active(world);
      await calm(world);
      expect(await findRecordOf(world, "contacts", person)).toBeDefined();
      expect(await missing(world)).toEqual([]);
    });
  });

  describe("HubSpot refuses a list", () => {
    const at = useWorld({ portal: { profile }, install: false });

    test.each([
      ["connecting again", (world: World) => world.install()],
      ["a start", (world: World) => world.api("POST", "/installation/start")],
    ])(
      "%s begins a first pull that HubSpot refused again",
      async (_name, again) => {
        const { world } = at;
        await world.addPortal({ profile });
        const person = await makeObject(world, "contacts", {
          email: "list@refused.example",
        });
        await world.control("PUT", "/sandbox/faults", {
          path: "/crm/objects/2026-09/contacts",
          status: 400,
        });
        await world.install();
        await refused(world, "contact");
        await world.control("DELETE", "/sandbox/faults");
        expect(await installation(world)).toMatchObject({
          state: "first-pull",
        });
        expect((await again(world)).status).toBe(200);
        await active(world);
        expect(await findRecordOf(world, "contacts", person)).toBeDefined();
      },
    );
  });
});

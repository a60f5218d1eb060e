import { describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { makeObject, merge } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { recordOf } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

const customersOnly = {
  company: {
    pull: {
      conditions: {
        stages: ["customer"],
        emailStatuses: null,
        customField: null,
      },
    },
  },
};

/** How many associations in HubSpot wait for a parent's record. */
const waiting = (world: World): Promise<number> =>
  asOwner(world, async (owner) => {
    const { rows } = await owner.query<{ count: number }>(
      "select count(*)::int as count from waiting_edge where portal_id = $1",
      [world.portalId],
    );
    return rows[0]?.count ?? -1;
  });

describe.each(profiles)(
  "a contact whose company in HubSpot has no record, as HubSpot is %s",
  (profile) => {
    const at = useWorld({ portal: { profile } });

    test("X-05 belongs to the surviving company once the two were merged, though HubSpot's events are lost", async () => {
      const { world } = at;
      await choose(world, customersOnly);
      const left = await makeObject(world, "companies", { name: "Left out" });
      const taken = await makeObject(world, "companies", {
        name: "Taken",
        lifecyclestage: "customer",
      });
      const person = await makeObject(
        world,
        "contacts",
        { email: "waits@merged.example" },
        left,
      );
      await calm(world);
      expect(await recordOf(world, "contacts", person)).toMatchObject({
        companyId: null,
      });
      expect(await waiting(world)).toBe(1);

      let survivor = "";
      await faultyWebhooks(world, { lose: true }, async () => {
        survivor = await merge(world, "companies", taken, left);
      });
      await sync(world, "pull", "companies", { hubspotIds: [survivor] });
      await calm(world);
      expect(await recordOf(world, "contacts", person)).toMatchObject({
        companyId: (await recordOf(world, "companies", survivor)).id,
        sync: { status: "in_sync" },
      });
      expect(await waiting(world)).toBe(0);
    });

    test("waits for it no longer once HubSpot has deleted it", async () => {
      const { world } = at;
      await choose(world, customersOnly);
      const left = await makeObject(world, "companies", { name: "Deleted" });
      await makeObject(
        world,
        "contacts",
        { email: "waits@deleted.example" },
        left,
      );
      await calm(world);
      expect(await waiting(world)).toBe(1);
      await world.inHubSpot("DELETE", `/objects/companies/${left}`);
      await calm(world);
      expect(await waiting(world)).toBe(0);
    });
  },
);

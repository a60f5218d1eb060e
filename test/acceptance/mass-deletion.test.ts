import { describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import type { AttentionEntry } from "./steps/attention.ts";
import { asOwner } from "./steps/database.ts";
import { one } from "./steps/one.ts";
import { makeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { records } from "./steps/records.ts";
import { setSettings } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";

const linked = 30;
const gone = 22;

describe.each(profiles)("as HubSpot is %s", (profile) => {
  describe.each(["hubspot", "workspace"] as const)(
    "a person chooses %s",
    (choice) => {
      const at = useWorld({
        portal: { profile },
        environment: { SWEEP_INTERVAL_SECONDS: "0.5" },
      });

      const sweptAt = async (): Promise<string> => {
        const { body } = await at.world.api<{ sweep: { at: string } | null }>(
          "GET",
          "/installation",
        );
        return body.sweep?.at ?? "";
      };

      /** Waits for a whole sweep of both types that begins after this moment. */
      async function sweptAnew(): Promise<void> {
        for (let sweeps = 0; sweeps < 4; sweeps++) {
          const before = await sweptAt();
          await at.world.until(
            async () => (await sweptAt()) > before,
            "swept again",
          );
        }
      }

      /** A sweep's turn that had begun before the hold may still be reading. */
      const noTurnIsLeft = (): Promise<void> =>
        at.world.until(
          () =>
            asOwner(at.world, async (owner) => {
              const { rows } = await owner.query(
                "select from lane where portal_id = $1 and leased",
                [at.world.portalId],
              );
              return rows.length === 0;
            }),
          "no lane is at work",
        );

      const held = async (): Promise<AttentionEntry[]> =>
        (await attention(at.world)).filter(
          ({ code }) => code === "mass_deletion",
        );

      test("AP-020 of more than 5 % that a sweep misses nothing is deleted until it is settled through the API", async () => {
        const { world } = at;
        await setSettings(world, "contact", { deletionSync: true });
        const ids: string[] = [];
        for (let index = 0; index < linked; index++)
          ids.push(
            await makeObject(world, "contacts", {
              email: `c${index}@mass.example`,
            }),
          );
        await world.until(
          async () => (await records(world, "contacts")).length === linked,
          "all are pulled",
        );

        // Held meanwhile: a sweep in their midst would find them in two small parts.
        await world.api("POST", "/installation/hold");
        await noTurnIsLeft();
        await faultyWebhooks(world, { lose: 1 }, async () => {
          for (const id of ids.slice(0, gone))
            await world.inHubSpot("DELETE", `/objects/contacts/${id}`);
          await world.control("POST", "/sandbox/webhooks/flush");
        });
        await world.api("POST", "/installation/start");
        await world.until(
          async () => (await held()).length > 0,
          "the deletions are held",
        );
        const entry = one(await held(), 0);
        expect(entry).toMatchObject({
          kind: "held",
          recordId: null,
          details: { count: gone, live: linked },
        });
        expect(await records(world, "contacts")).toHaveLength(linked);

        const resolve = () =>
          world.api("POST", `/attention/${entry.id}/resolve`, { choice });
        expect(await resolve()).toMatchObject({
          status: 200,
          body: {
            state: "resolved",
            resolvedBy: "API",
            details: { choice: choice === "hubspot" ? "approve" : "refuse" },
          },
        });
        expect(await resolve()).toMatchObject({
          status: 409,
          body: { code: "already_settled" },
        });

        const left = choice === "hubspot" ? linked - gone : linked;
        await world.until(
          async () => (await records(world, "contacts")).length === left,
          `${left} records are left`,
        );
        await sweptAnew();
        expect(await records(world, "contacts")).toHaveLength(left);
        expect(await held()).toEqual([]);
        expect(await world.truth("contacts")).toHaveLength(linked - gone);
      });
    },
  );
});

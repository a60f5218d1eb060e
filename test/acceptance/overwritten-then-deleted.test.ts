import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, object } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import { change, createLinked } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)(
  "a value that our write replaced unseen, as HubSpot is %s",
  (profile) => {
    const at = useWorld({ portal: { profile } });

    test.each([
      ["before anything of it was read again", "first"],
      ["right after the events of both values were read together", "later"],
    ] as const)(
      "is in the journal although the contact was deleted in HubSpot %s",
      async (_when, deleted) => {
        const { world } = at;
        await choose(world, { contact: { deletionSync: true } });
        const { id, objectId } = one(
          await createLinked(world, "contacts", [
            { email: `${deleted}@typed.example`, job_title: "Engineer" },
          ]),
          0,
        );
        await calm(world);
        // Half of the latency passes before HubSpot carries the write out: that is when somebody types.
        await world.control("PUT", "/sandbox/faults", [
          { webhooks: { paused: true } },
          { path: "batch/update", latencyMs: 3_000, times: 1 },
        ]);
        await change(world, "contacts", id, { job_title: "CTO" });
        await world.until(
          () =>
            asOwner(world, async (owner) => {
              const { rows } = await owner.query(
                "select from attempt where record_id = $1 and answered_at is null",
                [id],
              );
              return rows.length === 1;
            }),
          "the write is under way",
        );
        await pause(500);
        await changeObject(world, "contacts", objectId, {
          jobtitle: "Manager",
        });
        await world.until(
          async () =>
            (await object(world, "contacts", objectId)).properties[
              "jobtitle"
            ] === "CTO",
          "HubSpot has ours",
        );
        if (deleted === "later") {
          await world.control("DELETE", "/sandbox/faults");
          await calm(world);
        }
        await world.inHubSpot("DELETE", `/objects/contacts/${objectId}`);
        await world.control("DELETE", "/sandbox/faults");
        await calm(world);

        expect(await journal(world, { recordId: id })).toEqual(
          expect.arrayContaining([
            expect.objectContaining({
              code: "overwritten_unseen",
              changes: [
                expect.objectContaining({
                  field: "job_title",
                  before: "Manager",
                  after: "CTO",
                }),
              ],
            }),
            expect.objectContaining({ code: "deleted_in_hubspot" }),
          ]),
        );
      },
    );
  },
);

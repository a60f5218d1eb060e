import { beforeEach, describe, expect, test } from "vitest";
import { viewCard } from "./card.ts";
import { calm } from "./steps/calm.ts";
import {
  conflict,
  givenUp,
  linkExisting,
  theEntry,
} from "./steps/domain-conflict.ts";
import { objectsWith } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, objectOf, record } from "./steps/records.ts";
import { itemsOf, sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)(
  "the record that gave its company up, %s",
  (profile) => {
    const at = useWorld({ portal: { profile, searchLagMs: 0 } });
    beforeEach(() => choose(at.world));

    test("AP-105 the record that gave its company up is not created again by itself, and goes by a person's push once it conflicts with nothing", async () => {
      const { world } = at;
      const { holder, late, objectId, entry } = await conflict(
        world,
        "alone.example",
      );
      await linkExisting(world, entry);
      await calm(world);

      await change(world, "companies", holder, { phone: "+49 2" });
      await calm(world);
      expect((await record(world, "companies", holder)).sync).toMatchObject({
        status: "not_synced",
        code: "given_up",
        reason: givenUp,
      });
      expect(
        await objectsWith(world, "companies", "domain", "alone.example"),
      ).toHaveLength(1);

      // It has the domain still: pushed by hand, it is the one that conflicts, and the choice can be taken back.
      const refused = await sync(world, "push", "companies", { ids: [holder] });
      expect(await itemsOf(world, refused.id)).toMatchObject([
        { recordId: holder, outcome: "failed", code: "domain_conflict" },
      ]);
      expect(await theEntry(world, holder)).toMatchObject({
        choices: ["link_existing"],
        details: { objects: [{ hubspotId: objectId, recordId: late }] },
      });

      await change(world, "companies", holder, { domain: "own-alone.example" });
      await calm(world);
      expect((await record(world, "companies", holder)).sync.code).toBe(
        "given_up",
      );
      const pushed = await sync(world, "push", "companies", { ids: [holder] });
      expect(pushed.counts).toMatchObject({ created: 1 });
      await calm(world);
      expect(await objectOf(world, "companies", holder)).not.toBe(objectId);
      expect(await objectOf(world, "companies", late)).toBe(objectId);
    });

    test("AP-105 the choice can be taken back by the record that gave its company up", async () => {
      const { world } = at;
      const { holder, late, objectId, entry } = await conflict(
        world,
        "back.example",
      );
      await linkExisting(world, entry);
      await calm(world);
      await sync(world, "push", "companies", { ids: [holder] });

      const answer = await linkExisting(world, await theEntry(world, holder));

      expect(answer, JSON.stringify(answer.body)).toMatchObject({
        status: 200,
      });
      await calm(world);
      expect(await record(world, "companies", holder)).toMatchObject({
        hubspotId: objectId,
        sync: { status: "in_sync" },
      });
      expect((await record(world, "companies", late)).sync).toMatchObject({
        code: "given_up",
        reason: givenUp,
      });
      expect((await viewCard(world, "companies", objectId)).record?.id).toBe(
        holder,
      );
    });
  },
);

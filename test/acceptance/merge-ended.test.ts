import { describe, expect, test } from "vitest";
import { makeObject, merge } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import {
  createLinked,
  findRecordOf,
  record,
  recordOf,
  records,
  unDelete,
} from "./steps/records.ts";
import { pullAll } from "./steps/runs.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import type { Json, World } from "./world.ts";
import { useWorld } from "./world.ts";

/** Merges in HubSpot of objects whose links have ended: deleted items do not come back by them (issue 7, A4). */

const types = ["contacts", "companies"] as const;

const named = (name: Path, key: string): Json =>
  name === "contacts"
    ? { email: `${key}@ended.example`, first_name: key, city: key }
    : { domain: `${key}.ended.example`, name: key, city: key };

const inHubSpot = (name: Path, key: string): Json =>
  name === "contacts"
    ? { email: `${key}@ended.example`, firstname: key, city: key }
    : { domain: `${key}.ended.example`, name: key, city: key };

/** Two records that the product has deleted; deletion sync is off, so HubSpot keeps both objects. */
async function deleted(
  world: World,
  name: Path,
  key: string,
): Promise<{ id: string; objectId: string }[]> {
  const pair = await createLinked(world, name, [
    named(name, `${key}-one`),
    named(name, `${key}-two`),
  ]);
  for (const { id } of pair) await world.api("DELETE", `/${name}/${id}`);
  await world.settled();
  return pair;
}

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  describe.each(types)("%s", (name) => {
    test.each([
      ["known", {}, false],
      ["lost", { lose: true }, false],
      ["lost, after edits of both", { lose: true }, true],
    ] as const)(
      `X-05 7-A4 ${name} whose records were deleted do not come back when they are merged and the event is %s`,
      async (title, webhooks, areEdited) => {
        const { world } = at;
        const key = title.replace(/\W+/g, "-");
        const pair = await deleted(world, name, `gone-${key}`);
        const before = (await records(world, name)).length;
        for (const { objectId } of areEdited ? pair : [])
          await world.inHubSpot("PATCH", `/objects/${name}/${objectId}`, {
            properties: { city: `Edited ${objectId}` },
          });
        const objectId = await faultyWebhooks(world, webhooks, async () => {
          const id = await merge(
            world,
            name,
            one(pair, 1).objectId,
            one(pair, 0).objectId,
          );
          await world.settled();
          return id;
        });
        await pullAll(world, name);
        await world.settled();
        expect(await findRecordOf(world, name, objectId)).toBeUndefined();
        expect(await records(world, name)).toHaveLength(before);

        // The primary's record, taken back, is the one of what its object has become.
        const { id } = one(pair, 1);
        await unDelete(world, id);
        await world.settled();
        expect(await record(world, name, id)).toMatchObject({
          hubspotId: objectId,
          sync: { status: "in_sync" },
        });
      },
    );

    test.each([
      ["known", {}],
      ["lost", { lose: true }],
    ] as const)(
      `X-05 7-A4 an object of ${name} that was never linked comes in as the primary of one whose record was deleted, its event %s`,
      async (title, webhooks) => {
        const { world } = at;
        const pair = await deleted(world, name, `other-${title}`);
        const objectId = await faultyWebhooks(
          world,
          { lose: true },
          async () => {
            const fresh = await makeObject(
              world,
              name,
              inHubSpot(name, `other-${title}-fresh`),
            );
            return faultyWebhooks(world, webhooks, () =>
              merge(world, name, fresh, one(pair, 0).objectId),
            );
          },
        );
        await world.settled();
        await pullAll(world, name);
        await world.settled();
        expect(await recordOf(world, name, objectId)).toMatchObject({
          properties: named(name, `other-${title}-fresh`),
          deletedAt: null,
        });
      },
    );
  });
});

import { describe, expect, test } from "vitest";
import { card } from "./card.ts";
import { attention } from "./steps/attention.ts";
import { inSql } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { makeObject, merge } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import { make, record, recordOf } from "./steps/records.ts";
import { pullAll } from "./steps/runs.ts";
import { setSettings } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import type { World } from "./world.ts";
import { useWorld } from "./world.ts";

interface Shown {
  readonly status: string;
  readonly duplicates: readonly {
    readonly id: string;
    readonly name: string;
    readonly url: string | null;
  }[];
}

const duplicatesOf = async (
  world: World,
  id: string,
): Promise<Shown["duplicates"]> =>
  (await world.api<Shown>("GET", `/companies/${id}/sync`)).body.duplicates;

/** Two companies of one domain in HubSpot, and the records that came of them. */
async function twice(world: World, domain: string) {
  const objects: string[] = [];
  for (const name of ["Cloud Cave", "Cloud Cave, Inc."])
    objects.push(await makeObject(world, "companies", { name, domain }));
  await world.settled();
  const records = await Promise.all(
    objects.map((id) => recordOf(world, "companies", id)),
  );
  return {
    objects: [one(objects, 0), one(objects, 1)] as const,
    ids: [one(records, 0).id, one(records, 1).id] as const,
  };
}

const pairsInSql = (world: World, ids: readonly string[]): Promise<unknown[]> =>
  inSql(
    world,
    `select object_type, record_id, other_id from workspace.possible_duplicates
     where record_id = any ($1::uuid[]) order by record_id`,
    [ids],
  );

describe.each(profiles)("HubSpot's duplicates, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });

  test("AP-121 duplicates in HubSpot become two records, flagged as possible duplicates, and neither is merged or deleted by us", async () => {
    const { world } = at;
    const { objects, ids } = await twice(world, "cave.double.example");
    expect(ids[0]).not.toBe(ids[1]);
    expect(
      (await world.truth("companies")).filter(({ id, archived }) =>
        archived ? false : objects.includes(id),
      ),
    ).toHaveLength(2);

    // To the product: by SQL, and by what its API says of the record's sync.
    expect(await pairsInSql(world, ids)).toEqual(
      [
        { object_type: "company", record_id: ids[0], other_id: ids[1] },
        { object_type: "company", record_id: ids[1], other_id: ids[0] },
      ].sort((left, right) => (left.record_id < right.record_id ? -1 : 1)),
    );
    expect(await duplicatesOf(world, ids[0])).toEqual([
      {
        id: ids[1],
        name: "Cloud Cave, Inc.",
        url: expect.stringContaining(`/record/0-2/${objects[1]}`) as string,
      },
    ]);

    // To a HubSpot user: on the card.
    const shown = await card<Shown>(world, "GET", "/card", {
      objectTypeId: "0-2",
      objectId: objects[1],
    });
    expect(shown.duplicates.map(({ id }) => id)).toEqual([ids[0]]);

    // In the journal of the one that came second, and as no failure of either.
    const flagged = (await journal(world, { recordId: ids[1] })).filter(
      ({ code }) => code === "possible_duplicate",
    );
    expect(flagged).toHaveLength(1);
    expect(flagged[0]).toMatchObject({
      action: "flagged",
      hubspotId: objects[1],
      changes: [],
    });
    expect(flagged[0]?.reason).toContain(ids[0]);
    for (const id of ids)
      expect((await record(world, "companies", id)).sync.status).toBe(
        "in_sync",
      );
    expect(
      (await attention(world)).filter(({ recordId }) =>
        ids.includes(recordId ?? ""),
      ),
    ).toEqual([]);
  });

  test("AP-121 a merge of the duplicates in HubSpot is carried over at the next sync where merge sync is on, and the flag is gone", async () => {
    const { world } = at;
    await setSettings(world, "company", { mergeSync: true });
    const { objects, ids } = await twice(world, "merged.double.example");
    const left = await faultyWebhooks(world, { lose: 1 }, async () => {
      const merged = await merge(world, "companies", objects[0], objects[1]);
      await world.settled();
      return merged;
    });
    await pullAll(world, "companies");
    await world.settled();
    const survivor = await recordOf(world, "companies", left);
    for (const id of ids)
      expect((await record(world, "companies", id)).id).toBe(survivor.id);
    expect(await duplicatesOf(world, survivor.id)).toEqual([]);
    expect(await pairsInSql(world, ids)).toEqual([]);
  });

  test("AP-121 a duplicate that is deleted here, or has another domain, is none any more", async () => {
    const { world } = at;
    const { objects, ids } = await twice(world, "moved.double.example");
    await world.inHubSpot("PATCH", `/objects/companies/${objects[1]}`, {
      properties: { domain: "own.double.example" },
    });
    await world.settled();
    expect(await duplicatesOf(world, ids[0])).toEqual([]);

    const again = await twice(world, "deleted.double.example");
    await world.api("DELETE", `/companies/${again.ids[0]}`);
    await world.settled();
    expect(await duplicatesOf(world, again.ids[1])).toEqual([]);
  });

  test("AP-121 a contact that the product holds twice is flagged too", async () => {
    const { world } = at;
    const ids = [
      (await make(world, "contacts", { email: "two@double.example" })).id,
      (await make(world, "contacts", { email: " TWO@double.example" })).id,
    ];
    expect(await pairsInSql(world, ids)).toHaveLength(2);
  });
});

import { beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import { linkExisting, theEntry } from "./steps/domain-conflict.ts";
import { changeObject, makeObject, merge, object } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, make, record, recordOf } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

async function insert(world: World, domain: string): Promise<string> {
  const [row] = await inSql<{ id: string }>(
    world,
    "insert into workspace.companies (name, domain) values ('Inserted', $1) returning id",
    [domain],
  );
  return row?.id ?? "";
}

const count = async (world: World): Promise<number> =>
  (await world.truth("companies")).length;

describe.each(profiles)("7-A6 additional domains, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  beforeEach(async () => {
    await at.world.inHubSpot("PATCH", "", { options: { searchLagMs: 0 } });
    await choose(at.world);
  });
  const unindexed = () =>
    at.world.inHubSpot("PATCH", "", { options: { searchLagMs: 600_000 } });
  const onlyPush = () =>
    choose(at.world, { automatic: { pull: false, push: true } });

  test("AP-103 a company with an additional domain of one that is linked is a problem, never a second object, and can be linked by choice", async () => {
    const { world } = at;
    const holder = await makeObject(world, "companies", {
      name: "Holder",
      domain: "a1.example",
    });
    await calm(world);
    const holderRecord = await recordOf(world, "companies", holder);
    // The index will not show what follows: it is known from what was read.
    await unindexed();
    await changeObject(world, "companies", holder, {
      hs_additional_domains: "https://www.B1.example/; c1.example",
    });
    await calm(world);
    const before = await count(world);

    const id = await insert(world, "b1.example");
    await calm(world);
    expect(await record(world, "companies", id)).toMatchObject({
      hubspotId: null,
      sync: { status: "problem", code: "domain_conflict" },
    });
    expect(await count(world)).toBe(before);
    expect((await recordOf(world, "companies", holder)).id).toBe(
      holderRecord.id,
    );

    const entry = await theEntry(world, id);
    expect(entry.details["objects"]).toMatchObject([
      { hubspotId: holder, recordId: holderRecord.id },
    ]);
    expect(await linkExisting(world, entry)).toMatchObject({ status: 200 });
    await calm(world);
    expect((await record(world, "companies", id)).hubspotId).toBe(holder);
    expect(await count(world)).toBe(before);
  });

  test("AP-103 an additional domain that no webhook told of is found by search", async () => {
    const { world } = at;
    await onlyPush();
    const holder = await makeObject(world, "companies", {
      domain: "a2.example",
    });
    const held = await insert(world, "a2.example");
    await calm(world);
    expect((await record(world, "companies", held)).hubspotId).toBe(holder);
    await world.control("PUT", "/sandbox/faults", { webhooks: { lose: true } });
    await changeObject(world, "companies", holder, {
      hs_additional_domains: "b2.example",
    });
    await world.control("DELETE", "/sandbox/faults");
    const before = await count(world);
    const id = await insert(world, "b2.example\n");
    await calm(world);
    expect((await record(world, "companies", id)).sync.code).toBe(
      "domain_conflict",
    );
    expect(await count(world)).toBe(before);
  });

  test("AC-018 an unlinked company in HubSpot is matched by its additional domain, and the two do not fight over the main one", async () => {
    const { world } = at;
    await onlyPush();
    const objectId = await makeObject(world, "companies", {
      domain: "a3.example",
      hs_additional_domains: "b3.example",
      city: "Bonn",
    });
    const before = await count(world);
    const id = await insert(world, "b3.example");
    await calm(world);
    await choose(world);
    await calm(world);
    const linked = await record(world, "companies", id);
    expect(linked).toMatchObject({
      hubspotId: objectId,
      properties: { city: "Bonn" },
      sync: { status: "in_sync" },
    });
    expect(await count(world)).toBe(before);

    // A HubSpot user makes the other domain the main one again: an ordinary change, once.
    await changeObject(world, "companies", objectId, {
      domain: "a3.example",
      hs_additional_domains: "b3.example",
    });
    await calm(world);
    expect(await record(world, "companies", id)).toMatchObject({
      hubspotId: objectId,
      properties: { domain: "a3.example" },
      sync: { status: "in_sync" },
    });
    await change(world, "companies", id, { city: "Ulm" });
    await calm(world);
    expect(
      (await object(world, "companies", objectId)).properties,
    ).toMatchObject({ domain: "a3.example", city: "Ulm" });
    expect(await attention(world, id)).toEqual([]);
  });

  test("a company that comes from HubSpot is matched by its additional domain, and makes no second record", async () => {
    const { world } = at;
    await choose(world, { automatic: { pull: true, push: false } });
    const { id } = await make(world, "companies", {
      name: "Waiting",
      domain: "b4.example",
    });
    await calm(world);
    const objectId = await makeObject(world, "companies", {
      domain: "a4.example",
      hs_additional_domains: "b4.example",
    });
    await calm(world);
    expect((await record(world, "companies", id)).hubspotId).toBe(objectId);
    const rows = await inSql(
      world,
      "select id from workspace.companies where domain in ('a4.example', 'b4.example')",
    );
    expect(rows).toHaveLength(1);
  });

  test("X-08 a main domain goes before an additional one, whichever company is older", async () => {
    const { world } = at;
    await onlyPush();
    await makeObject(world, "companies", {
      domain: "a5.example",
      hs_additional_domains: "b5.example",
    });
    const main = await makeObject(world, "companies", { domain: "b5.example" });
    const id = await insert(world, "b5.example");
    await calm(world);
    expect((await record(world, "companies", id)).hubspotId).toBe(main);
  });

  test("X-05 a merge's second domain is the survivor's, and free again once HubSpot's user removes it", async () => {
    const { world } = at;
    const kept = await makeObject(world, "companies", {
      name: "Kept",
      domain: "a6.example",
    });
    await calm(world);
    const gone = await makeObject(world, "companies", {
      name: "Gone",
      domain: "b6.example",
    });
    await calm(world);
    const { id: keptRecord } = await recordOf(world, "companies", kept);
    await unindexed();
    const survivor = await merge(world, "companies", kept, gone);
    await calm(world);
    expect((await record(world, "companies", keptRecord)).hubspotId).toBe(
      survivor,
    );
    const before = await count(world);
    const id = await insert(world, "B6.example.");
    await calm(world);
    expect((await record(world, "companies", id)).sync).toMatchObject({
      status: "problem",
      code: "domain_conflict",
    });
    expect(await count(world)).toBe(before);

    await changeObject(world, "companies", survivor, {
      hs_additional_domains: "",
    });
    await calm(world);
    const freed = await record(world, "companies", id);
    expect(freed.sync.status).toBe("in_sync");
    expect(freed.hubspotId).not.toBe(survivor);
    expect(await count(world)).toBe(before + 1);
  });
});

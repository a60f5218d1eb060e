import { beforeAll, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import { dealIn, makeDealIn, switchOn } from "./steps/deals.ts";
import { changeObject } from "./steps/objects.ts";
import { change, make, objectOf, record } from "./steps/records.ts";
import { useWorld } from "./world.ts";

// AP-045: what is pulled isn't shown, and is synced all the same.

const at = useWorld({ portal: { searchLagMs: 0 } });

async function listed(query = ""): Promise<string[]> {
  const { status, body } = await at.world.api<{
    results: { properties: { name: string } }[];
  }>("GET", `/deals?limit=200${query}`);
  expect(status).toBe(200);
  return body.results.map(({ properties }) => properties.name).sort();
}

const inView = async (where = "visible"): Promise<string[]> =>
  (
    await inSql<{ name: string }>(
      at.world,
      `select name from workspace.deals where ${where} order by name`,
    )
  ).map(({ name }) => name);

beforeAll(() =>
  switchOn(at.world, {
    pull: {
      conditions: {
        stages: null,
        emailStatuses: null,
        customField: null,
      },
      visible: false,
    },
  }),
);

test("AP-045 hidden deals are in no default list, are synced, and a product's update still reaches HubSpot", async () => {
  const { world } = at;
  const objectId = await makeDealIn(world, { dealname: "Hidden" });
  const ours = await make(world, "deals", {
    name: "Ours",
    pipeline: "default",
    stage: "qualifiedtobuy",
  });
  await calm(world);
  await objectOf(world, "deals", ours.id);
  expect(await listed()).toEqual(["Ours"]);
  expect(await listed("&hidden=include")).toEqual(["Hidden", "Ours"]);
  expect(await listed("&visible=false")).toEqual(["Hidden"]);
  expect(await inView()).toEqual(["Ours"]);
  expect(await inView("true")).toEqual(["Hidden", "Ours"]);
  const [row] = await inSql<{ id: string }>(
    world,
    "select id from workspace.deals where hubspot_id = $1",
    [objectId],
  );
  const id = row?.id ?? "";

  // Still synced, without coming into sight.
  await changeObject(world, "deals", objectId, { amount: "12.50" });
  await calm(world);
  expect(await record(world, "deals", id)).toMatchObject({
    properties: { amount: 12.5 },
    sync: { status: "in_sync" },
  });
  expect(await listed()).toEqual(["Ours"]);

  // A product's automation updates it, by SQL as by the API. From then on it's the product's as well.
  await inSql(
    world,
    "update workspace.deals set stage = 'contractsent' where id = $1",
    [id],
  );
  await calm(world);
  expect(await dealIn(world, objectId)).toMatchObject({
    properties: { dealstage: "contractsent", amount: "12.50" },
  });
  await change(world, "deals", id, { amount: 13 });
  await calm(world);
  expect(await dealIn(world, objectId)).toMatchObject({
    properties: { amount: "13" },
  });
});

test("AP-045 a list refuses another value of hidden, with its place", async () => {
  const refused = await at.world.api("GET", "/deals?hidden=yes");
  expect(refused).toMatchObject({ status: 400 });
  expect(JSON.stringify(refused.body)).toContain("hidden");
});

import { expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import { switchOn } from "./steps/deals.ts";
import {
  addPipeline,
  changeStage,
  mapping,
} from "./steps/hubspot-pipelines.ts";
import { change, make, record } from "./steps/records.ts";
import { useWorld } from "./world.ts";

// Whether a deal is done, and won: HubSpot's to say, by the stage of its pipeline.

const at = useWorld({ portal: { searchLagMs: 0 } });

type Ends = { won: boolean | null; closed: boolean | null };

async function endsOf(id: string): Promise<Ends> {
  const [row] = await inSql<Ends>(
    at.world,
    "select won, closed from workspace.deals where id = $1",
    [id],
  );
  if (row === undefined) throw new Error("There is no such deal.");
  // The API says the same.
  const { body } = await at.world.api<Ends>("GET", `/deals/${id}`);
  expect({ won: body.won, closed: body.closed }).toEqual(row);
  return row;
}

const open = { won: false, closed: false };
const won = { won: true, closed: true };
const lost = { won: false, closed: true };
const unknown = { won: null, closed: null };

test("AP-035 a deal is closed and won as its stage in HubSpot is, also once HubSpot changes what the stage means", async () => {
  const { world } = at;
  await switchOn(world);
  const { id } = await make(world, "deals", {
    name: "Ends",
    pipeline: "default",
    stage: "qualifiedtobuy",
  });
  expect(await endsOf(id)).toEqual(open);
  await change(world, "deals", id, { stage: "closedwon" });
  expect(await endsOf(id)).toEqual(won);
  await calm(world);
  await change(world, "deals", id, { stage: "closedlost" });
  expect(await endsOf(id)).toEqual(lost);
  await change(world, "deals", id, { stage: "none of them" });
  expect(await endsOf(id)).toEqual(unknown);

  await change(world, "deals", id, { stage: "contractsent" });
  expect(await endsOf(id)).toEqual(open);
  await changeStage(world, "default", "contractsent", ["Signed", "1.0", true]);
  expect(await endsOf(id)).toEqual(won);
  await changeStage(world, "default", "contractsent", ["Signed", "0.0", true]);
  expect(await endsOf(id)).toEqual(lost);
  await changeStage(world, "default", "contractsent", ["Signed", "0.9"]);
  expect(await endsOf(id)).toEqual(open);
});

test("AP-035 a list, by the API and by SQL, says of each deal whether it is won", async () => {
  const { world } = at;
  await switchOn(world);
  const stages = { "List one": "closedwon", "List two": "qualifiedtobuy" };
  for (const [name, stage] of Object.entries(stages))
    await make(world, "deals", { name, pipeline: "default", stage });
  const { body } = await world.api<{
    results: { properties: { name: string }; won: boolean }[];
  }>("GET", "/deals?limit=200");
  expect(
    body.results
      .filter(({ properties }) => properties.name.startsWith("List "))
      .map((deal) => `${deal.properties.name}: ${deal.won}`)
      .sort(),
  ).toEqual(["List one: true", "List two: false"]);
  expect(
    await inSql(
      world,
      "select name from workspace.deals where won and name like 'List %'",
    ),
  ).toEqual([{ name: "List one" }]);
  const contacts = await world.api<{ results: object[] }>("GET", "/contacts");
  expect(contacts.body.results.every((each) => !("won" in each))).toBe(true);
});

test("AP-035 nobody writes won or closed, by SQL or by the API, and both say what to write instead", async () => {
  const { world } = at;
  await switchOn(world);
  const { id } = await make(world, "deals", {
    name: "Refused",
    pipeline: "default",
    stage: "qualifiedtobuy",
  });
  for (const statement of [
    "update workspace.deals set won = true where id = $1",
    "update workspace.deals set closed = null where id = $1",
    "insert into workspace.deals (id, name, won) values (gen_random_uuid(), $1, true)",
  ])
    await expect(inSql(world, statement, [id])).rejects.toThrow(
      /won and closed come from the stage/,
    );
  for (const name of ["won", "closed"]) {
    const refused = await world.api("PATCH", `/deals/${id}`, {
      properties: { [name]: true },
    });
    expect(refused).toMatchObject({ status: 400 });
    expect(JSON.stringify(refused.body)).toContain(
      `${name} comes from the stage and can't be written. Write the stage.`,
    );
  }
  expect(await endsOf(id)).toEqual(open);
  // A column that stays as it was is no write, and RETURNING shows what a select would.
  expect(
    await inSql(
      world,
      "update workspace.deals set won = won, stage = 'closedwon' where id = $1 returning won, closed",
      [id],
    ),
  ).toEqual([won]);
  expect(
    await inSql(
      world,
      "insert into workspace.deals (name, pipeline, stage) values ('Shown', 'default', 'closedlost') returning won, closed",
    ),
  ).toEqual([lost]);
  expect(await record(world, "deals", id)).toMatchObject({
    properties: { stage: "closedwon" },
  });
  // Other types may have fields of these names.
  const contact = await world.api("POST", "/contacts", {
    properties: { email: "won@ends.example", won: "yes" },
  });
  expect(contact).toMatchObject({
    status: 201,
    body: { properties: { won: "yes" } },
  });
});

test("BN-110 with a mapping of stages, won and closed go by what each value means in its pipeline", async () => {
  const { world } = at;
  const renewals = await addPipeline(world, "Ends of renewals", [
    ["Talking", "0.5"],
    ["Renewed", "1.0", true],
    ["Dropped", "0.0", true],
  ]);
  const [talking = "", renewed = "", dropped = ""] = renewals.stages;
  await switchOn(world, {
    mappings: [
      mapping("name", "dealname"),
      mapping("pipeline", "pipeline", [
        ["sales", "default"],
        ["renewals", renewals.id],
      ]),
      mapping("stage", "dealstage", [
        ["working", "qualifiedtobuy"],
        ["working", talking],
        ["yes", "closedwon"],
        ["yes", renewed],
        ["no", "closedlost"],
        ["over", "closedwon"],
        ["over", dropped],
      ]),
    ],
  });
  const ends = async (pipeline: string, stage: string): Promise<Ends> => {
    const { id } = await make(world, "deals", { name: "M", pipeline, stage });
    return endsOf(id);
  };
  expect(await ends("sales", "working")).toEqual(open);
  expect(await ends("renewals", "working")).toEqual(open);
  expect(await ends("sales", "yes")).toEqual(won);
  expect(await ends("renewals", "yes")).toEqual(won);
  expect(await ends("sales", "no")).toEqual(lost);
  expect(await ends("sales", "over")).toEqual(won);
  expect(await ends("renewals", "over")).toEqual(lost);
  expect(await ends("renewals", "no")).toEqual(unknown);
  expect(await ends("default", "closedwon")).toEqual(unknown);

  // One value for stages that end differently: closed, and nobody knows whether won.
  await switchOn(world, {
    mappings: [
      mapping("name", "dealname"),
      mapping("pipeline", "pipeline"),
      mapping("stage", "dealstage", [
        ["over", "closedwon"],
        ["over", "closedlost"],
      ]),
    ],
  });
  expect(await ends("default", "over")).toEqual({ won: null, closed: true });
  await switchOn(world);
});

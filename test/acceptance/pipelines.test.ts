import { expect, test } from "vitest";
import { card } from "./card.ts";
import type { CardView } from "./card.ts";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import { dealIn, makeDealIn, switchOn } from "./steps/deals.ts";
import { changeObject } from "./steps/objects.ts";
import { change, objectOf, make, recordOf } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { byHandOnly } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

// HubSpot's pipelines, as far as they are read: which a team selects comes later.

const at = useWorld({ portal: { searchLagMs: 0 } });

/** An admin of HubSpot changes pipelines or stages, and Counterpart reads them. */
async function inPipelines(
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  body: Json = {},
): Promise<Json> {
  const { world } = at;
  const changed = await world.inHubSpot(
    method,
    `/pipelines/deals${path}`,
    body,
  );
  expect(changed.status, JSON.stringify(changed.body)).toBeLessThan(300);
  const read = await world.api("POST", "/installation/definitions");
  expect(read, JSON.stringify(read.body)).toMatchObject({ status: 200 });
  return changed.body;
}

const stagesOf = (pipeline: string) =>
  inSql<{ id: string; label: string }>(
    at.world,
    "select id, label from workspace.pipeline_stages where object_type = 'deal' and pipeline = $1 order by display_order",
    [pipeline],
  );

test("AP-040 the product's views have HubSpot's pipelines and stages, in order, with the probability and what is won or lost", async () => {
  const { world } = at;
  expect(await inSql(world, "select * from workspace.pipelines")).toEqual([]);
  await switchOn(world);
  expect(
    await inSql(
      world,
      "select object_type, id, label from workspace.pipelines",
    ),
  ).toEqual([{ object_type: "deal", id: "default", label: "Sales Pipeline" }]);
  expect(
    await inSql(
      world,
      "select id, label, probability, closed, won, lost from workspace.pipeline_stages where pipeline = 'default' order by display_order",
    ),
  ).toEqual(
    [
      ["appointmentscheduled", "Appointment Scheduled", "0.2"],
      ["qualifiedtobuy", "Qualified To Buy", "0.4"],
      ["presentationscheduled", "Presentation Scheduled", "0.6"],
      ["decisionmakerboughtin", "Decision Maker Bought-In", "0.8"],
      ["contractsent", "Contract Sent", "0.9"],
      ["closedwon", "Closed Won", "1"],
      ["closedlost", "Closed Lost", "0"],
    ].map(([id, label, probability]) => ({
      id,
      label,
      probability,
      closed: id === "closedwon" || id === "closedlost",
      won: id === "closedwon",
      lost: id === "closedlost",
    })),
  );
  // Nobody writes what is HubSpot's.
  await expect(
    inSql(world, "update workspace.pipelines set label = 'Ours'"),
  ).rejects.toMatchObject({ code: "55000" });
});

test("AP-040 what HubSpot renames, adds, and deletes is followed, and stages of one label are told apart by their pipeline", async () => {
  await inPipelines("PATCH", "/default/stages/contractsent", {
    label: "Contract out",
  });
  expect(await stagesOf("default")).toContainEqual({
    id: "contractsent",
    label: "Contract out",
  });
  const renewals = await inPipelines("POST", "", {
    label: "Renewals",
    displayOrder: 1,
    stages: [
      {
        label: "Contract out",
        displayOrder: 0,
        metadata: { probability: "0.5", isClosed: "false" },
      },
      {
        label: "Renewed",
        displayOrder: 1,
        metadata: { probability: "1.0", isClosed: "true" },
      },
    ],
  });
  const pipeline = String(renewals["id"]);
  const stages = await stagesOf(pipeline);
  expect(stages.map(({ label }) => label)).toEqual(["Contract out", "Renewed"]);

  const { world } = at;
  await switchOn(world, {}, { automatic: byHandOnly });
  const { id } = await make(world, "deals", {
    name: "Labels",
    pipeline: "default",
    stage: "contractsent",
  });
  await calm(world);
  await sync(world, "push", "deals", { ids: [id] });
  const objectId = await objectOf(world, "deals", id);
  await changeObject(world, "deals", objectId, {
    pipeline,
    dealstage: stages[1]?.id ?? "",
  });
  const view = await card<CardView>(world, "GET", "/card", {
    objectTypeId: "0-3",
    objectId,
  });
  const shown = JSON.stringify(view);
  for (const label of [
    "Contract out (Sales Pipeline)",
    "Renewed",
    "Renewals",
    "Sales Pipeline",
  ])
    expect(shown).toContain(`"${label}"`);

  await changeObject(world, "deals", objectId, {
    pipeline: "default",
    dealstage: "contractsent",
  });
  await inPipelines("DELETE", `/${pipeline}`);
  expect(await stagesOf(pipeline)).toEqual([]);
  expect(await inSql(world, "select id from workspace.pipelines")).toEqual([
    { id: "default" },
  ]);
});

test("a stage that HubSpot has no longer is refused here with its name, and isn't sent", async () => {
  const { world } = at;
  await switchOn(world);
  const objectId = await makeDealIn(world, { dealname: "Stages" });
  await calm(world);
  const { id } = await recordOf(world, "deals", objectId);
  const made = await inPipelines("POST", "/default/stages", {
    label: "Haggling",
    displayOrder: 3,
    metadata: { probability: "0.7", isClosed: "false" },
  });
  const haggling = String(made["id"]);
  await inPipelines("DELETE", `/default/stages/${haggling}`);
  await world.control("DELETE", "/sandbox/requests");
  await change(world, "deals", id, { stage: haggling });
  await calm(world);
  expect(
    (await attention(world)).map(({ code, cause }) => ({ code, cause })),
  ).toEqual([
    { code: "invalid_option", cause: expect.stringContaining(haggling) },
  ]);
  const asked = await world.control<{ rows: { path: string }[] }>(
    "GET",
    "/sandbox/requests",
  );
  expect(
    asked.body.rows.filter(({ path }) => path.endsWith("/batch/update")),
  ).toEqual([]);

  await change(world, "deals", id, { stage: "closedwon" });
  await calm(world);
  expect(await dealIn(world, objectId)).toMatchObject({
    properties: { dealstage: "closedwon" },
  });
  expect(await attention(world)).toEqual([]);
});

test("AP-035 a stage of another pipeline takes the pipeline along, and nothing else, and neither is sent", async () => {
  const { world } = at;
  const renewals = await inPipelines("POST", "", {
    label: "Second",
    displayOrder: 1,
    stages: [
      {
        label: "Begun",
        displayOrder: 0,
        metadata: { probability: "0.5", isClosed: "false" },
      },
    ],
  });
  await switchOn(world);
  const objectId = await makeDealIn(world, { dealname: "Before" });
  await calm(world);
  const { id } = await recordOf(world, "deals", objectId);
  await world.control("DELETE", "/sandbox/requests");
  // The stage is of the pipeline that the deal leaves.
  await change(world, "deals", id, {
    name: "After",
    pipeline: String(renewals["id"]),
    stage: "contractsent",
  });
  await calm(world);
  expect(await dealIn(world, objectId)).toMatchObject({
    properties: {
      dealname: "After",
      pipeline: "default",
      dealstage: "qualifiedtobuy",
    },
  });
  const asked = await world.control<{
    rows: { path: string; status: number; count: number }[];
  }>("GET", "/sandbox/requests");
  // Once, with the name: neither of the two is tried alone.
  expect(
    asked.body.rows
      .filter(({ path }) => path.endsWith("/batch/update"))
      .reduce((sum, { count }) => sum + count, 0),
  ).toBe(1);
  expect(
    (await attention(world, id))
      .map(({ code, field }) => `${field}: ${code}`)
      .sort(),
  ).toEqual(["pipeline: decided_together", "stage: stage_not_in_pipeline"]);

  await change(world, "deals", id, {
    stage: String((renewals["stages"] as Json[])[0]?.["id"]),
  });
  await calm(world);
  expect(await dealIn(world, objectId)).toMatchObject({
    properties: { pipeline: String(renewals["id"]) },
  });
  expect(await attention(world, id)).toEqual([]);
});

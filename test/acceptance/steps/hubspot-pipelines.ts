import { expect } from "vitest";
import type { FieldMapping } from "../../../server/settings/mapping.ts";
import type { Json, World } from "../world.ts";

/** A stage of a pipeline that a HubSpot admin makes: its label, its probability, and whether deals end there. */
export type NewStage = readonly [
  label: string,
  probability: string,
  isClosed?: boolean,
];

const metadata = ([, probability, isClosed = false]: NewStage): Json => ({
  probability,
  isClosed: String(isClosed),
});

/** Counterpart reads what HubSpot's admins have changed. */
export async function readDefinitions(world: World): Promise<void> {
  const read = await world.api("POST", "/installation/definitions");
  expect(read, JSON.stringify(read.body)).toMatchObject({ status: 200 });
}

/** A HubSpot admin makes a pipeline of deals, and Counterpart reads it. Returns its id and those of its stages, in order. */
export async function addPipeline(
  world: World,
  label: string,
  stages: readonly NewStage[],
): Promise<{ id: string; stages: string[] }> {
  const { status, body } = await world.inHubSpot<{
    id: string;
    stages: { id: string }[];
  }>("POST", "/pipelines/deals", {
    label,
    displayOrder: 9,
    stages: stages.map((stage, displayOrder) => ({
      label: stage[0],
      displayOrder,
      metadata: metadata(stage),
    })),
  });
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  await readDefinitions(world);
  return { id: body.id, stages: body.stages.map(({ id }) => id) };
}

/** A HubSpot admin changes how deals end in a stage, and Counterpart reads it. */
export async function changeStage(
  world: World,
  pipeline: string,
  stage: string,
  to: NewStage,
): Promise<void> {
  const { status, body } = await world.inHubSpot(
    "PATCH",
    `/pipelines/deals/${pipeline}/stages/${stage}`,
    { label: to[0], metadata: metadata(to) },
  );
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  await readDefinitions(world);
}

/** A field that is synced both ways, as text or by pairs of values: the workspace's and HubSpot's. */
export function mapping(
  field: string,
  property: string,
  pairs?: readonly (readonly [string, string])[],
): FieldMapping {
  return {
    field,
    property,
    direction: "both",
    write: "overwrite",
    clear: false,
    conversion:
      pairs === undefined
        ? { kind: "text" }
        : {
            kind: "options",
            pairs: pairs.map(([workspace, hubspot]) => ({
              workspace,
              hubspot,
            })),
          },
  };
}

import { expect } from "vitest";
import type { Json, World } from "../world.ts";

/** A pipeline as the API lists it. */
export interface PipelineRow {
  readonly id: string;
  readonly label: string;
  readonly selected: boolean;
  readonly gone: boolean;
  readonly dealCount: number | null;
  readonly state: "active" | "adding" | "removing" | "off";
  readonly progress: {
    readonly done: number;
    readonly total: number | null;
  } | null;
  readonly stages: readonly (Json & { readonly id: string })[];
}

/** An admin of HubSpot changes pipelines or stages, and Counterpart reads them. */
export async function inPipelines(
  world: World,
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  body: Json = {},
): Promise<Json> {
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

/** An admin of HubSpot adds a pipeline with two open stages. Returns its id and theirs. */
export async function addPipeline(
  world: World,
  label: string,
): Promise<{ id: string; stages: readonly [string, string] }> {
  const made = await inPipelines(world, "POST", "", {
    label,
    displayOrder: 1,
    stages: ["Begun", "Going on"].map((each, displayOrder) => ({
      label: `${label}: ${each}`,
      displayOrder,
      metadata: { probability: "0.5", isClosed: "false" },
    })),
  });
  const [first, second] = (made["stages"] as Json[]).map(({ id }) =>
    String(id),
  );
  if (first === undefined || second === undefined)
    throw new Error("Two stages were made.");
  return { id: String(made["id"]), stages: [first, second] };
}

/** The pipelines of deals, as the API lists them. */
export async function pipelines(world: World): Promise<PipelineRow[]> {
  const { status, body } = await world.api<{ results: PipelineRow[] }>(
    "GET",
    "/pipelines/deals",
  );
  expect(status).toBe(200);
  return body.results;
}

/** One pipeline of deals. */
export async function pipeline(world: World, id: string): Promise<PipelineRow> {
  const found = (await pipelines(world)).find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no pipeline ${id}.`);
  return found;
}

/** The team selects a pipeline, or not. Returns it as the response shows it. */
export async function select(
  world: World,
  id: string,
  selected: boolean,
): Promise<PipelineRow> {
  const { status, body } = await world.api<PipelineRow>(
    "PATCH",
    `/pipelines/deals/${id}`,
    { selected },
  );
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

/** What selecting a pipeline, or not, would do: its effects, by code. */
export async function effectsOf(
  world: World,
  id: string,
  selected: boolean,
): Promise<Record<string, number>> {
  const { status, body } = await world.api<{
    effects: { code: string; count: number }[];
  }>("POST", `/pipelines/deals/${id}/check`, { selected });
  expect(status, JSON.stringify(body)).toBe(200);
  return Object.fromEntries(
    body.effects.map(({ code, count }) => [code, count]),
  );
}

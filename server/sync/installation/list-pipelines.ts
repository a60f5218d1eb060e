import type { Db } from "../../database/database.ts";
import type { Pipeline } from "../../hubspot/gateway.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { isSelected } from "../../settings/pipelines.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { activePipelineRuns } from "../runs/pipeline-runs.ts";
import type { PipelineRun } from "../runs/pipeline-runs.ts";
import { loadPipelines } from "./definitions.ts";
import { loadPipelineCounts } from "./pipeline-counts.ts";
import { loadStanding } from "./standing.ts";

/** What becomes of a pipeline's records. off: they aren't synced. */
export const pipelineStates = ["active", "adding", "removing", "off"] as const;

/** One of HubSpot's pipelines, as a team chooses it. */
export interface ListedPipeline {
  readonly id: string;
  readonly label: string;
  readonly selected: boolean;
  /** HubSpot doesn't have it any more, but the settings name it, or its records are leaving. */
  readonly gone: boolean;
  /** How many objects HubSpot had in it when they were last counted; null: they weren't yet. */
  readonly count: number | null;
  readonly state: (typeof pipelineStates)[number];
  /** How far the run is that adds or removes its records; null without one. */
  readonly progress: {
    readonly done: number;
    readonly total: number | null;
  } | null;
  readonly stages: Pipeline["stages"];
}

/** Returns the pipelines of a type in HubSpot's order, and then those that only the settings, or a run, still name. */
export async function listPipelines(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<ListedPipeline[]> {
  const { settings, types } = await loadStanding(db, portalId);
  const known = await loadPipelines(db, portalId, type);
  const counts = await loadPipelineCounts(db, portalId, type);
  const runs = await activePipelineRuns(db, portalId, type);
  const gone = [
    ...(settings[type].pipelines ?? []),
    ...runs.map(({ id }) => id),
  ].filter((id) => known.every((pipeline) => pipeline.id !== id));
  return [
    ...known,
    ...[...new Set(gone)].map((id) => ({ id, label: id, stages: [] })),
  ].map(({ id, label, stages }): ListedPipeline => {
    const selected = isSelected(settings, type, id);
    const run = runs.findLast((each) => each.id === id);
    return {
      id,
      label,
      selected,
      gone: gone.includes(id),
      count: counts.get(id)?.count ?? null,
      state: stateOf(run, selected && types.enabled.includes(type)),
      progress: run === undefined ? null : { done: run.done, total: run.total },
      stages,
    };
  });
}

const stateOf = (
  run: PipelineRun | undefined,
  isSynced: boolean,
): ListedPipeline["state"] => {
  if (run !== undefined) return run.moves === "out" ? "removing" : "adding";
  return isSynced ? "active" : "off";
};

import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { isSelected, typesWithPipelines } from "../../settings/pipelines.ts";
import type { Settings } from "../../settings/schema.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { cancelPipelineRun, startPipelineRun } from "../runs/pipeline-runs.ts";
import { loadPipelines } from "./definitions.ts";
import { nextInPipeline, pipelinesInUse } from "./pipeline-records.ts";
import { loadTypes } from "./portal-types.ts";
import { loadStanding } from "./standing.ts";

/** Returns the types of which two documents select other pipelines. */
export const typesWithOtherPipelines = (
  before: Settings,
  after: Settings,
): readonly ObjectType[] =>
  typesWithPipelines.filter(
    (type) =>
      JSON.stringify(before[type].pipelines) !==
      JSON.stringify(after[type].pipelines),
  );

/**
 * Starts what a change of the selected pipelines sets in motion: the records of one that is no longer selected leave the
 * workspace, and the objects of one that is selected again come back. A change of mind cancels the run before it. A type
 * that isn't synced stays as it is: once it's on again, its pull decides of every object.
 * @param by who saved the settings
 */
export async function followPipelines(
  db: Db,
  portalId: PortalId,
  { before, after }: { readonly before: Settings; readonly after: Settings },
  by: string,
): Promise<void> {
  const changed = typesWithOtherPipelines(before, after);
  if (changed.length === 0) return;
  const { enabled } = await loadTypes(db, portalId);
  for (const type of changed) {
    const ids = await everyPipeline(db, portalId, type, { before, after });
    for (const id of ids) {
      const selected = isSelected(after, type, id);
      if (isSelected(before, type, id) === selected) continue;
      const [starts, cancels] = selected
        ? (["in", "out"] as const)
        : (["out", "in"] as const);
      await cancelPipelineRun(db, portalId, type, { id, moves: cancels });
      const isNeeded =
        enabled.includes(type) &&
        (selected || (await hasRecords(db, portalId, type, after, id)));
      if (isNeeded)
        await startPipelineRun(db, portalId, type, { id, moves: starts }, by);
    }
  }
}

/**
 * Starts the removals that are due and that no run is at: one that HubSpot refused in between, or settings that were saved
 * while HubSpot was disconnected. Walks the live links of types of which only some pipelines are selected.
 */
export async function resumeRemovals(
  db: Db,
  portalId: PortalId,
): Promise<void> {
  const { settings, types } = await loadStanding(db, portalId);
  for (const type of typesWithPipelines) {
    if (
      !Array.isArray(settings[type].pipelines) ||
      !types.enabled.includes(type)
    )
      continue;
    for (const id of await pipelinesInUse(db, portalId, type, settings))
      if (!isSelected(settings, type, id))
        await startPipelineRun(db, portalId, type, { id, moves: "out" }, "");
  }
}

/** Every pipeline of a type that HubSpot has, that either document names, or that records are in. */
async function everyPipeline(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { before, after }: { readonly before: Settings; readonly after: Settings },
): Promise<ReadonlySet<string>> {
  const known = await loadPipelines(db, portalId, type);
  return new Set([
    ...known.map(({ id }) => id),
    ...(before[type].pipelines ?? []),
    ...(after[type].pipelines ?? []),
    ...(await pipelinesInUse(db, portalId, type, after)),
  ]);
}

const hasRecords = async (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
  pipeline: string,
): Promise<boolean> => {
  const page = { pipeline, after: null, size: 1 };
  const found = await nextInPipeline(db, portalId, type, settings, page);
  return found.length > 0;
};

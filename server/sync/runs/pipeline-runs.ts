import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { startRun } from "./runs.ts";
import type { PipelineMove } from "./runs.ts";

/** Runs that bring the objects of one pipeline into the workspace, or that remove its records. */

/** The source of these runs, as the journal and the list of runs name it. */
export const PIPELINES = "pipelines";

/** Queues a run, unless one like it is queued or running. */
export async function startPipelineRun(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  pipeline: PipelineMove,
  by: string,
): Promise<void> {
  const active = await activePipelineRuns(db, portalId, type);
  if (
    active.some(
      ({ id, moves }) => id === pipeline.id && moves === pipeline.moves,
    )
  )
    return;
  await startRun(db, portalId, {
    kind: "pull",
    objectType: type,
    mode: "selection",
    scope: { pipeline },
    manual: false,
    source: PIPELINES,
    requestedBy: by,
  });
}

/** Ends a run that is queued or running. What it has done stays done; a batch that it is at is the last. */
export async function cancelPipelineRun(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  pipeline: PipelineMove,
): Promise<void> {
  await sql`
    update run set state = 'done', ended_at = now(), state_reason = ${
      pipeline.moves === "out"
        ? "Canceled, because the pipeline was selected again."
        : "Canceled, because the pipeline is no longer selected."
    }
    where portal_id = ${portalId} and object_type = ${type} and state in ('queued', 'running', 'paused')
      and scope -> 'pipeline' = ${toJson(pipeline)}::jsonb`.execute(db);
}

/** A run of a pipeline that hasn't ended. */
export type PipelineRun = PipelineMove & {
  /** How many records it has come to an end with, and how many there were to be, if that's known. */
  readonly done: number;
  readonly total: number | null;
};

/** Returns the runs of a type's pipelines that haven't ended. */
export async function activePipelineRuns(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<readonly PipelineRun[]> {
  const { rows } = await sql<PipelineRun>`
    select scope -> 'pipeline' ->> 'id' as id, scope -> 'pipeline' ->> 'moves' as moves, requested as done, expected as total
    from run
    where portal_id = ${portalId} and object_type = ${type} and state in ('queued', 'running', 'paused') and scope ? 'pipeline'
    order by created_at`.execute(db);
  return rows;
}

/** Whether a run is still to go on. */
export async function isActiveRun(
  db: Db,
  portalId: PortalId,
  runId: string,
): Promise<boolean> {
  const row = await db
    .selectFrom("run")
    .select("id")
    .where("portal_id", "=", portalId)
    .where("id", "=", runId)
    .where("state", "=", "running")
    .executeTakeFirst();
  return row !== undefined;
}

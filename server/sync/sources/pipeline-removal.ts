import { readSettings } from "../../settings/store.ts";
import { isSelected } from "../../settings/pipelines.ts";
import type { Fence } from "../../database/fence.ts";
import type { PortalId, RecordId } from "../../settings/object-type.ts";
import type { Engine } from "../engine.ts";
import {
  countInPipeline,
  nextInPipeline,
} from "../installation/pipeline-records.ts";
import { runPassHalving } from "../pass/pass-halving.ts";
import { isActiveRun } from "../runs/pipeline-runs.ts";
import type { PipelineMove, Run } from "../runs/runs.ts";
import {
  afterBusy,
  endEmptyPage,
  endPipelinePage,
  passSize,
  pipelineTrigger,
  turnMs,
} from "./pipeline-run.ts";
import type { PipelinePosition } from "./pipeline-run.ts";

type Position = PipelinePosition & { readonly afterId?: RecordId };

type Page = {
  readonly recordIds: readonly RecordId[];
  readonly position: Position;
};

/**
 * Removes the records of a pipeline that isn't selected, a hundred at a time: their objects are read, what they can push
 * goes first, and decide says of each what becomes of it. Nothing in HubSpot is deleted. The position is saved in the
 * transaction of the page, and a record that has left is no longer found, so that a kill costs at most a page again.
 * Returns when to go on.
 */
export async function removePipeline(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  pipeline: PipelineMove,
  turn: { readonly fence: Fence; readonly signal: AbortSignal },
): Promise<"now" | Date> {
  const started = engine.now().getTime();
  let position = run.position as Position;
  if (position.afterId === undefined && position.over === undefined)
    await expect(engine, portalId, run, pipeline);
  for (;;) {
    const page = await nextPage(engine, portalId, run, pipeline, position);
    if (page === null) return "now";
    const { recordIds } = page;
    const isLast = page.position.over === true;
    const before = new Set(position.over ? recordIds : []);
    let again: readonly RecordId[] = [];
    if (recordIds.length === 0)
      again = await endEmptyPage(
        engine,
        portalId,
        run,
        turn.fence,
        page.position,
      );
    else
      await runPassHalving(engine, portalId, {
        objectType: run.objectType,
        recordIds,
        trigger: pipelineTrigger(run),
        account: { source: run.source, by: run.requestedBy, runId: run.id },
        priority: "bulk",
        fence: turn.fence,
        edges: { kind: "if-moved" },
        finish: async (db, items) => {
          again = await endPipelinePage(db, portalId, run, {
            items,
            seen: [...before],
            position: page.position,
            last: isLast,
          });
        },
      });
    if (isLast && again.length === 0) return "now";
    if (
      position.over &&
      again.length > 0 &&
      again.every((id) => before.has(id))
    )
      return afterBusy(engine);
    position = { ...page.position, again };
    if (turn.signal.aborted || engine.now().getTime() - started > turnMs)
      return "now";
  }
}

/** The next records; null if the run has been canceled. */
async function nextPage(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  { id }: PipelineMove,
  position: Position,
): Promise<Page | null> {
  return engine.database.inPortal(portalId, async (db) => {
    if (!(await isActiveRun(db, portalId, run.id))) return null;
    const { settings } = await readSettings(db, portalId);
    if (isSelected(settings, run.objectType, id))
      return { recordIds: [], position: { over: true } };
    if (position.over) {
      const recordIds = (position.again ?? []).slice(0, passSize);
      return { recordIds, position };
    }
    const recordIds = await nextInPipeline(
      db,
      portalId,
      run.objectType,
      settings,
      { pipeline: id, after: position.afterId ?? null, size: passSize },
    );
    const afterId = recordIds.at(-1);
    return {
      recordIds,
      position: {
        ...position,
        ...(afterId === undefined ? {} : { afterId }),
        ...(recordIds.length < passSize ? { over: true as const } : {}),
      },
    };
  });
}

/** How many records the run looks at, for the progress that people see. */
const expect = (
  engine: Engine,
  portalId: PortalId,
  run: Run,
  { id }: PipelineMove,
): Promise<unknown> =>
  engine.database.inPortal(portalId, async (db) => {
    const { settings } = await readSettings(db, portalId);
    const records = await countInPipeline(
      db,
      portalId,
      run.objectType,
      settings,
      id,
    );
    await db
      .updateTable("run")
      .set({ expected: records })
      .where("portal_id", "=", portalId)
      .where("id", "=", run.id)
      .where("expected", "is", null)
      .execute();
  });

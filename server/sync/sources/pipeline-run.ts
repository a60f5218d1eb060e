import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import type { PortalId, RecordId } from "../../settings/object-type.ts";
import type { PassItem } from "../decide/plan.ts";
import { PUSHED_FIRST } from "../decide/pipelines.ts";
import type { Engine } from "../engine.ts";
import type { Trigger } from "../model.ts";
import { addPage, endRun } from "../runs/runs.ts";
import type { Run } from "../runs/runs.ts";
import { triggerOf } from "./pure/run-trigger.ts";

/** What the two runs of a pipeline share: a page is stored with its counts, and some records come again. */

export interface PipelinePosition {
  /** Records that were seen and aren't finished: their turn comes again at the end. */
  readonly again?: readonly RecordId[];
  /** Nothing but those is left. */
  readonly over?: true;
}

/** A turn is seconds, so that portals take turns. */
export const turnMs = 2_000;
export const passSize = 100;

/** How long a run waits for records that others are at before it looks again. */
const busyMs = 1_000;

/**
 * What isn't finished with a page: another worker is at it, it changed meanwhile, what it can push goes before it leaves,
 * or it's back and its values are merged next.
 */
const comesAgain = new Set(["busy", "moved_on", PUSHED_FIRST, "restored"]);

/** A person chose the pipelines: HubSpot's side is followed although automatic pull may be off. */
export const pipelineTrigger = (run: Run): Trigger => ({
  ...triggerOf(run),
  opens: "hubspot",
});

/** Stores a page of a run, and ends the run with its last one. Returns which records come again. */
export async function endPipelinePage(
  db: Db,
  portalId: PortalId,
  run: Run,
  {
    items,
    seen,
    position,
    last,
  }: {
    readonly items: readonly PassItem[];
    /** The records that came again with this page. */
    readonly seen: readonly RecordId[];
    readonly position: PipelinePosition;
    readonly last: boolean;
  },
): Promise<readonly RecordId[]> {
  const waiting = new Set(position.again ?? []);
  for (const id of seen) waiting.delete(id);
  for (const { recordId, code } of items)
    if (recordId !== null && comesAgain.has(code)) waiting.add(recordId);
  const again = [...waiting];
  await addPage(
    db,
    portalId,
    run.id,
    items.filter(
      ({ recordId, code }) => recordId === null || !comesAgain.has(code),
    ),
    { ...position, again },
  );
  if (last && again.length === 0)
    await endRun(db, portalId, run.id, "done", "");
  return again;
}

/** The same for a page that nothing is to be done for. */
export const endEmptyPage = (
  engine: Engine,
  portalId: PortalId,
  run: Run,
  fence: Fence,
  position: PipelinePosition,
): Promise<readonly RecordId[]> =>
  engine.database.inPortal(portalId, async (db) => {
    await fence(db);
    return endPipelinePage(db, portalId, run, {
      items: [],
      seen: [],
      position,
      last: true,
    });
  });

/** When a run goes on whose last page has left nothing but records that come again. */
export const afterBusy = (engine: Engine): Date =>
  new Date(engine.now().getTime() + busyMs);

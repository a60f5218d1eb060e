import type { Fence } from "../../database/fence.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { descriptorOf, parentKindsOf } from "../../settings/types/index.ts";
import { chunksOf } from "../../hubspot/chunks.ts";
import type { EdgeReading, KnownEdges } from "../associations/plan-edges.ts";
import type { HubSpotEdges } from "../decide/plan.ts";
import type { Engine } from "../engine.ts";
import { loadRules, wantedProperties } from "../pairs/rules.ts";
import { runPassHalving } from "../pass/pass-halving.ts";
import type { PassInput } from "../pass/pass-input.ts";
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

type Position = PipelinePosition & { readonly afterId?: ObjectId };

/**
 * Pulls the objects of a pipeline that was selected, by id, as HubSpot's search finds them. What its index doesn't show
 * yet was changed a moment ago, and comes with the changed pull. The position is saved in the transaction of each
 * hundred. Returns when to go on.
 */
export async function addPipeline(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  pipeline: PipelineMove,
  turn: { readonly fence: Fence; readonly signal: AbortSignal },
): Promise<"now" | Date> {
  const started = engine.now().getTime();
  let position = run.position as Position;
  for (;;) {
    const isCanceled = await engine.database.inPortal(
      portalId,
      async (db) => !(await isActiveRun(db, portalId, run.id)),
    );
    if (isCanceled) return "now";
    if (position.over) {
      const seen = (position.again ?? []).slice(0, passSize);
      const again = await passAgain(engine, portalId, run, position, {
        seen,
        fence: turn.fence,
      });
      if (again.length === 0) return "now";
      if (again.every((id) => seen.includes(id))) return afterBusy(engine);
      position = { ...position, again };
    } else {
      position = await addPage(engine, portalId, run, {
        pipeline,
        before: position,
        turn,
      });
      if (position.over && (position.again ?? []).length === 0) return "now";
    }
    if (turn.signal.aborted || engine.now().getTime() - started > turnMs)
      return "now";
  }
}

const passOf = (
  run: Run,
  fence: Fence,
  edges: EdgeReading,
): Omit<PassInput, "recordIds" | "objects"> => ({
  objectType: run.objectType,
  trigger: pipelineTrigger(run),
  account: { source: run.source, by: run.requestedBy, runId: run.id },
  priority: "bulk",
  fence,
  edges,
});

/** One page of the search, in passes of a hundred. Returns the position after it. */
async function addPage(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  {
    pipeline: { id },
    before,
    turn,
  }: {
    readonly pipeline: PipelineMove;
    readonly before: Position;
    readonly turn: { readonly fence: Fence; readonly signal: AbortSignal };
  },
): Promise<Position> {
  const { objectType: type } = run;
  const rules = await engine.database.inPortal(portalId, (db) =>
    loadRules(db, portalId, type),
  );
  const properties = wantedProperties(rules, type);
  const property = descriptorOf(type).hubspot.pipelines?.pipeline ?? "";
  const gateway = engine.hubspot.portal(portalId);
  const page = await gateway.searchIn(
    type,
    { property, value: id, afterId: before.afterId ?? null, properties },
    { priority: "bulk", signal: turn.signal },
  );
  if (before.afterId === undefined)
    await expect(engine, portalId, run, page.total);
  const isLast = page.lastId === null || page.total <= page.objects.length;
  const byKind = await edgesOf(engine, portalId, run, page.objects, (name) => {
    return rules.missing?.edges[name]?.read !== true;
  });
  let position = before;
  const chunks = chunksOf(page.objects, passSize);
  for (const [place, objects] of chunks.entries()) {
    const ends = place === chunks.length - 1;
    const afterId = ends ? page.lastId : (objects.at(-1)?.id ?? null);
    const reached: Position = {
      ...position,
      ...(afterId === null ? {} : { afterId }),
      ...(ends && isLast ? { over: true as const } : {}),
    };
    let again: readonly RecordId[] = [];
    await runPassHalving(engine, portalId, {
      ...passOf(run, turn.fence, { kind: "known", byKind }),
      objects,
      objectProperties: properties,
      finish: async (db, items) => {
        again = await endPipelinePage(db, portalId, run, {
          items,
          seen: [],
          position: reached,
          last: reached.over === true,
        });
      },
    });
    position = { ...reached, again };
  }
  if (chunks.length > 0) return position;
  // A page can be empty although it isn't the last: what it listed is gone.
  const empty: Position = {
    ...position,
    ...(page.lastId === null ? {} : { afterId: page.lastId }),
    ...(isLast ? { over: true as const } : {}),
  };
  if (empty.over === undefined) return empty;
  const again = await endEmptyPage(engine, portalId, run, turn.fence, empty);
  return { ...empty, again };
}

/** HubSpot's parents of a page's objects: one call of each kind. */
async function edgesOf(
  engine: Engine,
  portalId: PortalId,
  { objectType }: Run,
  objects: readonly HubSpotObject[],
  mayRead: (kind: string) => boolean,
): Promise<KnownEdges> {
  const byKind = new Map<string, ReadonlyMap<ObjectId, HubSpotEdges>>();
  const ids = objects.map(({ id }) => id);
  for (const kind of parentKindsOf(objectType))
    if (ids.length > 0 && mayRead(kind.name))
      byKind.set(
        kind.name,
        await engine.hubspot
          .portal(portalId)
          .readAssociations(kind, ids, { priority: "bulk" }),
      );
  return byKind;
}

/** Records that weren't finished with their page. Returns those that come again. */
async function passAgain(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  position: Position,
  {
    seen,
    fence,
  }: { readonly seen: readonly RecordId[]; readonly fence: Fence },
): Promise<readonly RecordId[]> {
  let again: readonly RecordId[] = [];
  await runPassHalving(engine, portalId, {
    ...passOf(run, fence, { kind: "read" }),
    recordIds: seen,
    finish: async (db, items) => {
      again = await endPipelinePage(db, portalId, run, {
        items,
        seen,
        position,
        last: true,
      });
    },
  });
  return again;
}

/** How many objects are in the pipeline, for the progress that people see. */
const expect = (
  engine: Engine,
  portalId: PortalId,
  run: Run,
  total: number,
): Promise<unknown> =>
  engine.database.inPortal(portalId, (db) =>
    db
      .updateTable("run")
      .set({ expected: total })
      .where("portal_id", "=", portalId)
      .where("id", "=", run.id)
      .where("expected", "is", null)
      .execute(),
  );

import { sql } from "kysely";
import type { Fence } from "../../database/fence.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { Engine } from "../engine.ts";
import type { Db } from "../../database/database.ts";
import { decidedPage } from "../brake/parts.ts";
import { APPROVAL } from "../brake/pure/choice.ts";
import { wantDefinitions } from "../installation/drift.ts";
import { runPassHalving } from "../pass/pass-halving.ts";
import { addPage, endRun } from "../runs/runs.ts";
import type { Run } from "../runs/runs.ts";
import { triggerOf } from "./pure/run-trigger.ts";
import { reassignNext } from "./reassigned-page.ts";
import { closeHeldDeletions } from "./sweep-result.ts";

const turnMs = 2_000;
const passSize = 100;

/** How long a run waits for pairs that others have claimed before it looks again. */
const busyMs = 1_000;

interface Position {
  readonly phase?: "records";
  readonly done?: number;
  readonly afterId?: RecordId;
  /** Records that another worker had claimed, a dead one perhaps: their turn comes at the end, before the run ends. */
  readonly busy?: readonly RecordId[];
  /** Nothing but those is left. */
  readonly over?: true;
  /** Records that have their new owner and weren't pushed yet: a worker may have died in between. */
  readonly reassigned?: readonly RecordId[];
}

/**
 * The records or objects that somebody chose, those whose owner somebody replaces, or all records of a type for a push
 * or a sync both ways, a hundred at a time. Answers when to go on: a run that only waits for claims of others, which a
 * crash leaves behind for a minute, looks again shortly.
 */
export async function selection(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  turn: { readonly fence: Fence; readonly signal: AbortSignal },
): Promise<"now" | Date> {
  const started = engine.now().getTime();
  let position = run.position as Position;
  for (;;) {
    const page =
      run.scope.owner === undefined || position.over
        ? await nextPage(engine, portalId, run, position)
        : await nextReassigned(engine, portalId, run, position, turn.fence);
    const busy = new Set(position.busy ?? []);
    for (const id of page.recordIds) busy.delete(id);
    const next = (): Position => ({
      ...(run.position["phase"] === "records" ? { phase: "records" } : {}),
      ...page.position,
      ...(page.last ? { over: true } : {}),
      busy: [...busy],
    });
    const finish = async (
      db: Parameters<Parameters<Engine["database"]["inPortal"]>[1]>[0],
      items: Parameters<typeof addPage>[3],
    ) => {
      for (const { recordId, code } of items)
        if (code === "busy" && recordId !== null) busy.add(recordId);
      const ended = items.filter(
        ({ recordId }) => recordId === null || !busy.has(recordId),
      );
      await addPage(db, portalId, run.id, ended, { ...next() });
      if (page.last && busy.size === 0) {
        await endRun(db, portalId, run.id, "done", "");
        // A former owner has no records now, so a warning about them ends.
        if (run.scope.owner !== undefined) await wantDefinitions(db, portalId);
        if (run.source === APPROVAL && run.kind === "pull")
          await reportToSweep(db, portalId, run);
      }
    };
    if (page.recordIds.length + page.objectIds.length === 0) {
      await engine.database.inPortal(portalId, async (db) => {
        await turn.fence(db);
        await finish(db, []);
      });
    } else {
      await runPassHalving(engine, portalId, {
        objectType: run.objectType,
        recordIds: page.recordIds,
        objectIds: page.objectIds,
        trigger: triggerOf(run),
        account: { source: run.source, by: run.requestedBy, runId: run.id },
        priority: "bulk",
        fence: turn.fence,
        edges: {
          kind:
            run.kind === "push" || run.scope.attentionId !== undefined
              ? "if-moved"
              : "read",
        },
        ...(page.deletedByEvent === undefined
          ? {}
          : { deletedByEvent: page.deletedByEvent }),
        finish,
      });
    }
    if (page.last && busy.size === 0) return "now";
    if (position.over && page.recordIds.every((id) => busy.has(id)))
      return new Date(engine.now().getTime() + busyMs);
    position = next();
    if (turn.signal.aborted || engine.now().getTime() - started > turnMs)
      return "now";
  }
}

/** What a sweep had held is repaired once it is approved of. */
async function reportToSweep(
  db: Db,
  portalId: PortalId,
  run: Run,
): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from journal
    where portal_id = ${portalId} and run_id = ${run.id} and action = 'deleted'`.execute(
    db,
  );
  await closeHeldDeletions(db, portalId, run.objectType, rows[0]?.count ?? 0);
}

interface Page {
  readonly recordIds: readonly RecordId[];
  readonly objectIds: readonly ObjectId[];
  readonly deletedByEvent?: ReadonlySet<ObjectId>;
  readonly position: Position;
  readonly last: boolean;
}

/**
 * Gives the next records their new owner and stores which they are, in one transaction: whatever dies then, these are
 * pushed next.
 */
async function nextReassigned(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  position: Position,
  fence: Fence,
): Promise<Page> {
  const { reassigned, ...rest } = position;
  if (reassigned !== undefined)
    return {
      recordIds: reassigned,
      objectIds: [],
      position: rest,
      last: rest.afterId === undefined,
    };
  return engine.database.inPortal(portalId, async (db) => {
    await fence(db);
    const { recordIds, afterId } = await reassignNext(db, portalId, run, {
      after: position.afterId ?? null,
      size: passSize,
    });
    const after: Position = afterId === null ? {} : { afterId };
    await addPage(db, portalId, run.id, [], {
      ...position,
      afterId: undefined,
      ...after,
      reassigned: recordIds,
    });
    return {
      recordIds,
      objectIds: [],
      position: after,
      last: afterId === null,
    };
  });
}

async function nextPage(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  position: Position,
): Promise<Page> {
  if (position.over) {
    const busy = position.busy ?? [];
    return {
      recordIds: busy.slice(0, passSize),
      objectIds: [],
      position,
      last: busy.length <= passSize,
    };
  }
  const { attentionId } = run.scope;
  if (attentionId !== undefined) {
    const { lastId, ...page } = await engine.database.inPortal(portalId, (db) =>
      decidedPage(
        db,
        portalId,
        attentionId,
        position.afterId ?? null,
        passSize,
      ),
    );
    return {
      ...page,
      position: lastId === null ? position : { afterId: lastId },
      last: lastId === null,
    };
  }
  if (run.mode === "selection") {
    const done = position.done ?? 0;
    const records = run.scope.recordIds ?? [];
    const objects = run.scope.objectIds ?? [];
    const recordIds = records.slice(done, done + passSize);
    const objectIds = objects.slice(
      Math.max(0, done - records.length),
      done + passSize - records.length,
    );
    const reached =
      done +
      recordIds.length +
      (objectIds.length > 0 && recordIds.length < passSize
        ? objectIds.length
        : 0);
    return {
      recordIds,
      objectIds:
        recordIds.length < passSize
          ? objectIds.slice(0, passSize - recordIds.length)
          : [],
      position: { done: Math.min(reached, done + passSize) },
      last:
        Math.min(reached, done + passSize) >= records.length + objects.length,
    };
  }
  const changedOnly = run.mode === "changed";
  // Of a whole sync both ways, what is linked was met from HubSpot's side.
  const restOnly = run.kind === "both" && run.mode === "full";
  const { rows } = await engine.database.inPortal(portalId, (db) =>
    sql<{ id: RecordId }>`
      select r.id from record r
      where r.portal_id = ${portalId} and r.object_type = ${run.objectType} and r.deleted_at is null
        and r.id > ${position.afterId ?? "00000000-0000-0000-0000-000000000000"}::uuid
        and (not ${changedOnly}::boolean or exists (
          select from dirty d where d.portal_id = r.portal_id and d.record_id = r.id))
        and (not ${restOnly}::boolean or not exists (
          select from link l where l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live'))
      order by r.id limit ${passSize}`.execute(db),
  );
  const recordIds = rows.map((row) => row.id);
  const afterId = recordIds.at(-1);
  return {
    recordIds,
    objectIds: [],
    position: afterId === undefined ? position : { afterId },
    last: recordIds.length < passSize,
  };
}

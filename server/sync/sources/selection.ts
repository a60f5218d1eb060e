import { sql } from "kysely";
import type { Fence } from "../../database/fence.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { Engine } from "../engine.ts";
import { runPassHalving } from "../pass-halving.ts";
import { addPage, endRun } from "../runs.ts";
import type { Run } from "../runs.ts";
import { triggerOf } from "./run-trigger.ts";

const turnMs = 2_000;
const passSize = 100;

/** The records or objects that somebody chose, or all records of a type for a push, a hundred at a time. */
export async function selection(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  turn: { readonly fence: Fence; readonly signal: AbortSignal },
): Promise<void> {
  const started = engine.now().getTime();
  let position = run.position as { done?: number; afterId?: RecordId };
  for (;;) {
    const page = await nextPage(engine, portalId, run, position);
    const next = page.position;
    const finish = async (
      db: Parameters<Parameters<Engine["database"]["inPortal"]>[1]>[0],
      items: Parameters<typeof addPage>[3],
    ) => {
      await addPage(db, portalId, run.id, items, { ...next });
      if (page.last) await endRun(db, portalId, run.id, "done", "");
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
        edges: { kind: run.kind === "pull" ? "read" : "if-moved" },
        finish,
      });
    }
    if (page.last) return;
    position = next;
    if (turn.signal.aborted || engine.now().getTime() - started > turnMs)
      return;
  }
}

interface Page {
  readonly recordIds: readonly RecordId[];
  readonly objectIds: readonly ObjectId[];
  readonly position: { done?: number; afterId?: RecordId };
  readonly last: boolean;
}

async function nextPage(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  position: { done?: number; afterId?: RecordId },
): Promise<Page> {
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
  const { rows } = await engine.database.inPortal(portalId, (db) =>
    sql<{ id: RecordId }>`
      select r.id from record r
      where r.portal_id = ${portalId} and r.object_type = ${run.objectType} and r.deleted_at is null
        and r.id > ${position.afterId ?? "00000000-0000-0000-0000-000000000000"}::uuid
        and (not ${changedOnly}::boolean or exists (
          select from dirty d where d.portal_id = r.portal_id and d.record_id = r.id))
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

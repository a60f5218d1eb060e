import { sql } from "kysely";
import { analyzeOutgrown } from "../../database/analyze-outgrown.ts";
import type { Fence } from "../../database/fence.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/object-type.ts";
import { chunksOf } from "../../hubspot/chunks.ts";
import type { Engine } from "../engine.ts";
import { automatic } from "../pass.ts";
import { runPassHalving } from "../pass-halving.ts";
import { readSettings } from "../../settings/store.ts";

const batchSize = 100;
/** A batch waits for the disk and for HubSpot most of its time; three at once took half the time of one after another. */
const batchesAtOnce = 3;
const turnMs = 2_000;

/**
 * The records that the product has changed, companies first, a hundred at a time, some such batches at once. Answers
 * when to look again: "now", or the moment of the next one that was put off.
 */
export async function drainDirty(
  engine: Engine,
  portalId: PortalId,
  turn: { readonly fence: Fence; readonly signal: AbortSignal },
): Promise<Date | "now" | null> {
  const started = engine.now().getTime();
  await analyzeOutgrown(engine.database);
  for (;;) {
    const next = await nextBatches(engine, portalId);
    if (next === null) return nextDue(engine, portalId);
    const ends = await Promise.allSettled(
      next.batches.map((recordIds) =>
        runPassHalving(engine, portalId, {
          objectType: next.objectType,
          recordIds,
          trigger: automatic("workspace"),
          account: { source: "product", by: "", runId: null },
          priority: "bulk",
          fence: turn.fence,
          edges: { kind: "if-moved" },
        }),
      ),
    );
    // Told when all have ended: the lane is not given back while one is under way.
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    if (turn.signal.aborted || engine.now().getTime() - started > turnMs)
      return "now";
  }
}

/**
 * The next records of one type. Those that are gone and have no live link say nothing to either side, and no pair would
 * come of them: they leave the set here, unless they have changed again. Several batches only where all are in HubSpot
 * already: two that create might bring the same companies along, or write one email.
 */
async function nextBatches(
  engine: Engine,
  portalId: PortalId,
): Promise<{
  objectType: ObjectType;
  batches: (readonly RecordId[])[];
} | null> {
  return engine.database.inPortal(portalId, async (db) => {
    const { settings } = await readSettings(db, portalId);
    if (!settings.automatic.push) {
      // They keep; a minute is how soon they are looked at once the switch is on again.
      await sql`
        update dirty set due_at = now() + interval '1 minute'
        where portal_id = ${portalId} and due_at <= now()`.execute(db);
      return null;
    }
    for (const objectType of objectTypes) {
      const { rows } = await sql<{
        record_id: RecordId;
        ended: boolean;
        linked: boolean;
      }>`
        with due as (
          select record_id from dirty
          where portal_id = ${portalId} and object_type = ${objectType} and due_at <= now()
          order by due_at limit ${batchSize * batchesAtOnce}
        ), ended as (
          delete from dirty d using due, record r
          where d.portal_id = ${portalId} and d.record_id = due.record_id
            and r.portal_id = ${portalId} and r.id = due.record_id
            and r.deleted_at is not null and d.revision <= r.revision
            and not exists (
              select from link l
              where l.portal_id = ${portalId} and l.record_id = r.id and l.state = 'live')
          returning d.record_id
        )
        select due.record_id, ended.record_id is not null as ended, exists (
          select from link l
          where l.portal_id = ${portalId} and l.record_id = due.record_id and l.state = 'live') as linked
        from due left join ended using (record_id)`.execute(db);
      if (rows.length === 0) continue;
      const left = rows.filter((row) => !row.ended);
      const batches = chunksOf(
        left.map((row) => row.record_id),
        batchSize,
      );
      return {
        objectType,
        batches: left.every((row) => row.linked)
          ? batches
          : batches.slice(0, 1),
      };
    }
    return null;
  });
}

async function nextDue(
  engine: Engine,
  portalId: PortalId,
): Promise<Date | null> {
  const { rows } = await engine.database.inPortal(portalId, (db) =>
    sql<{
      due: Date | null;
    }>`select min(due_at) as due from dirty where portal_id = ${portalId}`.execute(
      db,
    ),
  );
  return rows[0]?.due ?? null;
}

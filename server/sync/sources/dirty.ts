import { sql } from "kysely";
import type { Fence } from "../../database/fence.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/object-type.ts";
import type { Engine } from "../engine.ts";
import { automatic } from "../pass.ts";
import { runPassHalving } from "../pass-halving.ts";
import { readSettings } from "../../settings/store.ts";

const batch = 100;
const turnMs = 2_000;

/**
 * The records that the product has changed, companies first, a hundred at a time. Answers when to look again: "now",
 * or the moment of the next one that was put off.
 */
export async function drainDirty(
  engine: Engine,
  portalId: PortalId,
  turn: { readonly fence: Fence; readonly signal: AbortSignal },
): Promise<Date | "now" | null> {
  const started = engine.now().getTime();
  for (;;) {
    const next = await nextBatch(engine, portalId);
    if (next === null) return nextDue(engine, portalId);
    if (next.recordIds.length === 0) continue;
    await runPassHalving(engine, portalId, {
      objectType: next.objectType,
      recordIds: next.recordIds,
      trigger: automatic("workspace"),
      account: { source: "product", by: "", runId: null },
      priority: "bulk",
      fence: turn.fence,
      edges: { kind: "if-moved" },
    });
    if (turn.signal.aborted || engine.now().getTime() - started > turnMs)
      return "now";
  }
}

/**
 * The next records of one type. Those that are gone and have no live link say nothing to either side, and no pair would
 * come of them: they leave the set here, unless they have changed again.
 */
async function nextBatch(
  engine: Engine,
  portalId: PortalId,
): Promise<{ objectType: ObjectType; recordIds: RecordId[] } | null> {
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
      const { rows } = await sql<{ record_id: RecordId; ended: boolean }>`
        with due as (
          select record_id from dirty
          where portal_id = ${portalId} and object_type = ${objectType} and due_at <= now()
          order by due_at limit ${batch}
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
        select due.record_id, ended.record_id is not null as ended
        from due left join ended using (record_id)`.execute(db);
      if (rows.length > 0)
        return {
          objectType,
          recordIds: rows
            .filter((row) => !row.ended)
            .map((row) => row.record_id),
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

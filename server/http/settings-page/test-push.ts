import { sql } from "kysely";
import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { requireRunning } from "../api/require-running.ts";
import type { Asker } from "../asker.ts";
import type { EngineApi } from "../dependencies.ts";

/** Records that a test push takes (AP-120). */
const MOST = 10;

/** The run to follow, at /ui/card/run; null if HubSpot has every record of the type. */
export const testPushSchema = z.object({
  runId: z.guid().nullable(),
  count: z.int(),
});

/**
 * Pushes the few records of a type that changed last and were never in HubSpot, as their author, so that an admin can look
 * at them there before all are pushed. Rules apply as in any push. Throws a 409 while nothing may be pushed.
 */
export async function startTestPush(
  db: Db,
  engine: EngineApi,
  { portalId, user, installation }: Asker,
  objectType: ObjectType,
): Promise<z.infer<typeof testPushSchema>> {
  requireRunning(installation, "push", objectType);
  const recordIds = await newestUnlinked(db, portalId, objectType);
  if (recordIds.length === 0) return { runId: null, count: 0 };
  const { runId } = await engine.startRun(db, portalId, {
    kind: "push",
    objectType,
    mode: "selection",
    scope: { recordIds },
    manual: true,
    source: "settings",
    requestedBy: user.email,
  });
  return { runId, count: recordIds.length };
}

/** Index record_by_update, backwards. */
async function newestUnlinked(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<RecordId[]> {
  const { rows } = await sql<{ id: RecordId }>`
    select r.id from record r
    where r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null
      and not exists (select from link l where l.portal_id = ${portalId} and l.record_id = r.id)
    order by r.updated_at desc, r.id desc limit ${MOST}`.execute(db);
  return rows.map(({ id }) => id);
}

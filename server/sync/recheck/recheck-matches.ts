import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { makeLaneDue } from "../../database/make-lane-due.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { MATCH_TO_CONFIRM } from "../decide/match-to-confirm.ts";
import { queueRecheck } from "./recheck.ts";

/**
 * Checks both sides of the matches again that wait for a confirmation: nobody asks for it any more. Index
 * attention_open.
 */
export async function recheckMatches(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<void> {
  const open = sql`a.portal_id = ${portalId} and a.object_type = ${type} and a.state = 'open' and a.code = ${MATCH_TO_CONFIRM}`;
  await sql`
    insert into dirty (portal_id, object_type, record_id, revision)
    select r.portal_id, r.object_type, r.id, r.revision from record r
    where r.portal_id = ${portalId} and r.deleted_at is null and r.id in (select a.record_id from attention a where ${open})
    on conflict (portal_id, record_id) do update set due_at = now()`.execute(
    db,
  );
  await makeLaneDue(db, "dirty", portalId);
  const { rows } = await sql<{ id: ObjectId }>`
    select distinct o.id from attention a, jsonb_array_elements_text(a.details -> 'objectIds') as o(id)
    where ${open}`.execute(
    db,
  );
  await queueRecheck(
    db,
    portalId,
    type,
    rows.map(({ id }) => id),
    0,
  );
}

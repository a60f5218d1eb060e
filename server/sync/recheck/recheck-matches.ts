import type { RawBuilder } from "kysely";
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

/** Open entries of matches that wait for a confirmation. Index attention_open. */
export const openMatches = (
  portalId: PortalId,
  type: ObjectType,
): RawBuilder<unknown> =>
  sql`select a.record_id, a.details from attention a
    where a.portal_id = ${portalId} and a.object_type = ${type} and a.state = 'open' and a.code = ${MATCH_TO_CONFIRM}`;

/** Checks both sides of all matches that wait for a confirmation: nobody asks for it any more. */
export async function recheckMatches(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<void> {
  await markDirty(
    db,
    portalId,
    sql`select m.record_id from (${openMatches(portalId, type)}) m`,
  );
  const { rows } = await sql<{ id: ObjectId }>`
    select distinct o.id
    from (${openMatches(portalId, type)}) m, jsonb_array_elements_text(m.details -> 'objectIds') as o(id)`.execute(
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

/** Checks the records again that wait for one of these objects, which HubSpot has no longer, or not under this id. */
export async function recheckMatchesOf(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objectIds: readonly ObjectId[],
): Promise<void> {
  if (objectIds.length === 0) return;
  await markDirty(
    db,
    portalId,
    sql`select m.record_id from (${openMatches(portalId, type)}) m where m.details -> 'objectIds' ?| ${objectIds}::text[]`,
  );
}

/** @param ids a query for ids of records */
async function markDirty(
  db: Db,
  portalId: PortalId,
  ids: RawBuilder<unknown>,
): Promise<void> {
  const { numAffectedRows } = await sql`
    insert into dirty (portal_id, object_type, record_id, revision)
    select r.portal_id, r.object_type, r.id, r.revision from record r
    where r.portal_id = ${portalId} and r.deleted_at is null and r.id in (${ids})
    on conflict (portal_id, record_id) do update set due_at = now()`.execute(
    db,
  );
  if ((numAffectedRows ?? 0n) > 0n) await makeLaneDue(db, "dirty", portalId);
}

import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import type { HubSpotObject } from "../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../settings/object-type.ts";
import type { Settings } from "../settings/schema.ts";
import { mergeRecords } from "./merge-records.ts";

interface LinkRow {
  readonly id: string;
  readonly record_id: RecordId;
  readonly object_id: ObjectId;
}

/**
 * Carries over what HubSpot merged, from what the survivors say of themselves: aliases for the old ids, the oldest
 * link moves to the surviving object, the other links end, and with merge sync on their records are merged into its
 * record (AP-021, AP-032). Safe to repeat; the order in which events came plays no part.
 */
export async function settleMerges(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
  objects: readonly HubSpotObject[],
): Promise<void> {
  for (const object of objects) {
    const oldIds = object.mergedIds.filter((id) => id !== object.id);
    if (oldIds.length === 0) continue;
    await storeAliases(db, portalId, type, object.id, oldIds);
    const { rows } = await sql<LinkRow>`
      select id, record_id, object_id from link
      where portal_id = ${portalId} and object_type = ${type} and state = 'live'
        and object_id = any (${[...oldIds, object.id]}::bigint[])
      order by created_at, (object_id = ${object.id}) desc, id
      for update`.execute(db);
    const [survivor, ...losers] = rows;
    if (survivor === undefined) continue;
    if (losers.length === 0 && survivor.object_id === object.id) continue;
    await endLosers(db, portalId, losers);
    if (survivor.object_id !== object.id)
      await moveLink(db, portalId, survivor, object.id);
    for (const loser of losers) {
      if (settings[type].mergeSync) {
        await mergeRecords(db, portalId, type, {
          survivor: survivor.record_id,
          loser: loser.record_id,
          objectId: object.id,
        });
      } else {
        await noteUnlinked(db, portalId, type, loser, object.id);
      }
    }
  }
}

async function storeAliases(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  survivor: ObjectId,
  oldIds: readonly ObjectId[],
): Promise<void> {
  await sql`
    insert into object_alias (portal_id, object_type, old_id, object_id)
    select ${portalId}, ${type}, unnest(${oldIds}::bigint[]), ${survivor}
    on conflict (portal_id, object_type, old_id) do update set object_id = excluded.object_id
    where object_alias.object_id <> excluded.object_id`.execute(db);
  // A chain of merges: what forwarded to a loser forwards to the survivor now.
  await sql`
    update object_alias set object_id = ${survivor}
    where portal_id = ${portalId} and object_type = ${type} and object_id = any (${oldIds}::bigint[])`.execute(
    db,
  );
  await sql`delete from object_alias where portal_id = ${portalId} and object_type = ${type} and old_id = ${survivor}`.execute(
    db,
  );
}

async function endLosers(
  db: Db,
  portalId: PortalId,
  losers: readonly LinkRow[],
): Promise<void> {
  await sql`
    update link set state = 'merged-away', ended_at = now()
    where portal_id = ${portalId} and id = any (${losers.map((link) => link.id)}::uuid[])`.execute(
    db,
  );
}

async function moveLink(
  db: Db,
  portalId: PortalId,
  link: LinkRow,
  objectId: ObjectId,
): Promise<void> {
  // The survivor is another object with a clock of its own, and its edges are to be united anew.
  await sql`
    update link set object_id = ${objectId}, seen_at = null, edges_settled = false
    where portal_id = ${portalId} and id = ${link.id}`.execute(db);
  await sql`
    insert into journal (portal_id, object_type, record_id, object_id, action, source, initiator, code, reason)
    select portal_id, object_type, record_id, object_id, 'relinked', 'merge', 'hubspot', 'id_moved',
      ${`Merged in HubSpot: object ${link.object_id} is now ${objectId}.`}
    from link where portal_id = ${portalId} and id = ${link.id}`.execute(db);
}

async function noteUnlinked(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  loser: LinkRow,
  objectId: ObjectId,
): Promise<void> {
  const reason = `Merged into object ${objectId} in HubSpot. Merges are not carried over, so this record stays, unlinked.`;
  await sql`
    insert into journal (portal_id, object_type, record_id, object_id, action, source, initiator, code, reason)
    values (${portalId}, ${type}, ${loser.record_id}, ${loser.object_id}, 'unlinked', 'merge', 'hubspot', 'merged_in_hubspot', ${reason})`.execute(
    db,
  );
  await sql`
    insert into sync_verdict (portal_id, record_id, code, reason)
    values (${portalId}, ${loser.record_id}, 'merged_in_hubspot', ${reason})
    on conflict (portal_id, record_id) do update set code = excluded.code, reason = excluded.reason, at = now()`.execute(
    db,
  );
}

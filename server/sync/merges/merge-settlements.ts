import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { loadMergeEvents } from "./load-merges.ts";
import type { Base, LinkState } from "../model.ts";
import { lostIds, namedPrimary, primaryOf } from "./pure/primary-of-merge.ts";
import type { Survivor } from "./store-aliases.ts";

/** Which links merges in HubSpot move, and which ones they end. Nothing is written here. */

export interface LinkRow {
  readonly id: string;
  readonly record_id: RecordId;
  readonly object_id: ObjectId;
  readonly state: LinkState["state"];
  readonly base: Base;
  readonly created_at: Date;
  /** Its record has not been deleted. */
  readonly alive: boolean;
}

/** One merge as it is to be carried over. */
export interface Settlement {
  readonly objectId: ObjectId;
  /** The link that moves to the surviving object. */
  readonly winner: LinkRow;
  /** The links that end, each with the object that was merged away. */
  readonly losers: readonly LinkRow[];
}

/** The survivors' ids and their old ones. */
export const idsOf = (survivors: readonly Survivor[]): ObjectId[] =>
  survivors.flatMap(({ object, oldIds }) => [object.id, ...oldIds]);

/** The survivors that a live link still knows by an old id. Index link_live_object. */
export async function unsettled(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  survivors: readonly Survivor[],
): Promise<Survivor[]> {
  if (survivors.length === 0) return [];
  const rows = await db
    .selectFrom("link")
    .select("object_id")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("state", "=", sql.lit("live"))
    .where("object_id", "=", anyOf(survivors.flatMap(({ oldIds }) => oldIds)))
    .execute();
  const known = new Set(rows.map((row) => row.object_id));
  return survivors.filter(({ oldIds }) => oldIds.some((id) => known.has(id)));
}

/** Chooses each survivor's link. Of several, one whose record lives goes before those whose deletion is not synced yet. */
export async function decideSettlements(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  survivors: readonly Survivor[],
): Promise<Settlement[]> {
  if (survivors.length === 0) return [];
  const ids = idsOf(survivors);
  const links = await lockLinks(db, portalId, type, ids);
  const events = await loadMergeEvents(db, portalId, type, ids);
  return survivors.flatMap(({ object, oldIds }): Settlement[] => {
    const group = links.filter(
      ({ object_id, state }) =>
        state === "live" && [object.id, ...oldIds].includes(object_id),
    );
    const alive = group.filter((link) => link.alive);
    const candidates = (alive.length > 0 ? alive : group).map((row) => ({
      row,
      objectId: row.object_id,
      createdAt: row.created_at.getTime(),
      base: row.base,
    }));
    if (candidates.length === 0) return [];
    const { row: winner } = primaryOf(type, object, candidates, events);
    return [
      {
        objectId: object.id,
        winner,
        losers: group.filter((link) => link !== winner),
      },
    ];
  });
}

/**
 * What is to be corrected of merges that were carried over before their events came, where HubSpot's values did not tell
 * the objects apart: the link goes back to the record of the object that the events name as primary. Only a record that
 * lives and has no other object takes part. One query by index inbox_merge where no event is late.
 */
export async function lateSettlements(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  survivors: readonly Survivor[],
): Promise<Settlement[]> {
  if (survivors.length === 0) return [];
  const ids = idsOf(survivors);
  const events = await loadMergeEvents(db, portalId, type, ids);
  const named = survivors.flatMap((survivor) => {
    const primaryId = namedPrimary(survivor.object.id, events);
    return primaryId === survivor.object.id ? [] : [{ survivor, primaryId }];
  });
  if (named.length === 0) return [];
  const parted = await partedLinks(
    db,
    portalId,
    type,
    named.map(({ primaryId }) => primaryId),
  );
  const late = named.filter(({ primaryId }) => parted.has(primaryId));
  if (late.length === 0) return [];

  const links = await lockLinks(db, portalId, type, ids);
  const lost = lostIds(events);
  return late.flatMap(({ survivor, primaryId }): Settlement[] => {
    const objectId = survivor.object.id;
    const winner = links.find(({ id }) => id === parted.get(primaryId));
    const holder = links.find(
      ({ object_id, state }) => object_id === objectId && state === "live",
    );
    // The holder's link moved here from an object that no other link names.
    const free = survivor.oldIds.filter((id) =>
      links.every(({ object_id }) => object_id !== id),
    );
    const former = free.find((id) => lost.has(id)) ?? free[0];
    return winner?.alive !== true ||
      winner.state !== "merged-away" ||
      holder === undefined ||
      former === undefined
      ? []
      : [{ objectId, winner, losers: [{ ...holder, object_id: former }] }];
  });
}

/** By object, the link that ended with its merge and whose record lives without another object. Index link_object. */
async function partedLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objectIds: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, string>> {
  const { rows } = await sql<{ id: string; object_id: ObjectId }>`
    select distinct on (l.object_id) l.id, l.object_id from link l
    join record r on r.portal_id = l.portal_id and r.id = l.record_id and r.deleted_at is null
    where l.portal_id = ${portalId} and l.object_type = ${type} and l.state = 'merged-away'
      and l.object_id = any (${objectIds}::bigint[])
      and not exists (
        select from link own
        where own.portal_id = l.portal_id and own.record_id = l.record_id and own.state = 'live')
    order by l.object_id, l.ended_at desc`.execute(db);
  return new Map(rows.map((row) => [row.object_id, row.id]));
}

/** Locks records and then links, as apply does, so that neither waits for the other. */
export async function lockLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  ids: readonly ObjectId[],
  states: readonly LinkState["state"][] = ["live", "merged-away"],
): Promise<LinkRow[]> {
  const concerned = sql`portal_id = ${portalId} and object_type = ${type} and state = any (${[...states]}::text[])
    and object_id = any (${ids}::bigint[])`;
  await sql`
    select id from record
    where portal_id = ${portalId} and id = any (array(select record_id from link where ${concerned}))
    order by id for update`.execute(db);
  const { rows } = await sql<LinkRow>`
    select id, record_id, object_id, state, base, created_at,
      exists (
        select from record r
        where r.portal_id = link.portal_id and r.id = link.record_id and r.deleted_at is null) as alive
    from link where ${concerned} order by id for update`.execute(db);
  return rows;
}

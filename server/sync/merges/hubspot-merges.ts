import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { resolvedBy } from "../../database/resolved-by.ts";
import { storeVerdicts, writeJournal } from "../journal/journal.ts";
import { moveEndedLinks } from "./ended-merges.ts";
import {
  recheckChildrenOfLinked,
  recheckChildrenOfUnlinked,
} from "../recheck/recheck-children.ts";
import { loadMergedInto } from "./load-merges.ts";
import { mergeRecords } from "./merge-records.ts";
import {
  decideSettlements,
  lateSettlements,
  unsettled,
} from "./merge-settlements.ts";
import type { LinkRow, Settlement } from "./merge-settlements.ts";
import { mergedAwayCode, mergedAwayReason } from "../decide/merged-away.ts";
import { storeAliases } from "./store-aliases.ts";

/**
 * Carries over what HubSpot merged, from what the survivors say of themselves: aliases for the old ids, the link of the
 * primary object moves to the surviving one, whether it is live or has ended, the other live links end. With merge sync
 * on, their records are merged into its record (AP-021, AP-032); with it off, they stay as they are, unlinked, and say
 * why. Safe to repeat; the order in which events came plays no part. A fixed number of statements for a batch of which
 * nothing is new.
 */
export async function applyHubSpotMerges(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
  objects: readonly HubSpotObject[],
): Promise<void> {
  const survivors = await storeAliases(db, portalId, type, objects);
  const news = await unsettled(db, portalId, type, survivors);
  const late = await lateSettlements(
    db,
    portalId,
    type,
    survivors.filter((one) => !news.includes(one)),
  );
  await moveEndedLinks(
    db,
    portalId,
    type,
    survivors.filter((one) => !news.includes(one)),
  );
  if (news.length + late.length === 0) return;
  const settlements = await decideSettlements(db, portalId, type, news);
  const all = [...settlements, ...late];
  await endLinks(
    db,
    portalId,
    all.flatMap(({ losers }) => losers),
  );
  await moveLinks(db, portalId, type, all);
  const { mergeSync } = settings[type];
  // What was parted once is not merged by a later setting.
  await noteUnlinked(
    db,
    portalId,
    type,
    (mergeSync ? late : all).flatMap(({ losers }) => losers),
  );
  for (const { objectId, winner, losers } of mergeSync ? settlements : [])
    for (const loser of losers)
      await mergeRecords(db, portalId, type, {
        survivor: winner.record_id,
        loser: loser.record_id,
        objectId,
      });
  await nameSurvivors(
    db,
    portalId,
    type,
    survivors.flatMap(({ object, oldIds }) =>
      all.some(({ objectId }) => objectId === object.id) ? oldIds : [],
    ),
  );
}

async function endLinks(
  db: Db,
  portalId: PortalId,
  losers: readonly LinkRow[],
): Promise<void> {
  if (losers.length === 0) return;
  const page = losers.map((link) => ({
    id: link.id,
    objectId: link.object_id,
  }));
  await sql`
    update link l set state = 'merged-away', ended_at = now(), object_id = n."objectId"
    from jsonb_to_recordset(${toJson(page)}::jsonb) as n(id uuid, "objectId" bigint)
    where l.portal_id = ${portalId} and l.id = n.id`.execute(db);
  // A deletion that the brake holds has nothing to follow in HubSpot any more, and no decision on it would find the pair.
  await sql`
    update dirty set due_at = now()
    where portal_id = ${portalId} and due_at = 'infinity'
      and record_id = any (${losers.map((link) => link.record_id)}::uuid[])`.execute(
    db,
  );
}

async function moveLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settlements: readonly Settlement[],
): Promise<void> {
  const moved = settlements.filter(
    ({ objectId, winner }) => winner.object_id !== objectId,
  );
  if (moved.length === 0) return;
  const page = moved.map(({ objectId, winner }) => ({
    id: winner.id,
    objectId,
  }));
  // The survivor is another object with a clock of its own, and its edges are to be united again.
  await sql`
    update link l set object_id = n."objectId", state = 'live', ended_at = null, seen_at = null, edges_settled = '{}'
    from jsonb_to_recordset(${toJson(page)}::jsonb) as n(id uuid, "objectId" bigint)
    where l.portal_id = ${portalId} and l.id = n.id`.execute(db);
  await db
    .deleteFrom("sync_verdict")
    .where("portal_id", "=", portalId)
    .where("record_id", "=", anyOf(moved.map(({ winner }) => winner.record_id)))
    .execute();
  await writeJournal(db, portalId, type, {
    account,
    initiator: "hubspot",
    lines: moved.map(({ objectId, winner }) => ({
      recordId: winner.record_id,
      objectId,
      action: "relinked",
      code: "id_moved",
      reason: `Merged in HubSpot: ${type} ${winner.object_id} is now ${objectId}.`,
      changes: [],
    })),
  });
  // The survivor had no record until now: what has waited for one of it follows.
  await recheckChildrenOfLinked(
    db,
    portalId,
    type,
    moved.map(({ objectId, winner }) => ({
      recordId: winner.record_id,
      objectId,
    })),
  );
}

const account = { source: "merge", by: "", runId: null };

/** Records stay as they were: what was open of them concerned their objects, which are gone. */
async function noteUnlinked(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  losers: readonly LinkRow[],
): Promise<void> {
  const alive = losers.filter((loser) => loser.alive);
  if (alive.length === 0) return;
  await db
    .updateTable("attention")
    .set(resolvedBy("merge"))
    .where("portal_id", "=", portalId)
    .where("record_id", "=", anyOf(alive.map((loser) => loser.record_id)))
    .where("state", "=", sql.lit("open"))
    .execute();
  const into = await loadMergedInto(
    db,
    portalId,
    type,
    alive.map((loser) => loser.object_id),
  );
  await writeJournal(db, portalId, type, {
    account,
    initiator: "hubspot",
    lines: alive.map((loser) => ({
      recordId: loser.record_id,
      // Its own id, by which a privacy deletion of the person finds the line.
      objectId: loser.object_id,
      action: "unlinked",
      code: mergedAwayCode,
      reason: mergedAwayReason(type, into.get(loser.object_id) ?? null),
      changes: [],
    })),
  });
  await recheckChildrenOfUnlinked(
    db,
    portalId,
    type,
    alive.map((loser) => loser.record_id),
  );
}

/** Says of all unlinked records of these objects what they were merged into: after a chain, that is another one. */
async function nameSurvivors(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  oldIds: readonly ObjectId[],
): Promise<void> {
  const { rows } = await sql<{ record_id: RecordId; object_id: ObjectId }>`
    select distinct on (l.record_id) l.record_id, l.object_id from link l
    join record r on r.portal_id = l.portal_id and r.id = l.record_id and r.deleted_at is null
    where l.portal_id = ${portalId} and l.object_type = ${type} and l.state = 'merged-away'
      and l.object_id = any (${oldIds}::bigint[])
      and not exists (
        select from link own
        where own.portal_id = l.portal_id and own.record_id = l.record_id and own.state = 'live')
    order by l.record_id, l.ended_at desc`.execute(db);
  const into = await loadMergedInto(
    db,
    portalId,
    type,
    rows.map((row) => row.object_id),
  );
  await storeVerdicts(
    db,
    portalId,
    rows.map((row) => ({
      recordId: row.record_id,
      code: mergedAwayCode,
      reason: mergedAwayReason(type, into.get(row.object_id) ?? null),
    })),
  );
}

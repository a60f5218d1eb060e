import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import type { Run } from "../runs.ts";
import { startRun } from "../runs.ts";

/**
 * Linked objects that a sweep was not shown. Not listed is no evidence: they wait as items of the run, and are looked
 * at one batch after another when the list has come to its end.
 */

const massShare = 0.05;
const massCount = 20;
const sampleSize = 20;

export interface MissingItem {
  readonly id: string;
  readonly objectId: ObjectId;
}

/** Part of the list, between two ids: `upTo` null is its end. */
export interface ListedRange {
  readonly above: ObjectId;
  readonly upTo: ObjectId | null;
  readonly ids: readonly ObjectId[];
  /** What was linked after that moment (our clock) may have been created behind the list's back. */
  readonly listedAt: Date;
}

/** Notes the live links in a range of ids that the list passed over. Index link_live_object. */
export async function noteMissing(
  db: Db,
  portalId: PortalId,
  run: Pick<Run, "id" | "objectType">,
  range: ListedRange,
): Promise<void> {
  await sql`
    insert into run_item (portal_id, run_id, outcome, object_type, record_id, object_id, code, reason)
    select ${portalId}, ${run.id}, 'held', ${run.objectType}, l.record_id, l.object_id, 'missing',
      'HubSpot does not list its object any more.'
    from link l
    where l.portal_id = ${portalId} and l.object_type = ${run.objectType} and l.state = 'live'
      and l.object_id > ${range.above}::bigint and (${range.upTo}::bigint is null or l.object_id <= ${range.upTo}::bigint)
      and l.object_id <> all (${range.ids}::bigint[])
      and l.created_at < ${range.listedAt}
    order by l.object_id`.execute(db);
}

/**
 * Drops what is no longer missing: links that moved or ended in the meantime, and records that a person has chosen to
 * keep when their deletion was held. Answers how many are left, and of how many.
 */
export async function countMissing(
  db: Db,
  portalId: PortalId,
  run: Pick<Run, "id" | "objectType">,
): Promise<{ missing: number; live: number; sample: ObjectId[] }> {
  await sql`
    delete from run_item i
    where i.portal_id = ${portalId} and i.run_id = ${run.id} and i.code = 'missing' and (
      not exists (
        select from link l where l.portal_id = i.portal_id and l.object_type = i.object_type
          and l.object_id = i.object_id and l.state = 'live')
      or i.object_id in (
        select k.object_id from attention a
        join run_item k on k.portal_id = a.portal_id and k.run_id = a.run_id and k.code = 'missing_kept'
        where a.portal_id = ${portalId} and a.object_type = ${run.objectType} and a.code = 'mass_deletion'
          and a.state = 'resolved')
    )`.execute(db);
  const { rows } = await sql<{
    missing: number;
    live: number;
    sample: ObjectId[] | null;
  }>`
    select count(*)::int as missing,
      (select count(*)::int from link where portal_id = ${portalId} and object_type = ${run.objectType} and state = 'live') as live,
      (array_agg(object_id::text order by object_id))[1:${sql.lit(sampleSize)}] as sample
    from run_item where portal_id = ${portalId} and run_id = ${run.id} and code = 'missing'`.execute(
    db,
  );
  const row = rows[0];
  return {
    missing: row?.missing ?? 0,
    live: row?.live ?? 0,
    sample: row?.sample ?? [],
  };
}

/** Whether so much is missing that a person must say so first: more than 5 % of the live links, and at least 20. */
export const isMassDeletion = (count: {
  missing: number;
  live: number;
}): boolean =>
  count.missing >= massCount && count.missing > massShare * count.live;

/** The next missing links of a run, oldest note first. */
export async function takeMissing(
  db: Db,
  portalId: PortalId,
  runId: string,
  limit: number,
): Promise<MissingItem[]> {
  const { rows } = await sql<MissingItem>`
    select id::text as id, object_id as "objectId" from run_item
    where portal_id = ${portalId} and run_id = ${runId} and code = 'missing'
    order by run_item.id limit ${limit}`.execute(db);
  return rows;
}

/** They have been looked at: how each ended stands in the run by its own item, or in the journal. */
export async function dropMissing(
  db: Db,
  portalId: PortalId,
  runId: string,
  items: readonly MissingItem[],
): Promise<void> {
  await sql`
    delete from run_item
    where portal_id = ${portalId} and run_id = ${runId} and id = any (${items.map((item) => item.id)}::bigint[])`.execute(
    db,
  );
}

const plural = { contact: "contacts", company: "companies" } as const;

/** Holds the deletions of a run for a person. One entry a type: a later sweep brings the open one up to date. */
export async function holdMassDeletion(
  db: Db,
  portalId: PortalId,
  run: Pick<Run, "id" | "objectType">,
  count: { missing: number; live: number; sample: readonly ObjectId[] },
): Promise<void> {
  const cause = `${count.missing} of ${count.live} linked ${plural[run.objectType]} are gone from HubSpot. Nothing has been deleted here.`;
  const fix =
    "Look at them in HubSpot. Choose HubSpot to carry the deletions over, or the workspace to keep the records.";
  const details = toJson({
    count: count.missing,
    live: count.live,
    sample: count.sample,
  });
  const updated = await sql`
    update attention set cause = ${cause}, fix = ${fix}, details = ${details}::jsonb, run_id = ${run.id}, updated_at = now()
    where portal_id = ${portalId} and object_type = ${run.objectType} and code = 'mass_deletion' and state = 'open'`.execute(
    db,
  );
  if ((updated.numAffectedRows ?? 0n) === 0n) {
    await sql`
      insert into attention (portal_id, kind, code, object_type, cause, fix, details, initiator, run_id)
      values (${portalId}, 'held', 'mass_deletion', ${run.objectType}, ${cause}, ${fix}, ${details}::jsonb, 'hubspot', ${run.id})`.execute(
      db,
    );
  }
  await sql`
    update run set held = held + ${count.missing} where portal_id = ${portalId} and id = ${run.id}`.execute(
    db,
  );
}

/** A sweep that holds nothing back answers an entry that is still open. */
export async function closeMassDeletion(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<void> {
  await sql`
    update attention set state = 'resolved', resolved_at = now(), resolved_by = 'sync', updated_at = now()
    where portal_id = ${portalId} and object_type = ${type} and code = 'mass_deletion' and state = 'open'`.execute(
    db,
  );
}

/**
 * A person's choice for a held mass deletion. 'hubspot' queues a run that looks for evidence and carries the deletions
 * out; 'workspace' drops them, and the records are kept in later sweeps too. Answers false where the entry is no open
 * mass deletion.
 */
export async function resolveMassDeletion(
  db: Db,
  portalId: PortalId,
  attentionId: string,
  choice: "hubspot" | "workspace",
  by: string,
): Promise<boolean> {
  const { rows } = await sql<{
    run_id: string | null;
    object_type: ObjectType;
  }>`
    update attention set state = 'resolved', resolved_at = now(), resolved_by = ${by}, updated_at = now(),
      details = details || jsonb_build_object('choice', ${choice}::text)
    where portal_id = ${portalId} and id = ${attentionId} and code = 'mass_deletion' and state = 'open'
    returning run_id, object_type`.execute(db);
  const held = rows[0];
  if (held === undefined) return false;
  if (choice === "workspace") {
    await sql`
      update run_item set code = 'missing_kept', outcome = 'skipped', reason = 'Kept here, although HubSpot does not list its object any more.'
      where portal_id = ${portalId} and run_id = ${held.run_id} and code = 'missing'`.execute(
      db,
    );
    return true;
  }
  const { runId } = await startRun(db, portalId, {
    kind: "sweep",
    objectType: held.object_type,
    mode: "selection",
    manual: true,
    source: "approval",
    requestedBy: by,
  });
  await sql`
    update run_item set run_id = ${runId} where portal_id = ${portalId} and run_id = ${held.run_id} and code = 'missing'`.execute(
    db,
  );
  await sql`
    update run set position = ${toJson({ phase: "missing", approved: true })}::jsonb
    where portal_id = ${portalId} and id = ${runId}`.execute(db);
  return true;
}

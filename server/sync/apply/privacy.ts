import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import { wakeWaiting } from "./waiting-values.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";

const erasedReason = "Permanently deleted for privacy.";

/** Everything under which a person is known here: ids only. */
interface Person {
  readonly objectId: ObjectId;
  readonly objectIds: readonly ObjectId[];
  readonly recordIds: readonly RecordId[];
}

/**
 * Carries out a privacy deletion (GDPR): the values of the person are erased wherever they are stored, and a purged link
 * stays behind, which blocks that the object ever comes back. Only ids are kept. Outranks switches and conflicts, is
 * safe to repeat, and does not mind whether the deletion event comes before, after or never. Runs in the caller's
 * transaction, as the portal.
 */
export async function erasePerson(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objectId: ObjectId,
): Promise<void> {
  const person = await findPerson(db, portalId, type, objectId);
  const news = await purgeLinks(db, portalId, type, person);
  await eraseRecords(db, portalId, person.recordIds);
  await eraseHistory(db, portalId, type, person);
  await eraseRequests(db, portalId, type, person);
  if (!news) return;
  await db
    .insertInto("journal")
    .values({
      portal_id: portalId,
      object_type: type,
      record_id: person.recordIds[0] ?? null,
      object_id: person.objectId,
      action: "erased",
      source: "webhook",
      initiator: "hubspot",
      code: "privacy_deletion",
      reason: erasedReason,
    })
    .execute();
}

/**
 * Erases what reached us of an erased person afterwards: late events, and answers to calls that were under way. Looks
 * back two hours, by the indexes inbox_settled and attempt_settled; upkeep calls it more often than that.
 */
export async function eraseLate(db: Db, portalId: PortalId): Promise<void> {
  const { rows } = await sql<{ object_type: ObjectType; object_id: ObjectId }>`
    select l.object_type, l.object_id from inbox i
    join link l on l.portal_id = i.portal_id and l.object_type = i.object_type and l.object_id = i.object_id and l.state = 'purged'
    where i.portal_id = ${portalId} and i.settled_at > now() - interval '2 hours' and i.event <> '{}'
    union
    select l.object_type, l.object_id from attempt a
    join link l on l.portal_id = a.portal_id and l.record_id = a.record_id and l.state = 'purged'
    where a.portal_id = ${portalId} and a.settled_at > now() - interval '2 hours' and (a.sent <> '{}' or a.answer ? 'message')`.execute(
    db,
  );
  for (const row of rows)
    await erasePerson(db, portalId, row.object_type, row.object_id);
}

/**
 * The object that the id leads to, all ids that were merged into it, and the records that were ever linked to one
 * of them. A record whose live link goes to an object of its own is not this person's: HubSpot keeps that one. The
 * records are locked first, in the order in which apply locks them.
 */
async function findPerson(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  asked: ObjectId,
): Promise<Person> {
  const survivor = await db
    .selectFrom("object_alias")
    .select("object_id")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("old_id", "=", asked)
    .executeTakeFirst();
  const objectId = survivor?.object_id ?? asked;
  const merged = await db
    .selectFrom("object_alias")
    .select("old_id")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("object_id", "=", objectId)
    .execute();
  const objectIds = [
    ...new Set([objectId, asked, ...merged.map((row) => row.old_id)]),
  ];
  const records = await sql<{ id: RecordId }>`
    with linked as (
      select record_id from link
        where portal_id = ${portalId} and object_type = ${type} and object_id = any (${objectIds}::bigint[])
      -- an answered creation whose link is not written yet
      union select record_id from attempt
        where portal_id = ${portalId} and object_type = ${type}
          and (object_id = any (${objectIds}::bigint[]) or answer ->> 'objectId' = any (${objectIds}::text[]))
    ), forwarded as (
      select record_id from linked
      union select a.old_id from record_alias a join linked l on l.record_id = a.record_id where a.portal_id = ${portalId}
      union select a.record_id from record_alias a join linked l on l.record_id = a.old_id where a.portal_id = ${portalId}
    )
    select r.id from record r
    where r.portal_id = ${portalId} and r.id in (select record_id from forwarded)
      and not exists (
        select from link l where l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live'
          and l.object_id <> all (${objectIds}::bigint[]))
    order by r.id for update`.execute(db);
  return { objectId, objectIds, recordIds: records.rows.map((row) => row.id) };
}

/** Ends the links as purged, or leaves a purged one where there was none. Answers whether this is the first time. */
async function purgeLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { objectId, objectIds, recordIds }: Person,
): Promise<boolean> {
  const purged = await sql`
    update link set state = 'purged', base = '{}', parked = '{}', ended_at = coalesce(ended_at, now())
    where portal_id = ${portalId} and object_type = ${type} and object_id = any (${objectIds}::bigint[])
      and (state <> 'purged' or base <> '{}' or parked <> '{}')`.execute(db);
  // The record of a link that never was: an id that no record has, so that nothing but the object is blocked.
  const left = await sql`
    insert into link (portal_id, object_type, record_id, object_id, state, ended_at)
    select ${portalId}, ${type}, gen_random_uuid(), n.id, 'purged', now()
    from unnest(${objectIds}::bigint[]) as n(id)
    where not exists (
      select from link l where l.portal_id = ${portalId} and l.object_type = ${type} and l.object_id = n.id)`.execute(
    db,
  );
  const kinds = parentKindsOf(type).map(({ name }) => name);
  if (kinds.length > 0)
    await db
      .deleteFrom("waiting_edge")
      .where("portal_id", "=", portalId)
      .where("kind", "=", anyOf(kinds))
      .where("child_object_id", "=", anyOf(objectIds))
      .execute();
  await db
    .deleteFrom("waiting_value")
    .where("portal_id", "=", portalId)
    .where("record_id", "=", anyOf(recordIds))
    .execute();
  await wakeWaiting(
    db,
    portalId,
    type,
    new Map(objectIds.map((id) => [id, null])),
  );
  // An ended link of the same record to an object that HubSpot keeps: its base speaks of the person all the same.
  await db
    .updateTable("link")
    .set({ base: "{}", parked: "{}" })
    .where("portal_id", "=", portalId)
    .where("record_id", "=", anyOf(recordIds))
    .where("state", "<>", "purged")
    .execute();
  const earlier = await db
    .selectFrom("journal")
    .select("id")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("object_id", "=", objectId)
    .where("action", "=", "erased")
    .limit(sql.lit(1))
    .executeTakeFirst();
  return (
    earlier === undefined &&
    (purged.numAffectedRows ?? 0n) + (left.numAffectedRows ?? 0n) > 0n
  );
}

async function eraseRecords(
  db: Db,
  portalId: PortalId,
  recordIds: readonly RecordId[],
): Promise<void> {
  if (recordIds.length === 0) return;
  const ids = anyOf(recordIds);
  // Before the records: a removed association counts as a change of its record, and would mark it dirty.
  for (const table of ["association", "association_base"] as const)
    await db
      .deleteFrom(table)
      .where("portal_id", "=", portalId)
      .where((eb) => eb.or([eb("from_id", "=", ids), eb("to_id", "=", ids)]))
      .execute();
  await sql`
    update record set properties = '{}', field_times = null, company_id = null, deleted_at = coalesce(deleted_at, now()),
      updated_at = now(), revision = revision + 1, settled_revision = revision + 1
    where portal_id = ${portalId} and id = ${ids}
      and (properties <> '{}' or company_id is not null or deleted_at is null)`.execute(
    db,
  );
  for (const table of ["dirty", "sync_verdict", "identity_claim"] as const)
    await db
      .deleteFrom(table)
      .where("portal_id", "=", portalId)
      .where("record_id", "=", ids)
      .execute();
}

/** What was done, tried and told: who, when and which ids stay, values go. */
async function eraseHistory(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { objectIds, recordIds }: Person,
): Promise<void> {
  const concerns = sql`portal_id = ${portalId} and (record_id = any (${recordIds}::uuid[])
    or (object_type = ${type} and object_id = any (${objectIds}::bigint[])))`;
  await sql`
    update journal set changes = '[]', reason = ${erasedReason}
    where ${concerns} and (changes <> '[]' or reason <> ${erasedReason})`.execute(
    db,
  );
  await sql`
    update attempt set sent = '{}', settled_at = coalesce(settled_at, now()),
      answer = case when answer is not null
        then jsonb_build_object('kind', answer -> 'kind', 'objectId', answer -> 'objectId') end
    where ${concerns}`.execute(db);
  await sql`
    update attention set details = '{}', cause = ${erasedReason}, fix = '', state = 'resolved',
      resolved_at = coalesce(resolved_at, now()), resolved_by = coalesce(resolved_by, 'privacy')
    where ${concerns}`.execute(db);
  await sql`update run_item set reason = ${erasedReason} where ${concerns}`.execute(
    db,
  );
}

/**
 * Raw events of the object, also those that were set aside and name one of its ids, and the answers that a card was
 * given of it.
 */
async function eraseRequests(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { objectIds, recordIds }: Person,
): Promise<void> {
  // What still waits of the object has nothing left to say, so it is settled with its body gone.
  await sql`
    update inbox set event = '{}', settled_at = coalesce(settled_at, now())
    where portal_id = ${portalId} and object_type = ${type} and object_id = any (${objectIds}::bigint[])`.execute(
    db,
  );
  await sql`
    delete from set_aside_event s using unnest(${[...objectIds]}::text[]) as n(id)
    where s.portal_id = ${portalId} and s.event ~ ('(^|[^0-9])' || n.id || '([^0-9]|$)')`.execute(
    db,
  );
  await sql`
    delete from answered_request a using unnest(${[...objectIds, ...recordIds]}::text[]) as n(id)
    where a.portal_id = ${portalId} and strpos(a.answer::text, '"' || n.id || '"') > 0`.execute(
    db,
  );
}

import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { identityKeyOf, identityOf } from "../values/identity.ts";
import { identitiesOf } from "../pairs/object-identity.ts";

/** Records that were refused because an object has their email, domain, or another unique value of theirs. */

export interface WaitingValue {
  readonly recordId: RecordId;
  /** The refused field; "" where the record as a whole waits. */
  readonly field: string;
  readonly property: string;
  readonly objectId: ObjectId;
  /** The record that the object is linked to, where the record waits for the object itself. */
  readonly heldBy: RecordId | null;
}

/** An object that was read or written; null: HubSpot has it no longer. */
export type Shown = ReadonlyMap<ObjectId, HubSpotObject | null>;

/** Remembers for which objects the records of a batch wait. */
export async function noteWaitingValues(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  rows: readonly WaitingValue[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into waiting_value as w (portal_id, object_type, record_id, field, property, object_id, held_by)
    select distinct on (n."recordId", n."objectId", n.property)
      ${portalId}::bigint, ${type}, n."recordId", n.field, n.property, n."objectId", n."heldBy"
    from jsonb_to_recordset(${toJson(rows)}::jsonb)
      as n("recordId" uuid, field text, property text, "objectId" bigint, "heldBy" uuid)
    on conflict (portal_id, record_id, object_id, property)
    do update set field = excluded.field, held_by = excluded.held_by`.execute(
    db,
  );
}

interface WaitingRow {
  readonly record_id: RecordId;
  readonly field: string;
  readonly property: string;
  readonly object_id: ObjectId;
  /** What the record waits for; null where it waits for nothing any more. */
  readonly value: string | null;
  /** The record that had the object is not linked to it any more. */
  readonly released: boolean;
}

/**
 * Objects were read, written, unlinked, merged, or deleted: the records that have waited for one that gives their value
 * up are tried again. Returns these records. One statement where nobody waits. Index waiting_value_object.
 */
export async function wakeWaiting(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  shown: Shown,
): Promise<ReadonlySet<RecordId>> {
  if (shown.size === 0) return new Set();
  const { rows } = await sql<WaitingRow>`
    select w.record_id, w.field, w.property, w.object_id,
      case when w.field = '' then r.identity else l.parked -> w.field ->> 'sent' end as value,
      w.held_by is not null and not exists (
        select from link h
        where h.portal_id = w.portal_id and h.object_type = w.object_type and h.object_id = w.object_id
          and h.record_id = w.held_by and h.state = 'live') as released
    from waiting_value w
    join record r on r.portal_id = w.portal_id and r.id = w.record_id
    left join link l on l.portal_id = w.portal_id and l.record_id = w.record_id and l.state = 'live'
    where w.portal_id = ${portalId} and w.object_type = ${type} and w.object_id = any (array(
      select unnest(${[...shown.keys()]}::bigint[])))`.execute(db);
  const free = rows.filter(
    (row) => row.released || givesUp(type, row, shown.get(row.object_id)),
  );
  return tryAgain(db, portalId, free);
}

/** Whether what is shown of an object says that it does not have the value any more. Pure. */
export function givesUp(
  type: ObjectType,
  { property, value }: Pick<WaitingRow, "property" | "value">,
  object: HubSpotObject | null | undefined,
): boolean {
  if (value === null || object === null) return true;
  const now = object?.properties[property];
  if (object === undefined || now === undefined) return false;
  return property === identityKeyOf(type)?.property
    ? !identitiesOf(type, object).includes(identityOf(type, value) ?? "")
    : (now ?? "").trim().toLowerCase() !== value.trim().toLowerCase();
}

/** Lifts the parking of fields that waited, and puts their records into the dirty set. */
async function tryAgain(
  db: Db,
  portalId: PortalId,
  waiting: readonly Pick<WaitingRow, "record_id" | "object_id" | "field">[],
): Promise<ReadonlySet<RecordId>> {
  if (waiting.length === 0) return new Set();
  const page = toJson(waiting);
  const named = sql`jsonb_to_recordset(${page}::jsonb) as n(record_id uuid, object_id bigint, field text)`;
  await sql`
    delete from waiting_value w using ${named}
    where w.portal_id = ${portalId} and w.record_id = n.record_id and w.object_id = n.object_id`.execute(
    db,
  );
  await sql`
    update link l set parked = l.parked - n.field from ${named}
    where l.portal_id = ${portalId} and l.record_id = n.record_id and l.state = 'live' and l.parked ? n.field`.execute(
    db,
  );
  const { rows } = await sql<{ record_id: RecordId }>`
    insert into dirty as d (portal_id, object_type, record_id, revision)
    select distinct r.portal_id, r.object_type, r.id, r.revision from ${named}
    join record r on r.portal_id = ${portalId} and r.id = n.record_id and r.deleted_at is null
    on conflict (portal_id, record_id) do update set due_at = now(), looks = 0
    returning record_id`.execute(db);
  return new Set(rows.map((row) => row.record_id));
}

/**
 * Records that wait for one another's values in a circle, a swap: each of them was refused on its own, so none of them
 * gives up what another waits for. They are looked at together, at one moment, and a batch resolves it (order-writes).
 */
export async function wakeSwaps(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  refused: readonly RecordId[],
): Promise<void> {
  if (refused.length === 0) return;
  const waits = sql`
    jsonb_each(l.parked) as p(field, entry)
    where l.portal_id = ${portalId} and l.object_type = ${type} and l.state = 'live'
      and p.entry ? 'holder' and p.entry ->> 'code' <> 'email_swap'`;
  const { rows } = await sql<{
    start: RecordId;
    record_id: RecordId;
    field: string;
  }>`
    with recursive chain as (
      select l.record_id as start, l.record_id, p.field, (p.entry ->> 'holder')::bigint as holder, 1 as depth
      from link l, ${waits} and l.record_id = any (${refused}::uuid[])
      union
      select c.start, n.record_id, n.field, n.holder, c.depth + 1
      from chain c cross join lateral (
        select l.record_id, p.field, (p.entry ->> 'holder')::bigint as holder
        from link l, ${waits} and l.object_id = c.holder
      ) n
      where c.depth < 100 and n.record_id <> c.start
    ), closed as (
      select distinct c.start from chain c
      join link l on l.portal_id = ${portalId} and l.object_type = ${type} and l.object_id = c.holder and l.state = 'live'
      where l.record_id = c.start
    )
    select distinct start, c.record_id, c.field from chain c join closed using (start)`.execute(
    db,
  );
  // A circle that this very batch has refused as a whole was looked at together: another look would end the same way.
  const apart = new Set(
    rows.flatMap(({ start, record_id }) =>
      refused.includes(record_id) ? [] : [start],
    ),
  );
  await tryAgain(
    db,
    portalId,
    rows
      .filter(({ start }) => apart.has(start))
      .map(({ record_id, field }) => ({ record_id, field, object_id: "0" })),
  );
}

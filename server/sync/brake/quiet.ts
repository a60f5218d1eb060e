import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { TypeSettings } from "../../settings/schema.ts";

/**
 * Deletions that arrive one after another are judged together: they wait until none has arrived for a moment. Only where
 * so many are linked that the brake could hold them, and never for long.
 */

/** Since the last deletion. */
export const quietSeconds = 2;
/** Since the first one: a trickle must not wait for ever. */
const mostSeconds = 30;

/** Whether deletions of a type wait for each other at all. Index link_live_object. */
async function canTrip(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { deletionSync, brakes }: Pick<TypeSettings, "deletionSync" | "brakes">,
): Promise<boolean> {
  if (!deletionSync || brakes.deletions === null) return false;
  const { rows } = await sql`
    select from link where portal_id = ${portalId} and object_type = ${type} and state = 'live'
    offset ${brakes.deletions.count - 1} limit 1`.execute(db);
  return rows.length > 0;
}

/** When those that arrived between two moments are judged; null: now. */
const ripeAt = (arrived: {
  readonly first: Date | null;
  readonly last: Date | null;
  readonly now: Date;
}): Date | null => {
  if (arrived.first === null || arrived.last === null) return null;
  const at = Math.min(
    arrived.last.getTime() + quietSeconds * 1000,
    arrived.first.getTime() + mostSeconds * 1000,
  );
  return at > arrived.now.getTime() ? new Date(at) : null;
};

type Arrived = Parameters<typeof ripeAt>[0];

/**
 * Puts the events of deletions off that are not to be judged yet. Answers the types of which none are to be looked at
 * now.
 */
export async function awaitMoreEvents(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: TypeSettings,
): Promise<boolean> {
  const { rows } = await sql<Arrived>`
    select min(received_at) as first, max(received_at) as last, now() as now from inbox
    where portal_id = ${portalId} and object_type = ${type} and kind = 'deletion' and settled_at is null`.execute(
    db,
  );
  const [arrived] = rows;
  const at = arrived === undefined ? null : ripeAt(arrived);
  if (at === null || !(await canTrip(db, portalId, type, settings)))
    return false;
  await db
    .updateTable("inbox")
    .set({ due_at: at })
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("kind", "=", "deletion")
    .where("settled_at", "is", null)
    .where("due_at", "<", at)
    .execute();
  return true;
}

/**
 * Of the deleted records among those that are due, and of those that share an identity with one of them (a deletion goes
 * before what takes its place), the ones that are not to be judged yet. They are put off.
 */
export async function awaitMoreDeletions(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    settings,
    deleted,
    due,
  }: {
    readonly settings: TypeSettings;
    readonly deleted: readonly RecordId[];
    readonly due: readonly RecordId[];
  },
): Promise<ReadonlySet<RecordId>> {
  if (deleted.length === 0) return new Set();
  const { rows } = await sql<Arrived>`
    select min(r.deleted_at) as first, max(r.deleted_at) as last, now() as now
    from dirty d
    join record r on r.portal_id = d.portal_id and r.id = d.record_id and r.deleted_at is not null
    where d.portal_id = ${portalId} and d.object_type = ${type} and d.due_at < 'infinity'
      and exists (select from link l where l.portal_id = d.portal_id and l.record_id = d.record_id and l.state = 'live')`.execute(
    db,
  );
  const [arrived] = rows;
  const at = arrived === undefined ? null : ripeAt(arrived);
  if (at === null || !(await canTrip(db, portalId, type, settings)))
    return new Set();
  const put = await sql<{ record_id: RecordId }>`
    update dirty d set due_at = ${at}
    from record r
    where d.portal_id = ${portalId} and d.record_id = any (${due}::uuid[]) and r.portal_id = d.portal_id and r.id = d.record_id
      and (r.id = any (${deleted}::uuid[]) or r.identity in (
        select g.identity from record g where g.portal_id = ${portalId} and g.id = any (${deleted}::uuid[])))
    returning d.record_id`.execute(db);
  return new Set(put.rows.map((row) => row.record_id));
}

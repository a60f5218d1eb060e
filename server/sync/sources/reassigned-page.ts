import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId, RecordId } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { ownerFieldOf } from "../../settings/types/owner-field.ts";
import { writeRecords } from "../../workspace/write-records.ts";
import { OWNER_REASSIGNED, writeJournal } from "../journal/journal.ts";
import type { Run } from "../runs/runs.ts";

/** The records whose owner a person replaces, some at a time (BN-019). */

/** Records that are looked at in one statement, most of which have other owners. */
const WINDOW = 5_000;

/** How soon the automatic push looks at what a run that has died hasn't pushed, in minutes. */
const PUT_OFF = 2;

export interface ReassignedPage {
  /** The records that have the new owner now. */
  readonly recordIds: readonly RecordId[];
  /** The last record that was looked at; null: there are no more. */
  readonly afterId: RecordId | null;
}

/**
 * Gives the next records of a run their new owner, as the product would, and says so in the journal in the name of who
 * asked. The caller pushes them, so that HubSpot's change has that name, too; the automatic push leaves them to the caller
 * for a while.
 * @param after the last record that was looked at
 */
export async function reassignNext(
  db: Db,
  portalId: PortalId,
  { id: runId, objectType, source, requestedBy, scope: { owner: change } }: Run,
  { after, size }: { readonly after: RecordId | null; readonly size: number },
): Promise<ReassignedPage> {
  const owner = ownerFieldOf(descriptorOf(objectType));
  if (owner === null || change === undefined)
    return { recordIds: [], afterId: null };
  const hasOwner = sql`canonical_identity('email', r.properties ->> ${owner.field}) = any (${change.from}::text[])`;
  // Each spelling is read once: a canonical form costs far more than a comparison.
  const { rows: seen } = await sql<{ id: RecordId; has: boolean }>`
    with looked as materialized (
      select r.id, r.properties ->> ${owner.field} as value from record r
      where r.portal_id = ${portalId} and r.object_type = ${objectType} and r.deleted_at is null
        and r.id > coalesce(${after}::uuid, '00000000-0000-0000-0000-000000000000')
      order by r.id limit ${WINDOW}
    ), spelled as materialized (
      select s.value, canonical_identity('email', s.value) = any (${change.from}::text[]) as has
      from (select distinct value from looked) s
    )
    select looked.id, coalesce(spelled.has, false) as has
    from looked left join spelled using (value) order by looked.id`.execute(db);
  const ids = seen.flatMap(({ id, has }) => (has ? [id] : [])).slice(0, size);
  const afterId =
    ids.length === size
      ? (ids.at(-1) ?? null)
      : seen.length === WINDOW
        ? (seen.at(-1)?.id ?? null)
        : null;
  if (ids.length === 0) return { recordIds: [], afterId };
  // Locked, they still have it.
  const { rows: locked } = await sql<{ id: RecordId; before: string }>`
    select r.id, r.properties ->> ${owner.field} as before from record r
    where r.portal_id = ${portalId} and r.id = any (${ids}::uuid[]) and r.deleted_at is null and ${hasOwner}
    order by r.id for update`.execute(db);
  const results = await writeRecords(
    db,
    portalId,
    objectType,
    locked.map(({ id }) => ({
      id,
      properties: { [owner.field]: change.to },
      companyId: undefined,
    })),
  );
  const written = locked.filter((_, index) => results[index]?.ok === true);
  const recordIds = written.map(({ id }) => id);
  await writeJournal(db, portalId, objectType, {
    account: { source, by: requestedBy, runId },
    initiator: "workspace",
    lines: written.map(({ id, before }) => ({
      recordId: id,
      objectId: null,
      action: "updated",
      code: OWNER_REASSIGNED,
      reason: `All records of ${before.trim()} were given to ${change.to}.`,
      changes: [{ ...owner, side: "workspace", before, after: change.to }],
    })),
  });
  await sql`
    update dirty set due_at = now() + make_interval(mins => ${PUT_OFF})
    where portal_id = ${portalId} and record_id = any (${recordIds}::uuid[]) and due_at < 'infinity'`.execute(
    db,
  );
  return { recordIds, afterId };
}

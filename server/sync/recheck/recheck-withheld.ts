import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { makeLaneDue } from "../../database/make-lane-due.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { emailStatusField } from "../../settings/type-rules.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { EMAIL_UNVERIFIED } from "../decide/unverified-email.ts";

/**
 * A query for the records of a type whose unverified email isn't in HubSpot as it is in the workspace, or that aren't
 * there for want of anything else: `record_id`, `revision`. Index record_by_type.
 */
export const unsentEmails = (
  portalId: PortalId,
  type: ObjectType,
): RawBuilder<unknown> => {
  const field = sql.lit(descriptorOf(type).identity?.field ?? "");
  return sql`
    select r.id as record_id, r.revision from record r
    left join link l on l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live'
    left join sync_verdict v on v.portal_id = r.portal_id and v.record_id = r.id
    where r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null and r.identity is not null
      and lower(btrim(coalesce(r.properties ->> ${sql.lit(emailStatusField)}, ''))) <> 'verified'
      and case when l.id is null then v.code = ${sql.lit(EMAIL_UNVERIFIED)}
        else l.base -> ${field} ->> 'w' is distinct from r.properties ->> ${field} end`;
};

/** Checks the records again whose emails have been kept out of HubSpot: the portal sends unverified ones now. */
export async function recheckWithheld(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<void> {
  const { numAffectedRows } = await sql`
    insert into dirty (portal_id, object_type, record_id, revision)
    select ${portalId}, ${type}, u.record_id, u.revision from (${unsentEmails(portalId, type)}) u
    on conflict (portal_id, record_id) do update set due_at = now()`.execute(
    db,
  );
  if ((numAffectedRows ?? 0n) > 0n) await makeLaneDue(db, "dirty", portalId);
}

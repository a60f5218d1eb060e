import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { Brakes } from "../../settings/schema.ts";
import type { Initiator } from "../model.ts";
import type { Planned } from "../decide/plan.ts";
import { APPROVAL } from "./pure/choice.ts";
import { movementOf } from "./entry.ts";
import { approvalKey } from "./pure/judge.ts";
import type { HeldCode } from "./pure/wording.ts";

/**
 * What a person has approved of is not asked about again, although another lane comes upon it before the approval's run,
 * or again after HubSpot refused it: a creation or deletion within the window, an update while its run is not done.
 * Answers approvalKeys of the held pairs. Indexes run_latest and attention_parts.
 */
export async function loadApproved(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  brakes: Brakes,
  held: readonly Planned[],
): Promise<ReadonlySet<string>> {
  const recordIds = held.flatMap(({ pair }) => pair.record?.id ?? []);
  const objectIds = held.flatMap(
    ({ pair }) => pair.object?.id ?? pair.link?.objectId ?? [],
  );
  const { rows } = await sql<{
    record_id: RecordId | null;
    object_id: ObjectId | null;
    code: HeldCode;
    initiator: Initiator;
  }>`
    select distinct p.record_id, p.object_id::text as object_id, p.code, p.initiator
    from run r
    join attention p on p.portal_id = ${portalId} and p.part_of = (r.scope ->> 'attentionId')::uuid
      and p.details ->> 'choice' = 'approve'
    where r.portal_id = ${portalId} and r.object_type = ${type} and r.source = ${APPROVAL}
      and r.created_at > now() - make_interval(mins => ${brakes.windowMinutes})
      and (p.code <> 'mass_update' or r.state in ('queued', 'running', 'paused'))
      and (p.record_id = any (${recordIds}::uuid[]) or p.object_id = any (${objectIds}::bigint[]))`.execute(
    db,
  );
  return new Set(
    rows.flatMap((row) =>
      [row.record_id, row.object_id].flatMap((subject) =>
        subject === null ? [] : [approvalKey(movementOf(row), subject)],
      ),
    ),
  );
}

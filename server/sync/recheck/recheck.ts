import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { makeLaneDue } from "../../database/make-lane-due.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";

/** Notes objects for a look that reads their associations too. The note is an inbox row like HubSpot's own. */
export async function queueRecheck(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objectIds: readonly ObjectId[],
  inSeconds: number,
): Promise<void> {
  if (objectIds.length === 0) return;
  await sql`
    insert into inbox (portal_id, kind, object_type, object_id, occurred_at, event, due_at)
    select ${portalId}, 'look', ${type}, o.id, now(), '{}', now() + make_interval(secs => ${inSeconds})
    from unnest(${objectIds}::bigint[]) as o(id)
    where not exists (
      select from inbox i
      where i.portal_id = ${portalId} and i.object_type = ${type} and i.object_id = o.id
        and i.kind = 'look' and i.settled_at is null and i.due_at > now())`.execute(
    db,
  );
  await makeLaneDue(db, "inbox", portalId);
}

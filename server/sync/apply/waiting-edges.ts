import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { noteForLook } from "./look-again.ts";
import type { Placed } from "./write-workspace.ts";

/** Contacts whose company in HubSpot has no record here yet: left out by a rule, refused, or still to be pulled. */

/** Remembers for which companies the contacts of a batch wait. One that has got its record meanwhile is looked at now. */
export async function noteWaitingEdges(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  placed: readonly Placed[],
): Promise<void> {
  const rows = placed.flatMap(({ edges, pair: { object } }) =>
    object === null
      ? []
      : (edges?.waiting ?? []).map((parent) => ({
          parent,
          child: object.id,
        })),
  );
  if (rows.length === 0) return;
  await sql`
    insert into waiting_edge (portal_id, company_object_id, contact_object_id)
    select distinct ${portalId}::bigint, n.parent, n.child
    from jsonb_to_recordset(${toJson(rows)}::jsonb) as n(parent bigint, child bigint)
    on conflict do nothing`.execute(db);
  const { rows: linked } = await sql<{ object_id: ObjectId }>`
    select object_id from link
    where portal_id = ${portalId} and object_type = ${sql.lit(kind.to)} and state = 'live'
      and object_id = any (array(select unnest(${rows.map(({ parent }) => parent)}::bigint[])))`.execute(
    db,
  );
  await lookAtWaiting(
    db,
    portalId,
    kind,
    linked.map((row) => row.object_id),
  );
}

/** Companies have got their records: the contacts that have waited for them are looked at. */
export async function lookAtWaiting(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  companies: readonly ObjectId[],
): Promise<void> {
  if (companies.length === 0) return;
  const { rows } = await sql<{ contact_object_id: ObjectId }>`
    delete from waiting_edge where portal_id = ${portalId} and company_object_id = any (${companies}::bigint[])
    returning contact_object_id`.execute(db);
  await noteForLook(
    db,
    portalId,
    kind.from,
    [...new Set(rows.map((row) => row.contact_object_id))],
    0,
  );
}

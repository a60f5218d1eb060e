import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import { queueWaitingChildren } from "../recheck/recheck-children.ts";
import type { Placed } from "./write-workspace.ts";

/** Children whose parent in HubSpot has no record here yet: left out by a rule, refused, or still to be pulled. */

/** Remembers for which parents the children of a batch wait. One that has got its record meanwhile is looked at now. */
export async function noteWaitingEdges(
  db: Db,
  portalId: PortalId,
  placed: readonly Placed[],
): Promise<void> {
  const rows = placed.flatMap(({ edges, pair: { object } }) =>
    object === null
      ? []
      : edges.flatMap(({ kind, waiting }) =>
          waiting.map((parent) => ({
            kind: kind.name,
            parent,
            child: object.id,
          })),
        ),
  );
  if (rows.length === 0) return;
  await sql`
    insert into waiting_edge (portal_id, kind, parent_object_id, child_object_id)
    select distinct ${portalId}::bigint, n.kind, n.parent, n.child
    from jsonb_to_recordset(${toJson(rows)}::jsonb) as n(kind text, parent bigint, child bigint)
    on conflict do nothing`.execute(db);
  for (const kind of new Set(
    placed.flatMap(({ edges }) => edges.map((each) => each.kind)),
  )) {
    const parents = rows.flatMap((row) =>
      row.kind === kind.name ? [row.parent] : [],
    );
    if (parents.length === 0) continue;
    const { rows: linked } = await sql<{ object_id: ObjectId }>`
      select object_id from link
      where portal_id = ${portalId} and object_type = ${sql.lit(kind.to)} and state = 'live'
        and object_id = any (array(select unnest(${parents}::bigint[])))`.execute(
      db,
    );
    await queueWaitingChildren(
      db,
      portalId,
      kind,
      linked.map((row) => row.object_id),
    );
  }
}

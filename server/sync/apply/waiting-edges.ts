import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { notSyncedCode } from "../decide/conditions.ts";
import { queueWaitingChildren } from "../recheck/recheck-children.ts";
import type { Placed } from "./write-workspace.ts";

/** Children whose parent in HubSpot has no record here yet: left out by a rule, refused, or still to be pulled. */

/** Remembers for which parents the children of a batch wait. One that has got its record meanwhile is looked at now. */
export async function noteWaitingEdges(
  db: Db,
  portalId: PortalId,
  placed: readonly Placed[],
): Promise<void> {
  const waiting = placed.flatMap(waitingOf);
  if (waiting.length === 0) return;
  const rows = waiting.map((each) => ({ ...each, kind: each.kind.name }));
  await sql`
    insert into waiting_edge (portal_id, kind, parent_object_id, child_object_id)
    select distinct ${portalId}::bigint, n.kind, n.parent, n.child
    from jsonb_to_recordset(${toJson(rows)}::jsonb) as n(kind text, parent bigint, child bigint)
    on conflict do nothing`.execute(db);
  for (const [kind, children] of Map.groupBy(waiting, (each) => each.kind)) {
    const parents = children.map(({ parent }) => parent);
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

interface Waiting {
  readonly kind: ParentKind;
  readonly parent: ObjectId;
  readonly child: ObjectId;
}

/** The associations that lack a parent's link, and the parents for want of which an object is left out (BN-111). */
function waitingOf({ edges, pair, decision }: Placed): Waiting[] {
  const { object, parents } = pair;
  if (object === null) return [];
  const child = object.id;
  return [
    ...edges.flatMap(({ kind, waiting }) =>
      waiting.map((parent) => ({ kind, parent, child })),
    ),
    ...parents.flatMap(({ kind, unlinked = [] }) =>
      decision.code === notSyncedCode(kind)
        ? unlinked.map((parent) => ({ kind, parent, child }))
        : [],
    ),
  ];
}

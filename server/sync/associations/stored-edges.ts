import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import type { HubSpotEdges } from "../decide/plan.ts";
import type { Edge } from "../decide/three-way-edges.ts";

/** The parents of records of one kind: on the workspace's side, in their bases, and which of them are live-linked. */

export interface WorkspaceEdges {
  readonly parentId: RecordId;
  readonly primary: boolean;
}

export interface StoredEdges {
  readonly workspace: ReadonlyMap<RecordId, readonly WorkspaceEdges[]>;
  readonly base: ReadonlyMap<RecordId, readonly WorkspaceEdges[]>;
  /** Live links of the parents concerned, both ways. */
  readonly objectOf: ReadonlyMap<RecordId, ObjectId>;
  readonly recordOf: ReadonlyMap<ObjectId, RecordId>;
}

/** Loads what is stored of these children, and of the links of these parents. */
export type LoadEdges = (
  childIds: readonly RecordId[],
  parentObjectIds: readonly ObjectId[],
) => Promise<StoredEdges>;

interface EdgeRow {
  readonly child_id: RecordId;
  readonly parent_id: RecordId;
  readonly is_primary: boolean;
}

/**
 * The parents of records in the workspace, the primary one and all others, that have not been deleted. Laterals keep
 * it a walk by indexes: joined plainly, a table without statistics is read whole (38 ms a page).
 */
export const parentsHere = (
  portalId: PortalId,
  kind: ParentKind,
  childIds: readonly RecordId[],
): RawBuilder<EdgeRow> => sql`
  select e.child_id, e.parent_id, e.is_primary
  from (${kind.primary === null ? equalParents(portalId, kind, childIds) : parentsWithPrimary(portalId, kind, childIds)}) e
  cross join lateral (
    select from record c where c.portal_id = ${portalId} and c.id = e.parent_id and c.deleted_at is null limit 1
  ) c`;

const equalParents = (
  portalId: PortalId,
  { to }: ParentKind,
  childIds: readonly RecordId[],
) => sql`
  select a.from_id as child_id, a.to_id as parent_id, false as is_primary from association a
  where a.portal_id = ${portalId} and a.from_id = any (${childIds}::uuid[]) and a.to_type = ${sql.lit(to)}`;

const parentsWithPrimary = (
  portalId: PortalId,
  kind: ParentKind,
  childIds: readonly RecordId[],
) => sql`
  select r.id as child_id, r.company_id as parent_id, true as is_primary from record r
    where r.portal_id = ${portalId} and r.id = any (${childIds}::uuid[]) and r.company_id is not null
  union all
  ${equalParents(portalId, kind, childIds)}
    and not exists (
      select from record r where r.portal_id = a.portal_id and r.id = a.from_id and r.company_id = a.to_id)`;

/** Three queries for a batch of children, whatever its size. */
export async function loadStoredEdges(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  childIds: readonly RecordId[],
  parentObjectIds: readonly ObjectId[],
): Promise<StoredEdges> {
  // Children that are only being made here have nothing yet.
  const none: { rows: EdgeRow[] } = { rows: [] };
  const isNew = childIds.length === 0;
  const workspace = isNew
    ? none
    : await parentsHere(portalId, kind, childIds).execute(db);
  const base = isNew
    ? none
    : await sql<EdgeRow>`
    select from_id as child_id, to_id as parent_id, is_primary from association_base
    where portal_id = ${portalId} and from_id = any (${childIds}::uuid[]) and to_type = ${sql.lit(kind.to)}`.execute(
        db,
      );
  const parents = [...workspace.rows, ...base.rows].map((row) => row.parent_id);
  // As arrays that are only known when it runs: what is written in the statement is planned for, which took longer than it.
  const links = await sql<{ record_id: RecordId; object_id: ObjectId }>`
    select record_id, object_id from link
    where portal_id = ${portalId} and state = 'live'
      and record_id = any (array(select unnest(${parents}::uuid[])))
    union
    select record_id, object_id from link
    where portal_id = ${portalId} and object_type = ${sql.lit(kind.to)} and state = 'live'
      and object_id = any (array(select unnest(${parentObjectIds}::bigint[])))`.execute(
    db,
  );
  return {
    workspace: byChild(workspace.rows),
    base: byChild(base.rows),
    objectOf: new Map(links.rows.map((row) => [row.record_id, row.object_id])),
    recordOf: new Map(links.rows.map((row) => [row.object_id, row.record_id])),
  };
}

function byChild(rows: readonly EdgeRow[]): Map<RecordId, WorkspaceEdges[]> {
  const grouped = new Map<RecordId, WorkspaceEdges[]>();
  for (const row of rows) {
    const list = grouped.get(row.child_id) ?? [];
    list.push({ parentId: row.parent_id, primary: row.is_primary });
    grouped.set(row.child_id, list);
  }
  return grouped;
}

/** The edges of one record whose two ends are live-linked, with what each side and the base say. */
export function edgesOf(
  stored: StoredEdges,
  childId: RecordId | null,
  hubspot: HubSpotEdges,
): Edge[] {
  const ours = new Map(
    (childId === null ? [] : (stored.workspace.get(childId) ?? [])).map(
      (edge) => [edge.parentId, edge],
    ),
  );
  const base = new Map(
    (childId === null ? [] : (stored.base.get(childId) ?? [])).map((edge) => [
      edge.parentId,
      edge,
    ]),
  );
  const theirs = new Map(
    hubspot.edges.map((edge) => [stored.recordOf.get(edge.toId), edge]),
  );
  const parents = new Set([...ours.keys(), ...base.keys(), ...theirs.keys()]);
  return [...parents].flatMap((parentId): Edge[] => {
    if (parentId === undefined) return [];
    const parentObjectId =
      stored.objectOf.get(parentId) ?? theirs.get(parentId)?.toId;
    if (parentObjectId === undefined) return [];
    return [
      {
        parentId,
        parentObjectId,
        inWorkspace: ours.has(parentId),
        inHubSpot: theirs.has(parentId),
        inBase: base.has(parentId),
        primaryInWorkspace: ours.get(parentId)?.primary ?? false,
        primaryInHubSpot: theirs.get(parentId)?.primary ?? false,
        primaryInBase: base.get(parentId)?.primary ?? false,
      },
    ];
  });
}

/** Whether the workspace's edges are other than when they were last settled. */
export function workspaceEdgesMoved(
  stored: StoredEdges,
  childId: RecordId,
): boolean {
  const key = (edges: readonly WorkspaceEdges[] | undefined): string =>
    (edges ?? [])
      .filter((edge) => stored.objectOf.has(edge.parentId))
      .map((edge) => `${edge.parentId}${edge.primary ? "*" : ""}`)
      .sort()
      .join();
  return key(stored.workspace.get(childId)) !== key(stored.base.get(childId));
}

import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import type { Db } from "../database/database.ts";
import type { AssociationLabel } from "../hubspot/gateway.ts";
import type { ObjectId, PortalId, RecordId } from "../settings/object-type.ts";
import type { ParentKind } from "../settings/types/index.ts";
import type { Edge } from "./merge-edges.ts";

/** The companies of contacts on the workspace's side, their bases, and which companies are live-linked. */

/** A contact's companies as HubSpot lists them. */
export interface HubSpotEdges {
  readonly edges: readonly {
    readonly toId: ObjectId;
    readonly primary: boolean;
    readonly labels: readonly AssociationLabel[];
  }[];
  /** The list was read to its end. */
  readonly complete: boolean;
  /** False: a page told the ids alone; the labels that stand are not known. */
  readonly labelled?: false;
}

export interface WorkspaceEdges {
  readonly companyId: RecordId;
  readonly primary: boolean;
}

export interface StoredEdges {
  readonly workspace: ReadonlyMap<RecordId, readonly WorkspaceEdges[]>;
  readonly base: ReadonlyMap<RecordId, readonly WorkspaceEdges[]>;
  /** Live links of the companies concerned, both ways. */
  readonly objectOf: ReadonlyMap<RecordId, ObjectId>;
  readonly recordOf: ReadonlyMap<ObjectId, RecordId>;
}

/** Loads what is stored of these contacts, and of the links of these companies. */
export type LoadEdges = (
  contactIds: readonly RecordId[],
  companyObjectIds: readonly ObjectId[],
) => Promise<StoredEdges>;

interface EdgeRow {
  readonly contact_id: RecordId;
  readonly company_id: RecordId;
  readonly is_primary: boolean;
}

/**
 * The companies of contacts in the workspace, the primary one and all others, that have not been deleted. Laterals keep
 * it a walk by indexes: joined plainly, a table without statistics is read whole (38 ms a page).
 */
export const companiesHere = (
  portalId: PortalId,
  contactIds: readonly RecordId[],
): RawBuilder<EdgeRow> => sql`
  select e.contact_id, e.company_id, e.is_primary
  from (
    select r.id as contact_id, r.company_id, true as is_primary from record r
      where r.portal_id = ${portalId} and r.id = any (${contactIds}::uuid[]) and r.company_id is not null
    union all
    select a.from_id, a.to_id, false from association a
      where a.portal_id = ${portalId} and a.from_id = any (${contactIds}::uuid[])
        and not exists (
          select from record r where r.portal_id = a.portal_id and r.id = a.from_id and r.company_id = a.to_id)
  ) e
  cross join lateral (
    select from record c where c.portal_id = ${portalId} and c.id = e.company_id and c.deleted_at is null limit 1
  ) c`;

/** Three queries for a batch of contacts, whatever its size. */
export async function loadStoredEdges(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  contactIds: readonly RecordId[],
  companyObjectIds: readonly ObjectId[],
): Promise<StoredEdges> {
  // Contacts that are only being made here have nothing yet.
  const none: { rows: EdgeRow[] } = { rows: [] };
  const isNew = contactIds.length === 0;
  const workspace = isNew
    ? none
    : await companiesHere(portalId, contactIds).execute(db);
  const base = isNew
    ? none
    : await sql<EdgeRow>`
    select from_id as contact_id, to_id as company_id, is_primary from association_base
    where portal_id = ${portalId} and from_id = any (${contactIds}::uuid[])`.execute(
        db,
      );
  const companies = [...workspace.rows, ...base.rows].map(
    (row) => row.company_id,
  );
  // As arrays that are only known when it runs: what stands in the statement is planned for, which took longer than it.
  const links = await sql<{ record_id: RecordId; object_id: ObjectId }>`
    select record_id, object_id from link
    where portal_id = ${portalId} and state = 'live'
      and record_id = any (array(select unnest(${companies}::uuid[])))
    union
    select record_id, object_id from link
    where portal_id = ${portalId} and object_type = ${sql.lit(kind.to)} and state = 'live'
      and object_id = any (array(select unnest(${companyObjectIds}::bigint[])))`.execute(
    db,
  );
  return {
    workspace: byContact(workspace.rows),
    base: byContact(base.rows),
    objectOf: new Map(links.rows.map((row) => [row.record_id, row.object_id])),
    recordOf: new Map(links.rows.map((row) => [row.object_id, row.record_id])),
  };
}

function byContact(rows: readonly EdgeRow[]): Map<RecordId, WorkspaceEdges[]> {
  const grouped = new Map<RecordId, WorkspaceEdges[]>();
  for (const row of rows) {
    const list = grouped.get(row.contact_id) ?? [];
    list.push({ companyId: row.company_id, primary: row.is_primary });
    grouped.set(row.contact_id, list);
  }
  return grouped;
}

/** The edges of one contact whose two ends are live-linked, with what each side and the base say. */
export function edgesOf(
  stored: StoredEdges,
  contactId: RecordId | null,
  hubspot: HubSpotEdges,
): Edge[] {
  const ours = new Map(
    (contactId === null ? [] : (stored.workspace.get(contactId) ?? [])).map(
      (edge) => [edge.companyId, edge],
    ),
  );
  const base = new Map(
    (contactId === null ? [] : (stored.base.get(contactId) ?? [])).map(
      (edge) => [edge.companyId, edge],
    ),
  );
  const theirs = new Map(
    hubspot.edges.map((edge) => [stored.recordOf.get(edge.toId), edge]),
  );
  const companies = new Set([...ours.keys(), ...base.keys(), ...theirs.keys()]);
  return [...companies].flatMap((companyId): Edge[] => {
    if (companyId === undefined) return [];
    const companyObjectId =
      stored.objectOf.get(companyId) ?? theirs.get(companyId)?.toId;
    if (companyObjectId === undefined) return [];
    return [
      {
        companyId,
        companyObjectId,
        inWorkspace: ours.has(companyId),
        inHubSpot: theirs.has(companyId),
        inBase: base.has(companyId),
        primaryInWorkspace: ours.get(companyId)?.primary ?? false,
        primaryInHubSpot: theirs.get(companyId)?.primary ?? false,
        primaryInBase: base.get(companyId)?.primary ?? false,
      },
    ];
  });
}

/** Whether the workspace's edges are other than when they were last settled. */
export function workspaceEdgesMoved(
  stored: StoredEdges,
  contactId: RecordId,
): boolean {
  const key = (edges: readonly WorkspaceEdges[] | undefined): string =>
    (edges ?? [])
      .filter((edge) => stored.objectOf.has(edge.companyId))
      .map((edge) => `${edge.companyId}${edge.primary ? "*" : ""}`)
      .sort()
      .join();
  return (
    key(stored.workspace.get(contactId)) !== key(stored.base.get(contactId))
  );
}

import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { pushedKindsOf } from "../../settings/types/index.ts";
import { nameFieldsOf } from "../../workspace/name-fields.ts";
import type { Properties } from "../model.ts";
import { childrenHere } from "../associations/stored-children.ts";

const mostNamed = 25;

/** A record's children of one type, and those that HubSpot lacks or that the product has changed since they were synced. */
export interface ChildFacts {
  readonly type: ObjectType;
  readonly count: number;
  readonly changed: number;
  /** The first of those, by id. */
  readonly named: readonly {
    readonly id: RecordId;
    readonly properties: Properties;
    readonly creates: boolean;
  }[];
}

const childrenOf = (
  portalId: PortalId,
  kind: ParentKind,
  parentIds: readonly RecordId[],
) => sql`
  select distinct r.id from (${childrenHere(portalId, kind, sql`= any (${parentIds}::uuid[])`)}) e
  join record r on r.portal_id = ${portalId} and r.id = e.id and r.deleted_at is null`;

/**
 * The children of each type that a person can push after a record: how many it has, and which of them a push would change
 * as far as the workspace knows. In one statement for each kind, since there may be thousands. Indexes record_by_company,
 * association_to, link_live_record, dirty's key.
 * @param synced the types that the portal syncs: children of others aren't counted
 */
export async function loadChildren(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  recordId: RecordId | null,
  synced: readonly ObjectType[],
): Promise<ChildFacts[]> {
  if (recordId === null) return [];
  const children: ChildFacts[] = [];
  for (const kind of pushedKindsOf(type).filter(({ from }) =>
    synced.includes(from),
  ))
    children.push({
      type: kind.from,
      ...(await loadChildrenOfKind(db, portalId, kind, recordId)),
    });
  return children;
}

async function loadChildrenOfKind(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  recordId: RecordId,
): Promise<Omit<ChildFacts, "type">> {
  const { rows } = await sql<Omit<ChildFacts, "type">>`
    with children as materialized (
      select c.id, l.id is null as creates, l.id is null or d.record_id is not null as changed
      from (${childrenOf(portalId, kind, [recordId])}) c
      left join link l on l.portal_id = ${portalId} and l.record_id = c.id and l.state = 'live'
      left join dirty d on d.portal_id = ${portalId} and d.record_id = c.id
    )
    select count(*)::int as count, count(*) filter (where changed)::int as changed,
      (select coalesce(jsonb_agg(n), '[]') from (
        select r.id, ${nameFieldsOf("r")} as properties, c.creates
        from (select * from children where changed order by id limit ${mostNamed}) c
        join record r on r.portal_id = ${portalId} and r.id = c.id order by r.id) n) as named
    from children`.execute(db);
  return rows[0] ?? { count: 0, changed: 0, named: [] };
}

/** The children of a kind that belong to parents in the workspace, by id. */
export async function loadChildIds(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  parentIds: readonly RecordId[],
): Promise<RecordId[]> {
  const { rows } = await sql<{ id: RecordId }>`
    select id from (${childrenOf(portalId, kind, parentIds)}) c order by id`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

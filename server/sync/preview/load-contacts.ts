import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { pushedKindOf } from "../../settings/types/index.ts";
import { nameFieldsOf } from "../../workspace/name-fields.ts";
import type { Properties } from "../model.ts";
import { childrenHere } from "../associations/stored-children.ts";

const mostNamed = 25;

/** A company's contacts, and those that HubSpot lacks or that the product has changed since they were synced. */
export interface ContactFacts {
  readonly count: number;
  readonly changed: number;
  /** The first of those, by id. */
  readonly named: readonly {
    readonly id: RecordId;
    readonly properties: Properties;
    readonly creates: boolean;
  }[];
}

const contactsOf = (
  portalId: PortalId,
  kind: ParentKind,
  companyIds: readonly RecordId[],
) => sql`
  select distinct r.id from (${childrenHere(portalId, kind, sql`= any (${companyIds}::uuid[])`)}) e
  join record r on r.portal_id = ${portalId} and r.id = e.id and r.deleted_at is null`;

/**
 * How many contacts a company has, and which of them a push would change as far as the workspace knows: in one
 * statement, since there may be thousands. Indexes record_by_company, association_to, link_live_record, dirty's key.
 */
export async function loadContacts(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  recordId: RecordId | null,
): Promise<ContactFacts> {
  const kind = pushedKindOf(type);
  if (kind === null || recordId === null)
    return { count: 0, changed: 0, named: [] };
  const { rows } = await sql<ContactFacts>`
    with contacts as materialized (
      select c.id, l.id is null as creates, l.id is null or d.record_id is not null as changed
      from (${contactsOf(portalId, kind, [recordId])}) c
      left join link l on l.portal_id = ${portalId} and l.record_id = c.id and l.state = 'live'
      left join dirty d on d.portal_id = ${portalId} and d.record_id = c.id
    )
    select count(*)::int as count, count(*) filter (where changed)::int as changed,
      (select coalesce(jsonb_agg(n), '[]') from (
        select r.id, ${nameFieldsOf("r")} as properties, c.creates
        from (select * from contacts where changed order by id limit ${mostNamed}) c
        join record r on r.portal_id = ${portalId} and r.id = c.id order by r.id) n) as named
    from contacts`.execute(db);
  return rows[0] ?? { count: 0, changed: 0, named: [] };
}

/** The contacts that belong to companies in the workspace, by id. */
export async function loadContactsOf(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  companyIds: readonly RecordId[],
): Promise<RecordId[]> {
  const { rows } = await sql<{ id: RecordId }>`
    select id from (${contactsOf(portalId, kind, companyIds)}) c order by id`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

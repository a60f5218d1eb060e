import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import { isTooLarge } from "../../workspace/stored-bytes.ts";
import type { Rules } from "../model.ts";
import type { Run } from "../runs/runs.ts";

/**
 * Records of ours for which the rules call for something that is not there, although nothing says that it is still to
 * come, or why it cannot: what was lost on its way. The list of HubSpot's objects shows none of it.
 */

/** The records of a type, in the order of their ids. A statement for a thousand is a few milliseconds. */
export const recordsInPage = 1_000;

export interface Owed {
  readonly recordId: RecordId;
  /** The base and the workspace differ in more than spelling could: a difference, whatever the pass makes of it. */
  readonly certain: boolean;
}

export interface OwedPage {
  readonly owed: readonly Owed[];
  /** Null: that was the last page. */
  readonly after: RecordId | null;
}

const first = "00000000-0000-0000-0000-000000000000";

/** The next page of records, and what is owed to them. Indexes record_by_type, link_live_record, and their like. */
export async function nextOwed(
  db: Db,
  portalId: PortalId,
  run: Pick<Run, "id" | "objectType">,
  rules: Rules,
  after: RecordId | null,
): Promise<OwedPage> {
  const rows = await db
    .selectFrom("record")
    .select("id")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", run.objectType)
    .where("deleted_at", "is", null)
    .where("id", ">", after ?? first)
    .orderBy("id")
    .limit(recordsInPage)
    .execute();
  const ids = rows.map((row) => row.id);
  return {
    owed: await findOwed(db, portalId, run, rules, ids),
    after: ids.length < recordsInPage ? null : (ids.at(-1) ?? null),
  };
}

/**
 * Of these records, those to which something is owed. A record that is dirty, has a problem, or waits for a person is
 * known, and so is one that a rule keeps out:
 * - without a link, and without a verdict that says why;
 * - linked, with a value that differs from its base;
 * - linked, with a parent that is linked too, and no base of their association, or the other way round;
 * - linked, with a parent that its push syncs first, and that has never been in HubSpot.
 */
export async function findOwed(
  db: Db,
  portalId: PortalId,
  run: Pick<Run, "id" | "objectType">,
  rules: Rules,
  ids: readonly RecordId[],
): Promise<Owed[]> {
  if (ids.length === 0) return [];
  const type: ObjectType = run.objectType;
  const kinds = parentKindsOf(type);
  const writable = kinds.filter(
    ({ name }) => rules.missing?.edges[name]?.write !== true,
  );
  const writesPrimary = writable.some(({ primary }) => primary !== null);
  const writesTo = writable.map(({ to }) => to);
  const bringing = kinds.filter((kind) => {
    const missing = rules.missing?.parents[kind.name];
    return (
      parentRules(rules.settings, kind).bring !== "never" &&
      missing?.read !== true &&
      missing?.write !== true
    );
  });
  const bringsPrimary = bringing.some(({ primary }) => primary !== null);
  const bringsAll = bringing.flatMap(({ primary, to }) =>
    primary === null ? [to] : [],
  );
  const fields = rules.settings[type].mappings
    .filter(({ direction }) => direction !== "pull")
    .map(({ field, property }) => ({ field, property }));
  const { rows } = await sql<{ id: RecordId; certain: boolean }>`
    with page as (
      select r.id, r.properties, ${isTooLarge("r")} as too_large, r.company_id, l.id as link_id, l.base, l.parked
      from record r
      left join link l on l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live'
      where r.portal_id = ${portalId} and r.id = any (${ids}::uuid[]) and r.deleted_at is null
        and not exists (select from dirty d where d.portal_id = r.portal_id and d.record_id = r.id)
        and not exists (
          select from attention a
          where a.portal_id = r.portal_id and a.record_id = r.id and a.state = 'open' and a.field = '')
        and not exists (
          select from attempt a where a.portal_id = r.portal_id and a.record_id = r.id and a.settled_at is null)
        -- Deletions are braked, and are no matter of what the workspace wants.
        and not exists (
          select from run_item i
          where i.portal_id = r.portal_id and i.run_id = ${run.id} and i.record_id = r.id and i.code = 'missing')
    ), unlinked as (
      select p.id from page p
      where p.link_id is null
        and not exists (select from sync_verdict v where v.portal_id = ${portalId} and v.record_id = p.id)
        and not exists (
          select from link l where l.portal_id = ${portalId} and l.record_id = p.id and l.state = 'purged')
    ), changed as (
      select p.id from page p
      where p.link_id is not null and not p.too_large and exists (
        select from jsonb_to_recordset(${toJson(fields)}::jsonb) as m(field text, property text)
        where p.base ? m.field and p.base -> m.field ->> 'p' = m.property and not p.parked ? m.field
          and nullif(nullif(coalesce(p.properties -> m.field, 'null'), '""'), '[]')
            is distinct from coalesce(nullif(nullif(p.base -> m.field -> 'w', '""'), '[]'), 'null')
          and not exists (
            select from attention a
            where a.portal_id = ${portalId} and a.record_id = p.id and a.state = 'open' and a.field = m.field))
    ), here as (
      select p.id, p.company_id, true as is_primary from page p
        where ${writesPrimary}::boolean and p.link_id is not null and p.company_id is not null
      union all
      select p.id, a.to_id, false from page p
        join association a on a.portal_id = ${portalId} and a.from_id = p.id and a.to_id is distinct from p.company_id
          and a.to_type = any (${writesTo}::text[])
        where p.link_id is not null
    ), linked_here as (
      select h.id, h.company_id, h.is_primary from here h
      join record c on c.portal_id = ${portalId} and c.id = h.company_id and c.deleted_at is null
      join link l on l.portal_id = ${portalId} and l.record_id = h.company_id and l.state = 'live'
    ), settled as (
      select p.id, b.to_id as company_id, b.is_primary from page p
      join association_base b on b.portal_id = ${portalId} and b.from_id = p.id
      join link l on l.portal_id = ${portalId} and l.record_id = b.to_id and l.state = 'live'
      where l.object_type = any (${writesTo}::text[]) and p.link_id is not null
    ), associated as (
      (select * from linked_here except select * from settled)
      union all
      (select * from settled except select * from linked_here)
    ), bringing as (
      select p.id, p.company_id as parent_id from page p
        where ${bringsPrimary}::boolean and p.link_id is not null and p.company_id is not null
      union all
      select p.id, a.to_id from page p
        join association a on a.portal_id = ${portalId} and a.from_id = p.id and a.to_type = any (${bringsAll}::text[])
        where ${bringsAll.length > 0}::boolean and p.link_id is not null
    ), brought as (
      select p.id from bringing p
      join record c on c.portal_id = ${portalId} and c.id = p.parent_id and c.deleted_at is null
      where not exists (select from link l where l.portal_id = ${portalId} and l.record_id = c.id)
        and not exists (
          select from attention a
          where a.portal_id = ${portalId} and a.record_id = c.id and a.state = 'open' and a.kind = 'problem' and a.field = '')
    ), certain as (
      select id from unlinked union select id from associated union select id from brought
    )
    select p.id, p.id in (select id from certain) as certain from page p
    where p.id in (select id from certain) or p.id in (select id from changed)
    order by p.id`.execute(db);
  return rows.map((row) => ({ recordId: row.id, certain: row.certain }));
}

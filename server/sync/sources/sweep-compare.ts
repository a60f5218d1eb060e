import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import type { KnownEdges } from "../associations/plan-edges.ts";

/** A listed object that does not agree with what we know of it. */
export interface Discrepancy {
  readonly objectId: ObjectId;
  /** Associations or merges are other than ours: a difference, whatever the pass makes of its fields. */
  readonly certain: boolean;
}

/**
 * Compares a page of listed objects and their parents with links and associations' bases, in one statement: newer than
 * the link has seen, merged with another that is linked, not linked although no rule leaves it out, parents other than
 * the base, or not known, or in a pipeline that isn't selected. Objects that agree are not named. Indexes
 * link_live_object, journal_by_object, the key of association_base.
 */
export async function compareWithLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    objects,
    byKind,
    isOutside,
  }: {
    readonly objects: readonly HubSpotObject[];
    readonly byKind: KnownEdges;
    /** Whether an object is in a pipeline that isn't selected: unlinked, it agrees; linked, its record is to leave. */
    readonly isOutside: (object: HubSpotObject) => boolean;
  },
): Promise<Discrepancy[]> {
  const kinds = parentKindsOf(type);
  const page = objects.map((object) => ({
    id: object.id,
    updated: object.updatedAt.toISOString(),
    outside: isOutside(object),
    merged: object.mergedIds.filter((id) => id !== object.id),
    parents: kinds.flatMap(({ name, to }) =>
      (byKind.get(name)?.get(object.id)?.edges ?? []).map(
        ({ toId, primary }) => ({ type: to, id: toId, primary }),
      ),
    ),
    cut: kinds.flatMap(({ name, to }) =>
      byKind.get(name)?.get(object.id)?.complete === true ? [] : [to],
    ),
  }));
  // offset 0 keeps each of these a look-up by its index: a page is 100 rows, and while a first pull's statistics are
  // missing the planner would rather read whole tables (measured with 200,000 links: 600 ms a page, 40 this way, 5 with statistics).
  const liveLink = (of: RawBuilder<unknown>, id: RawBuilder<unknown>) => sql`
    select l.record_id, l.seen_at from link l
    where l.portal_id = ${portalId} and l.object_type = ${of} and l.object_id = ${id} and l.state = 'live' offset 0`;
  const { rows } = await sql<{ object_id: ObjectId; certain: boolean }>`
    with page as (
      select p.*, l.record_id, l.seen_at
      from jsonb_to_recordset(${toJson(page)}::jsonb)
        as p(id bigint, updated timestamptz, outside boolean, merged jsonb, parents jsonb, cut jsonb)
      left join lateral (${liveLink(sql`${type}`, sql`p.id`)}) l on true
    ), theirs as (
      select p.id, c.record_id as parent_id, e."primary" as is_primary
      from page p
      cross join lateral jsonb_to_recordset(p.parents) as e(type text, id bigint, "primary" boolean)
      cross join lateral (${liveLink(sql`e.type`, sql`e.id`)}) c
      where p.record_id is not null
    ), base as (
      select p.id, not p.cut ? b.to_type as complete, b.to_id as parent_id, b.is_primary
      from page p
      cross join lateral (
        select b.to_id, b.to_type, b.is_primary from association_base b
        where b.portal_id = ${portalId} and b.from_id = p.record_id offset 0
      ) b
      cross join lateral (
        select c.id from link c where c.portal_id = ${portalId} and c.record_id = b.to_id and c.state = 'live' offset 0
      ) c
      where ${kinds.length > 0}::boolean
    ), edges as (
      select t.id from theirs t left join base b on b.id = t.id and b.parent_id = t.parent_id
        where b.id is null or (t.is_primary and not b.is_primary)
      union
      select b.id from base b left join theirs t on t.id = b.id and t.parent_id = b.parent_id
        where b.complete and t.id is null
    ), merged as (
      select p.id from page p
      cross join lateral jsonb_array_elements_text(p.merged) as m(old_id)
      cross join lateral (${liveLink(sql`${type}`, sql`m.old_id::bigint`)}) l
    ), unlinked as (
      select p.id from page p
      left join lateral (
        select j.action, j.code, j.at from journal j
        where j.portal_id = ${portalId} and j.object_type = ${type} and j.object_id = p.id
        order by j.id desc limit 1
      ) j on true
      where p.record_id is null and not p.outside
        and not exists (
          select from link l where l.portal_id = ${portalId} and l.object_type = ${type} and l.object_id = p.id and l.state = 'purged')
        -- Left out by a rule, and neither the object nor the rules have changed since.
        and not coalesce(j.action = 'skipped' and j.at > greatest(p.updated, (select max(s.changed_at) from settings s where s.portal_id = ${portalId}))
          -- Its parents couldn't be read then, and could be now.
          and not (j.code = 'missing_scope' and p.cut = '[]')
          and not exists (
            select from jsonb_to_recordset(p.parents) as e(type text, id bigint, "primary" boolean)
            where j.code = 'no_' || e.type
              -- The parent that counts is synced by now: the primary one, or any if none is.
              or j.code = e.type || '_not_synced' and exists (${liveLink(sql`e.type`, sql`e.id`)}) and (e."primary" or not exists (
                select from jsonb_to_recordset(p.parents) as f(type text, "primary" boolean) where f.type = e.type and f."primary"))), false)
        -- A problem that a person knows of.
        and not exists (
          select from attention a
          where a.portal_id = ${portalId} and a.object_type = ${type} and a.object_id = p.id and a.state = 'open' and a.kind = 'problem'
            and a.updated_at > greatest(p.updated, (select max(s.changed_at) from settings s where s.portal_id = ${portalId})))
    )
    select p.id as object_id,
      p.id in (select id from edges) or p.id in (select id from merged) as certain
    from page p
    where p.id in (select id from edges)
      or p.id in (select id from merged)
      or p.id in (select id from unlinked)
      or (p.record_id is not null and (p.outside or p.seen_at is null or p.updated > p.seen_at or p.cut <> '[]'))
    order by p.id`.execute(db);
  return rows.map((row) => ({
    objectId: row.object_id,
    certain: row.certain,
  }));
}

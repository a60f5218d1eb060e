import { sql } from "kysely";
import type { Db } from "../database/database.ts";

/**
 * The poll across portals: lanes whose work waits (changed records, webhook events, runs, upkeep that is wanted) become
 * due, unless they wait. Answers the ms until the next lane's due time, if one is near. Cost: a few index probes for
 * each portal that has rows at all (the recursive steps jump from portal to portal), not for each row. Takes no lock
 * that is held. Indexes dirty_pkey, dirty_due_by_portal, inbox_due, run_waiting, installation_upkeep_wanted.
 */
export async function wakeLanes(
  db: Db,
  states: string,
): Promise<number | null> {
  const { rows } = await sql<{ ms: number | null }>`
      with recursive dirty_portal as (
        (select portal_id from dirty order by portal_id limit 1)
        union all
        select (select d.portal_id from dirty d where d.portal_id > p.portal_id order by d.portal_id limit 1)
        from dirty_portal p where p.portal_id is not null
      ), inbox_portal as (
        (select portal_id from inbox where settled_at is null order by portal_id limit 1)
        union all
        select (
          select i.portal_id from inbox i
          where i.settled_at is null and i.portal_id > p.portal_id order by i.portal_id limit 1
        )
        from inbox_portal p where p.portal_id is not null
      ), waiting as (
        select portal_id, 'dirty' as kind from dirty_portal p
        where exists (select from dirty d where d.portal_id = p.portal_id and d.due_at <= now())
        union all
        select portal_id, 'inbox' from inbox_portal p
        where exists (
          select from inbox i where i.portal_id = p.portal_id and i.settled_at is null and i.due_at <= now()
        )
        union all
        select distinct portal_id, 'run' from run where state in ('queued', 'running')
        union all
        select portal_id, 'upkeep' from installation where upkeep_wanted_at is not null
      ), workable as (
        select w.portal_id, w.kind from waiting w
        join installation i on i.portal_id = w.portal_id
        where (${states}::jsonb -> w.kind) ? i.state
      ), missing as (
        insert into lane (portal_id, kind)
        select w.portal_id, w.kind from workable w
        where not exists (select from lane l where l.portal_id = w.portal_id and l.kind = w.kind)
        on conflict do nothing
      ), woken as (
        update lane set next_at = now()
        from (
          select l.portal_id, l.kind from lane l
          join workable w on w.portal_id = l.portal_id and w.kind = l.kind
          where not l.leased and not l.waits and l.next_at > now()
          for update of l skip locked
        ) idle
        where lane.portal_id = idle.portal_id and lane.kind = idle.kind
      )
      select (extract(epoch from min(next_at) - now()) * 1000)::float8 as ms
      from lane where next_at > now() and next_at < now() + interval '1 second'`.execute(
    db,
  );
  return rows[0]?.ms ?? null;
}

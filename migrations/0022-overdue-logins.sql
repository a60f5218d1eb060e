-- Ends sessions of products' logins in this database that last too long, and those beyond what all logins together may
-- have or with more locks than one needs (all sessions share their room in memory); removes the large objects that a login
-- has made. A login can set its own time limits back to 0, and where the owner is no superuser, nothing takes advisory
-- locks and large objects from it. Returns what was ended, by portal and cause: 'statement', 'idle_in_transaction',
-- 'transaction', 'locks', 'connections' or 'large_object'.
-- Of a login with many sessions, the newest ones go first: a login with one keeps it as long as there is room for one each.
-- Security definer: the owner is a member of each login, and so may see and end its sessions.
create function end_overdue_logins(
  statement_seconds double precision,
  idle_seconds double precision,
  transaction_seconds double precision,
  most_locks integer,
  most_sessions integer
) returns table (portal_id bigint, cause text, ended integer)
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  item record;
  moment timestamptz := clock_timestamp();
  found_ones text[] := '{}';
begin
  for item in
    with locks as (
      select k.pid, count(*) as held from pg_locks k group by k.pid
    ), session as (
      select a.pid, l.portal_id as portal, a.state, a.query_start, a.state_change, a.xact_start, k.held,
        row_number() over (partition by a.usesysid order by a.backend_start, a.pid) as place
      from pg_stat_activity a
      join public.portal_login l on l.role_name = a.usename
      left join locks k on k.pid = a.pid
      where a.datname = current_database()
    ), placed as (
      select s.*, row_number() over (order by s.place, s.pid) as rank from session s
    )
    select p.pid, p.portal, case
        when p.state in ('active', 'fastpath function call')
          and p.query_start < moment - make_interval(secs => statement_seconds) then 'statement'
        when p.state like 'idle in transaction%'
          and p.state_change < moment - make_interval(secs => idle_seconds) then 'idle_in_transaction'
        when p.xact_start < moment - make_interval(secs => transaction_seconds) then 'transaction'
        when p.held > most_locks then 'locks'
        when p.rank > most_sessions then 'connections'
      end as why
    from placed p
  loop
    if item.why is null then
      continue;
    end if;
    begin
      if pg_terminate_backend(item.pid) then
        found_ones := found_ones || (item.portal || ' ' || item.why);
      end if;
    exception when insufficient_privilege then
      null; -- a login whose owner is another one; the others are ended all the same
    end;
  end loop;
  for item in
    select m.oid, l.portal_id as portal from pg_largeobject_metadata m
    join pg_roles r on r.oid = m.lomowner
    join public.portal_login l on l.role_name = r.rolname
    limit 1000
  loop
    begin
      perform lo_unlink(item.oid);
      found_ones := found_ones || (item.portal || ' large_object');
    exception when insufficient_privilege or undefined_object then
      null;
    end;
  end loop;
  return query
    select split_part(f, ' ', 1)::bigint, split_part(f, ' ', 2), count(*)::integer
    from unnest(found_ones) f group by f order by f;
end
$$;
revoke execute on function end_overdue_logins(double precision, double precision, double precision, integer, integer) from public;
grant execute on function end_overdue_logins(double precision, double precision, double precision, integer, integer)
  to counterpart_crossing;

-- Tells the planner of tables that have grown since it last looked at them. A first pull fills its tables in seconds,
-- and autovacuum looks once a minute: until then each page of ids is looked up by whatever index begins with the portal,
-- that is by reading all of the portal's rows. Security definer: only its owner may analyze a table. One that another
-- worker analyzes just now is left out.
create function analyze_outgrown_tables() returns void
language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  outgrown regclass;
begin
  for outgrown in
    select c.oid::regclass from pg_class c
    where c.oid = any (array['record', 'link', 'attempt', 'association', 'association_base', 'dirty', 'journal']::regclass[])
      and pg_relation_size(c.oid) > 4 * (greatest(c.relpages, 0) + 4) * current_setting('block_size')::bigint
  loop
    execute format('analyze (skip_locked) %s', outgrown);
  end loop;
end
$$;
revoke all on function analyze_outgrown_tables() from public;
grant execute on function analyze_outgrown_tables() to counterpart_crossing;

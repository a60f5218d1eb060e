-- compatible-with: 0031-capabilities-by-kind

-- A table of which the planner knows nothing is analyzed from its fifth page on, instead of its seventeenth. A first pull
-- of 600 contacts fills 29 pages of `record`; with no statistics, a product's statement that names `workspace.contacts`
-- twice reads the whole view once for each of its rows.
create or replace function analyze_outgrown_tables() returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  outgrown regclass;
begin
  for outgrown in
    select c.oid::regclass from pg_class c
    where c.oid = any (array['record', 'link', 'attempt', 'association', 'association_base', 'dirty', 'journal']::regclass[])
      and pg_relation_size(c.oid) > 4 * greatest(c.relpages, 1) * current_setting('block_size')::bigint
  loop
    execute format('analyze (skip_locked) %s', outgrown);
  end loop;
end
$$;

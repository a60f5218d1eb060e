-- compatible-with: 0031-capabilities-by-kind

-- A standard field can be a date: a text such as 2026-11-30 in the record, a date in the view. As of the other columns,
-- what doesn't fit reads as null, and is in `custom` under the field's name.
create function workspace_date(properties jsonb, field text) returns date
language sql immutable parallel safe
return case
  when field_misfit('date', '[]', properties -> field) is null then make_date(
    left(properties ->> field, 4)::integer,
    substring(properties ->> field from 6 for 2)::integer,
    right(properties ->> field, 2)::integer)
end;

-- The field's name if a date column shows its value, otherwise null.
create function workspace_date_shown(properties jsonb, field text) returns text
language sql immutable parallel safe
return case
  when jsonb_typeof(properties -> field) <> 'null' and field_misfit('date', '[]', properties -> field) is not null then null
  else field
end;

-- As before, and a column can be a date. The trigger gets the names of numbers as they are, and those of dates with a
-- word more.
do $$
declare
  definition text := pg_get_functiondef('define_type_view(text, text[])'::regprocedure);
  changes constant text[] := array[
    '(text|number)$', '(text|number|date)$',
    'A column is a name and text or number, or', 'A column is a name and text, number, or date, or',
    E'string_agg(format('', %L'', name), '''' order by place) filter (where kind = ''number'')',
    E'string_agg(format('', %L'', case kind when ''date'' then name || '' date'' else name end), '''' order by place)\n'
      || E'      filter (where kind in (''number'', ''date''))'];
begin
  for place in 1 .. cardinality(changes) by 2 loop
    if position(changes[place] in definition) = 0 then
      raise exception 'define_type_view() has no %.', changes[place];
    end if;
    definition := replace(definition, changes[place], changes[place + 1]);
  end loop;
  execute definition;
end
$$;

-- As before, and a date must be on the calendar: `infinity`, and years that no other part of this knows, are none.
do $$
declare
  definition text := pg_get_functiondef('workspace_write_record()'::regprocedure);
  changes constant text[] := array[
    E'''number'' else ''string'' end)\n',
    E'''number'' else ''string'' end\n'
      || E'        or c.key || '' date'' = any (tg_argv[1:]) and field_misfit(''date'', ''[]'', c.value) is not null))\n',
    E'and jsonb_typeof(c.value) <> case',
    E'and (jsonb_typeof(c.value) <> case',
    E'case when misfit = any (tg_argv[1:]) then ''a finite number'' else ''text'' end',
    E'case when misfit = any (tg_argv[1:]) then ''a finite number''\n'
      || E'        when misfit || '' date'' = any (tg_argv[1:]) then ''a date, such as 2026-11-30'' else ''text'' end'];
begin
  for place in 1 .. cardinality(changes) by 2 loop
    if position(changes[place] in definition) = 0 then
      raise exception 'workspace_write_record() has no %.', changes[place];
    end if;
    definition := replace(definition, changes[place], changes[place + 1]);
  end loop;
  execute definition;
end
$$;

-- Deals belong to contacts and to companies, one of which is the primary one.
insert into object_type (name, plural) values ('deal', 'deals');
insert into association_kind (name, from_type, to_type, has_primary) values
  ('deal_to_contact', 'deal', 'contact', false),
  ('deal_to_company', 'deal', 'company', true);
call define_object_types();
call define_type_view('deal', array[
  'name text', 'amount number', 'currency text', 'pipeline text', 'stage text', 'close_date date', 'company_id parent',
  'owner_email text']);

-- Deals have owners, and so a permission of their own: whoever may assign the owners of all other types gets it.
update workspace_user set permissions = permissions || array['assign_deal_owner']
where permissions @> array['assign_contact_owner', 'assign_company_owner'];

-- The types that a portal doesn't sync, as the server says it (installation/follow-types.ts): the status of their
-- records goes by it. No portal has switched deals on yet.
alter table installation add column if not exists off_types text[] not null default '{}';
update installation set off_types = '{deal}';
do $$
begin
  execute format('grant select (off_types) on installation to %I', deployment_role('product'));
end
$$;

-- As before, and records of a type that isn't synced are paused.
create or replace view workspace.sync_status with (security_invoker = true) as
select
  r.portal_id,
  r.id as record_id,
  l.object_id,
  l.pulled_at,
  l.pushed_at,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'disconnected'
    when r.object_type = any (i.off_types) or i.state = 'held' then 'paused'
    when i.state = 'setting-up' or i.state = 'first-pull' and l.object_id is null then 'setting_up'
    when p.code is not null then 'problem'
    when h.code is not null then 'held'
    when l.object_id is not null and i.missing_capabilities ? ('read:' || r.object_type) then 'not_checked'
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'changes_waiting'
    when l.object_id is not null then 'in_sync'
    else 'not_synced'
  end as status,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'disconnected'
    when r.object_type = any (i.off_types) then 'type_off'
    when i.state = 'held' and i.copied_from is not null then 'restored_copy'
    when i.state = 'held' then 'held_by_admin'
    when i.state = 'setting-up' or i.state = 'first-pull' and l.object_id is null then replace(i.state, '-', '_')
    when p.code is not null then p.code
    when h.code is not null then h.code
    when l.object_id is not null and i.missing_capabilities ? ('read:' || r.object_type) then 'missing_scope'
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'waiting_push'
    when l.object_id is not null then 'in_sync'
    else coalesce(v.code, 'never_pushed')
  end as code,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'HubSpot isn''t connected.'
    when r.object_type = any (i.off_types) or i.state = 'held' then case
      when r.object_type = any (i.off_types) then initcap(plural_of(r.object_type)) || ' aren''t synced.'
      when i.copied_from is null then 'An admin paused sync. Nothing syncs until it''s resumed.'
      else 'Sync is paused because this database is a restored copy. Nothing syncs until it''s resumed.'
    end || case
      when l.object_id is null then ''
      when p.code is not null then ' Last known: a problem.'
      when h.code is not null then ' Last known: a conflict.'
      when d.record_id is not null then ' Last known: changes pending.'
      else ' Last known: in sync.'
    end
    when i.state = 'setting-up' then 'Sync hasn''t started. You can choose settings until the setup window ends.'
    when i.state = 'first-pull' and l.object_id is null then 'The first pull from HubSpot is running.'
    when p.code is not null then p.cause
    when h.code is not null then h.cause
    when l.object_id is not null and i.missing_capabilities ? ('read:' || r.object_type) then
      'Counterpart doesn''t have permission to read ' || plural_of(r.object_type) || ' in HubSpot. Last known: '
      || case when d.record_id is not null then 'changes pending.' else 'in sync.' end
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'A change in the workspace hasn''t been pushed to HubSpot yet.'
    when l.object_id is not null then 'Both sides are in sync.'
    else coalesce(v.reason, 'This record hasn''t been pushed to HubSpot.')
  end as reason
from record r
left join installation i on i.portal_id = r.portal_id
left join link l on l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live'
left join lateral (
  select a.code, a.cause from attention a
  where a.portal_id = r.portal_id and a.record_id = r.id and a.state = 'open' and a.kind = 'problem'
  order by a.created_at limit 1
) p on true
left join lateral (
  select a.code, a.cause from attention a
  where a.portal_id = r.portal_id and a.record_id = r.id and a.state = 'open' and a.kind = 'held'
  order by a.created_at limit 1
) h on true
left join dirty d on d.portal_id = r.portal_id and d.record_id = r.id
left join sync_verdict v on v.portal_id = r.portal_id and v.record_id = r.id;

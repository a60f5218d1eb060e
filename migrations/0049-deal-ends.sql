-- compatible-with: 0031-capabilities-by-kind

-- Whether a record is done, and won, is HubSpot's to say: by the stage of its pipeline. These are the properties of a
-- type's objects that have the two; null: its objects go through no pipelines.
alter table object_type
  add column pipeline_property text,
  add column stage_property text,
  add constraint object_type_pipelines check ((pipeline_property is null) = (stage_property is null));
update object_type set pipeline_property = 'pipeline', stage_property = 'dealstage' where name = 'deal';

-- The stages of the portal that asks, as records have them in the fields `pipeline` and `stage`: by the mappings of its
-- settings, which can give several stages one value. Null: the stages of one value end in different ways. Security definer,
-- because a product's login reads neither hubspot_definition nor settings.
create function workspace_stages() returns table (object_type text, pipeline text, stage text, closed boolean, won boolean)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
begin atomic
  with chosen as (
    select s.document from public.settings s where s.portal_id = acting_portal() order by s.version desc limit 1
  ),
  -- Without a mapping that is stored, the value is HubSpot's own.
  mapped as (
    select t.name, f.field, f.property, m.mapping
    from public.object_type t
    cross join lateral (values ('pipeline', t.pipeline_property), ('stage', t.stage_property)) as f(field, property)
    left join chosen c on true
    left join lateral (
      select e.value as mapping from jsonb_array_elements(c.document -> t.name -> 'mappings') as e(value)
      where e.value ->> 'field' = f.field limit 1
    ) m on true
    where t.stage_property is not null and (c.document -> t.name is null or m.mapping ->> 'property' = f.property)
  ),
  pair as (
    select m.name, m.field, p.value ->> 'hubspot' as hubspot, p.value ->> 'workspace' as workspace
    from mapped m
    cross join lateral jsonb_array_elements(m.mapping -> 'conversion' -> 'pairs') as p(value)
  ),
  stage as (
    select d.object_type, d.body ->> 'id' as pipeline, s.id, s.closed,
      s.closed and coalesce(s.probability = 1, false) as won
    from public.hubspot_definition d,
      jsonb_to_recordset(d.body -> 'stages') as s(id text, probability numeric, closed boolean)
    where d.portal_id = acting_portal() and d.kind = 'pipeline'
  ),
  -- As records have them: one row for each value that a stage can have.
  had as (
    select s.object_type,
      case when p.mapping -> 'conversion' ? 'pairs' then pp.workspace else s.pipeline end as pipeline,
      case when m.mapping -> 'conversion' ? 'pairs' then sp.workspace else s.id end as stage,
      s.closed, s.won
    from stage s
    join mapped p on p.name = s.object_type and p.field = 'pipeline'
    join mapped m on m.name = s.object_type and m.field = 'stage'
    left join pair pp on pp.name = s.object_type and pp.field = 'pipeline' and pp.hubspot = s.pipeline
    left join pair sp on sp.name = s.object_type and sp.field = 'stage' and sp.hubspot = s.id
  )
  select h.object_type, h.pipeline, h.stage,
    case when bool_and(h.closed) = bool_or(h.closed) then bool_and(h.closed) end,
    case when bool_and(h.won) = bool_or(h.won) then bool_and(h.won) end
  from had h
  where h.pipeline is not null and h.stage is not null
  group by h.object_type, h.pipeline, h.stage;
end;

revoke execute on function workspace_stages() from public;
do $$
begin
  execute format('grant execute on function workspace_stages() to %I, %I',
    deployment_role('portal'), deployment_role('product'));
end
$$;

-- What views add to the fields, and what nobody writes: `won` and `closed` as well.
create or replace function workspace_row_fields(view_row jsonb) returns jsonb
language sql immutable
return view_row - array[
  'id', 'company_id', 'custom', 'hubspot_id', 'sync_status', 'sync_reason', 'created_at', 'updated_at', 'visible', 'won',
  'closed'];

-- As before, and the view of a type whose objects go through pipelines has `won` and `closed` at its end.
do $$
declare
  definition text := pg_get_functiondef('define_type_view(text, text[])'::regprocedure);
  changes constant text[] := array[
    E'  numbers text;\nbegin',
    E'  numbers text;\n  has_stages boolean := (select t.stage_property is not null from public.object_type t where t.name = type_name);\nbegin',
    E'as visible\n    from record r',
    E'as visible%s\n    from record r',
    E'left join installation i on i.portal_id = r.portal_id\n    where',
    E'left join installation i on i.portal_id = r.portal_id%s\n    where',
    'view_name, columns, shown, type_name);',
    E'view_name, columns, shown,\n'
      || E'    case when has_stages then '', st.won, st.closed'' else '''' end,\n'
      || E'    case when has_stages then format(E''\\n    left join workspace_stages() st on st.object_type = %L'',\n'
      || E'      type_name) || '' and st.pipeline = workspace_text(r.properties, ''''pipeline'''')''\n'
      || E'      || '' and st.stage = workspace_text(r.properties, ''''stage'''')'' else '''' end,\n'
      || E'    type_name);'];
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

-- As before, and what is derived can't be written. RETURNING shows it as a select would.
do $$
declare
  definition text := pg_get_functiondef('workspace_write_record()'::regprocedure);
  changes constant text[] := array[
    E'  fields := workspace_row_fields(after);',
    E'  if nullif(after -> ''won'', ''null'') is distinct from nullif(before -> ''won'', ''null'')\n'
      || E'    or nullif(after -> ''closed'', ''null'') is distinct from nullif(before -> ''closed'', ''null'') then\n'
      || E'    raise exception ''won and closed come from the stage and can''''t be written. Write the stage.''\n'
      || E'      using errcode = ''generated_always'';\n'
      || E'  end if;\n\n'
      || E'  fields := workspace_row_fields(after);',
    E'  return new;\nend',
    E'  if after ? ''won'' and (fields -> ''pipeline'', fields -> ''stage'') is distinct from (old_fields -> ''pipeline'', old_fields -> ''stage'') then\n'
      || E'    new := jsonb_populate_record(new, coalesce((\n'
      || E'      select jsonb_build_object(''won'', s.won, ''closed'', s.closed) from workspace_stages() s\n'
      || E'      where s.object_type = tg_argv[0] and s.pipeline = fields ->> ''pipeline'' and s.stage = fields ->> ''stage''),\n'
      || E'      ''{"won": null, "closed": null}''));\n'
      || E'  end if;\n'
      || E'  return new;\nend'];
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

call define_type_view('deal', array[
  'name text', 'amount number', 'currency text', 'pipeline text', 'stage text', 'close_date date', 'company_id parent',
  'owner_email text']);

-- What HubSpot says of stages is stored with their options from now on: it is read again at once.
update installation i set definitions_read_at = definitions_read_at - interval '1 day'
where exists (select from hubspot_definition d where d.portal_id = i.portal_id and d.kind = 'pipeline');

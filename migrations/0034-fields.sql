-- The catalogue of a portal's own fields: keys of `custom` with a label and a type. What a product writes into one of
-- them must fit it, by SQL as by REST; other keys of `custom` stay free. workspace/declared-field.ts says the same of a
-- value; a test compares the two.
create table workspace_field (
  portal_id bigint not null,
  object_type text not null check (is_object_type(object_type)),
  -- a key of record.properties
  name text not null check (name ~ '^[a-zA-Z][a-zA-Z0-9_]{0,99}$'),
  label text not null,
  type text not null check (type in ('text', 'number', 'date', 'datetime', 'boolean', 'option', 'options', 'owner')),
  -- [{"value", "label"}] of the types option and options
  options jsonb not null default '[]' check (jsonb_typeof(options) = 'array'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (portal_id, object_type, name)
);
call guard_portal_table('workspace_field', true);

-- The options of a field, in a sentence.
create function named_options(choices jsonb) returns text
language sql immutable parallel safe
begin atomic
  select format('its options (%s)', coalesce(
    string_agg(o.choice ->> 'value', ', ' order by o.place) filter (where o.place <= 10)
      || case when count(*) > 10 then ', …' else '' end, 'none yet'))
  from jsonb_array_elements(choices) with ordinality as o(choice, place);
end;

-- What a value that isn't null must be to fit a field, as the end of a sentence ("must be …"); null: it fits.
create function field_misfit(field_type text, choices jsonb, given jsonb) returns text
language plpgsql immutable parallel safe as $$
declare
  is_text constant boolean := jsonb_typeof(given) = 'string';
  given_text constant text := given #>> '{}';
  given_day text;
begin
  if field_type in ('date', 'datetime') and is_text then
    given_day := substring(given_text from case field_type
      when 'date' then '^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))$'
      else '^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))'
        'T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d)$' end);
    if left(given_day, 4) = '0000' then
      given_day := null;
    elsif right(given_day, 2)::integer > extract(day from make_date(
      left(given_day, 4)::integer, substring(given_day from 6 for 2)::integer, 1) + interval '1 month - 1 day')
    then
      given_day := null; -- no calendar has this day
    end if;
  end if;
  return case field_type
    when 'text' then case when not is_text then 'text' end
    when 'number' then case when jsonb_typeof(given) <> 'number' then 'a number' end
    when 'date' then case when given_day is null then 'a date, such as 2026-11-30' end
    when 'datetime' then case when given_day is null then 'a time with a zone, such as 2026-11-30T09:00:00Z' end
    when 'boolean' then case when jsonb_typeof(given) <> 'boolean' then 'true or false' end
    when 'option' then case when not is_text
      or not choices @> jsonb_build_array(jsonb_build_object('value', given)) then 'one of ' || public.named_options(choices) end
    when 'options' then case when jsonb_typeof(given) <> 'array' or exists (
      select from jsonb_array_elements(case when jsonb_typeof(given) = 'array' then given else '[]' end) as i(item)
      where jsonb_typeof(i.item) <> 'string'
        or not choices @> jsonb_build_array(jsonb_build_object('value', i.item))) then 'a list of ' || public.named_options(choices) end
    when 'owner' then case when not is_text or given_text !~ '^[^@ \t\r\n]+@[^@ \t\r\n]+$' then 'the email of an owner' end
  end;
end
$$;

-- Refuses what doesn't fit one of a portal's fields. `given`: keys of `custom` with their new values, none of them null.
-- It's called for each row of a statement, so it finds fields by the primary key, and none if only columns change.
create function workspace_check_fields(portal bigint, record_type text, given jsonb) returns void
language plpgsql stable as $$
declare
  field_name text;
  field_label text;
  needed text;
begin
  if given = '{}' then
    return;
  end if;
  select f.name, f.label, m.needed into field_name, field_label, needed
  from public.workspace_field f
  cross join lateral (select public.field_misfit(f.type, f.options, given -> f.name) as needed offset 0) m
  where f.portal_id = portal and f.object_type = record_type and f.name = any (array(select jsonb_object_keys(given)))
    and m.needed is not null
  order by f.name limit 1;
  if needed is not null then
    raise exception 'custom.% (%) must be %.', field_name, field_label, needed
      using errcode = 'invalid_parameter_value',
        hint = 'The view workspace.fields lists your fields. Null clears a field.';
  end if;
end
$$;
revoke execute on function workspace_check_fields(bigint, text, jsonb) from public;

-- Whatever a write through a view does by now, it also checks the values that it is about to write.
do $$
declare
  before constant text := E'  if new_company then\n    perform workspace_check_parent(';
  definition text := pg_get_functiondef('workspace_write_record()'::regprocedure);
begin
  if position(before in definition) = 0 then
    raise exception 'workspace_write_record() checks no parent.';
  end if;
  execute replace(definition, before, E'  perform workspace_check_fields(portal, tg_argv[0], given - columns);\n' || before);
end
$$;

create view workspace.fields with (security_invoker = true) as
select object_type, name, label, type, options, created_at, updated_at from workspace_field;
do $$
begin
  execute format('grant select on workspace_field, workspace.fields to %I', deployment_role('product'));
  execute format('grant select on workspace.fields to %I', deployment_role('portal'));
end
$$;

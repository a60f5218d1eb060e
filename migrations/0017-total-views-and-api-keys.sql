-- The views are total: whatever jsonb has, a select, an update and a delete succeed. A value that does not fit its
-- column reads as null there and is in `custom` under the field's name.

-- A field as a text column shows it. Null for a list or an object, which `custom` shows instead.
create function workspace_text(properties jsonb, field text) returns text
language sql immutable parallel safe
return case
  when jsonb_typeof(properties -> field) in ('string', 'number', 'boolean') then properties ->> field
end;

-- A field as a numeric column shows it: a JSON number, or text that spells one. Null for anything else, which `custom`
-- shows instead. The cast is guarded by a pattern and a length, because Postgres 15 has no pg_input_is_valid: so few
-- digits and so small an exponent are always in numeric's range.
create function workspace_number(properties jsonb, field text) returns numeric
language sql immutable parallel safe
return case jsonb_typeof(properties -> field)
  when 'number' then (properties -> field)::numeric
  when 'string' then case
    when length(properties ->> field) <= 200
      and properties ->> field ~ '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'
    then (properties ->> field)::numeric
  end
end;

-- The field's name if a text column shows its value, otherwise null. `jsonb - text[]` skips nulls.
create function workspace_text_shown(properties jsonb, field text) returns text
language sql immutable parallel safe
return case when jsonb_typeof(properties -> field) in ('array', 'object') then null else field end;

-- The field's name if a numeric column shows its value, otherwise null.
create function workspace_number_shown(properties jsonb, field text) returns text
language sql immutable parallel safe
return case
  when jsonb_typeof(properties -> field) in ('string', 'boolean', 'array', 'object')
    and workspace_number(properties, field) is null then null
  else field
end;

create or replace view workspace.contacts with (security_invoker = true) as
select
  r.id,
  workspace_text(r.properties, 'email') as email,
  workspace_text(r.properties, 'first_name') as first_name,
  workspace_text(r.properties, 'last_name') as last_name,
  workspace_text(r.properties, 'phone') as phone,
  workspace_text(r.properties, 'mobile_phone') as mobile_phone,
  workspace_text(r.properties, 'job_title') as job_title,
  workspace_text(r.properties, 'stage') as stage,
  workspace_text(r.properties, 'lead_status') as lead_status,
  workspace_text(r.properties, 'email_status') as email_status,
  workspace_text(r.properties, 'linkedin_url') as linkedin_url,
  workspace_text(r.properties, 'city') as city,
  workspace_text(r.properties, 'state') as state,
  workspace_text(r.properties, 'country') as country,
  r.company_id,
  workspace_text(r.properties, 'owner_email') as owner_email,
  r.properties - array[
    workspace_text_shown(r.properties, 'email'),
    workspace_text_shown(r.properties, 'first_name'),
    workspace_text_shown(r.properties, 'last_name'),
    workspace_text_shown(r.properties, 'phone'),
    workspace_text_shown(r.properties, 'mobile_phone'),
    workspace_text_shown(r.properties, 'job_title'),
    workspace_text_shown(r.properties, 'stage'),
    workspace_text_shown(r.properties, 'lead_status'),
    workspace_text_shown(r.properties, 'email_status'),
    workspace_text_shown(r.properties, 'linkedin_url'),
    workspace_text_shown(r.properties, 'city'),
    workspace_text_shown(r.properties, 'state'),
    workspace_text_shown(r.properties, 'country'),
    workspace_text_shown(r.properties, 'owner_email')] as custom,
  s.object_id::text as hubspot_id,
  s.status as sync_status,
  s.reason as sync_reason,
  r.created_at,
  r.updated_at
from record r
join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id
where r.object_type = 'contact' and r.deleted_at is null;

create or replace view workspace.companies with (security_invoker = true) as
select
  r.id,
  workspace_text(r.properties, 'name') as name,
  workspace_text(r.properties, 'domain') as domain,
  workspace_text(r.properties, 'phone') as phone,
  workspace_text(r.properties, 'website_url') as website_url,
  workspace_text(r.properties, 'industry') as industry,
  workspace_text(r.properties, 'linkedin_url') as linkedin_url,
  workspace_text(r.properties, 'city') as city,
  workspace_text(r.properties, 'state') as state,
  workspace_text(r.properties, 'country') as country,
  workspace_number(r.properties, 'employees') as employees,
  workspace_number(r.properties, 'annual_revenue') as annual_revenue,
  workspace_text(r.properties, 'stage') as stage,
  workspace_text(r.properties, 'owner_email') as owner_email,
  r.properties - array[
    workspace_text_shown(r.properties, 'name'),
    workspace_text_shown(r.properties, 'domain'),
    workspace_text_shown(r.properties, 'phone'),
    workspace_text_shown(r.properties, 'website_url'),
    workspace_text_shown(r.properties, 'industry'),
    workspace_text_shown(r.properties, 'linkedin_url'),
    workspace_text_shown(r.properties, 'city'),
    workspace_text_shown(r.properties, 'state'),
    workspace_text_shown(r.properties, 'country'),
    workspace_number_shown(r.properties, 'employees'),
    workspace_number_shown(r.properties, 'annual_revenue'),
    workspace_text_shown(r.properties, 'stage'),
    workspace_text_shown(r.properties, 'owner_email')] as custom,
  s.object_id::text as hubspot_id,
  s.status as sync_status,
  s.reason as sync_reason,
  r.created_at,
  r.updated_at
from record r
join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id
where r.object_type = 'company' and r.deleted_at is null;

-- The fields of a view row that are columns of their own.
create function workspace_row_fields(view_row jsonb) returns jsonb
language sql immutable
return view_row - array['id', 'company_id', 'custom', 'hubspot_id', 'sync_status', 'sync_reason', 'created_at', 'updated_at'];

-- INSERT, UPDATE and DELETE of a view row are those of its record. The arguments are the object type and its numeric
-- columns. An UPDATE writes only what it changes: a row that is written back as it was read changes nothing, and a
-- field that someone else has changed meanwhile keeps its new value. `custom` may name the field of a column; if both
-- change, the column wins. JSON null clears, but a null inside an object of the product's own is data.
create or replace function workspace_write_record() returns trigger
language plpgsql as $$
declare
  portal bigint := acting_portal();
  before jsonb := '{}';
  after jsonb := to_jsonb(new);
  old_fields jsonb;
  fields jsonb;
  old_custom jsonb;
  custom jsonb;
  -- what to write: field to value
  changes jsonb := '{}';
  given jsonb;
  cleared text[];
  -- the changed fields that are columns
  columns text[];
  misfit text;
  new_company boolean;
  touched timestamptz;
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'DELETE' then
    update record set deleted_at = now() where portal_id = portal and id = old.id and deleted_at is null;
    return old;
  end if;
  if jsonb_typeof(after -> 'custom') not in ('object', 'null') then
    raise exception 'custom must be a JSON object.' using errcode = 'invalid_parameter_value';
  end if;
  if tg_op = 'UPDATE' then
    if new.id is distinct from old.id then
      raise exception 'The id of a record cannot be changed.' using errcode = 'invalid_parameter_value';
    end if;
    before := to_jsonb(old);
  end if;

  fields := workspace_row_fields(after);
  old_fields := workspace_row_fields(before);
  custom := coalesce(nullif(after -> 'custom', 'null'), '{}');
  old_custom := coalesce(nullif(before -> 'custom', 'null'), '{}');
  if custom <> old_custom then
    select coalesce(jsonb_object_agg(c.key, c.value), '{}') into changes from (
      select n.key, n.value from jsonb_each(custom) n
      where n.value is distinct from coalesce(old_custom -> n.key, old_fields -> n.key, 'null')
      union all
      select o.key, 'null' from jsonb_object_keys(old_custom) as o(key) where not custom ? o.key
    ) c;
  end if;
  if tg_op = 'INSERT' then
    changes := changes || jsonb_strip_nulls(fields);
  else
    select changes || coalesce(jsonb_object_agg(n.key, n.value), '{}') into changes
    from jsonb_each(fields) n where n.value is distinct from old_fields -> n.key;
  end if;
  new_company := after ->> 'company_id' is distinct from before ->> 'company_id';
  if tg_op = 'UPDATE' and changes = '{}' and not new_company then
    return new;
  end if;

  select
    coalesce(jsonb_object_agg(c.key, c.value) filter (where c.value <> 'null'), '{}'),
    coalesce(array_agg(c.key) filter (where c.value = 'null'), '{}'),
    coalesce(array_agg(c.key) filter (where fields ? c.key), '{}'),
    min(c.key) filter (where fields ? c.key and c.value <> 'null'
      and jsonb_typeof(c.value) <> case when c.key = any (tg_argv[1:]) then 'number' else 'string' end)
  into given, cleared, columns, misfit
  from jsonb_each(changes) c;
  if misfit is not null then
    raise exception '% must be %.', misfit,
      case when misfit = any (tg_argv[1:]) then 'a finite number' else 'text' end
      using errcode = 'invalid_parameter_value';
  end if;
  if new_company then
    perform workspace_check_company(portal, (after ->> 'company_id')::uuid);
  end if;
  if tg_op = 'INSERT' then
    insert into record (portal_id, id, object_type, properties, company_id)
    values (portal, coalesce(new.id, gen_random_uuid()), tg_argv[0], given, (after ->> 'company_id')::uuid)
    returning id, created_at, updated_at into new.id, new.created_at, new.updated_at;
  else
    update record set
      properties = (properties || given) - cleared,
      company_id = case when new_company then (after ->> 'company_id')::uuid else company_id end
    where portal_id = portal and id = old.id and deleted_at is null
    returning updated_at into touched;
    if not found then
      return null;
    end if;
    new.updated_at := touched;
  end if;

  -- RETURNING shows the row as a select would.
  custom := (old_custom || given) - cleared - columns;
  if custom is distinct from after -> 'custom' then
    new := jsonb_populate_record(new, (
      select jsonb_build_object('custom', custom) || coalesce(jsonb_object_agg(c.name, changes -> c.name), '{}')
      from unnest(columns) as c(name)));
  end if;
  return new;
end
$$;

create or replace trigger companies_write instead of insert or update or delete on workspace.companies
for each row execute function workspace_write_record('company', 'employees', 'annual_revenue');

drop function workspace_row_properties(jsonb);

-- As before, but a row that is written back as it was read touches no record.
create or replace function workspace_write_association() returns trigger
language plpgsql as $$
declare
  portal bigint := acting_portal();
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'UPDATE' and new is not distinct from old then
    return new;
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    if 'primary' = any (old.labels) then
      update record set company_id = null where portal_id = portal and id = old.from_id and company_id = old.to_id;
    else
      delete from association where portal_id = portal and from_id = old.from_id and to_id = old.to_id;
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if new.from_type <> 'contact' or new.to_type <> 'company' then
    raise exception 'An association goes from a contact to a company.' using errcode = 'invalid_parameter_value';
  end if;
  perform workspace_check_company(portal, new.to_id);
  if 'primary' = any (coalesce(new.labels, '{}')) then
    delete from association where portal_id = portal and from_id = new.from_id and to_id = new.to_id;
    update record set company_id = new.to_id where portal_id = portal and id = new.from_id and object_type = 'contact' and deleted_at is null;
  else
    insert into association (portal_id, from_type, from_id, to_type, to_id, labels)
    values (portal, new.from_type, new.from_id, new.to_type, new.to_id, coalesce(new.labels, '{}'))
    on conflict (portal_id, from_id, to_id) do update set labels = excluded.labels
    where association.labels is distinct from excluded.labels;
  end if;
  return new;
end
$$;

-- Two keys are valid while a product changes over from the old one to the new one.
alter table installation
  add column old_api_key_hash bytea,
  add column old_api_key_ends_at timestamptz,
  add check ((old_api_key_hash is null) = (old_api_key_ends_at is null));
create unique index installation_old_api_key on installation (old_api_key_hash);

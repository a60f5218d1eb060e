-- compatible-with: 0031-capabilities-by-kind

-- The rules of 2026-12-01. What was only pulled can be hidden in the product (AP-085): a portal chooses it by type, and it
-- applies at once to what is there. Hidden are records that came from HubSpot and that the product has never changed.

-- Whether the product has changed a value of the record, or its company. A record of an earlier build that came from
-- HubSpot starts as never changed: what the product did before wasn't kept.
alter table record add column taken_over boolean not null default false;

-- The types whose records are hidden if they were only pulled, as the settings say. Each save brings it up to date.
alter table installation add column hidden_types text[] not null default '{}';
grant select (hidden_types) on installation to counterpart_product;

-- Of a source that HubSpot rejects, admins are told once per type. The entry is of no record, and attention_open tells
-- apart only entries that have one.
create unique index attention_source on attention (portal_id, object_type) where state = 'open' and code = 'source_rejected';

-- As before, and a change by the product takes the record over. The engine numbers its own changes, but for a merge,
-- which says itself whether the survivor was taken over.
create or replace function record_number_change() returns trigger
language plpgsql as $$
begin
  new.revision := old.revision + 1;
  new.updated_at := now();
  if (new.properties, new.company_id) is distinct from (old.properties, old.company_id) then
    new.taken_over := true;
  end if;
  return new;
end
$$;

-- As before, and `visible` is no field.
create or replace function workspace_row_fields(view_row jsonb) returns jsonb
language sql immutable
return view_row
  - array['id', 'company_id', 'custom', 'hubspot_id', 'sync_status', 'sync_reason', 'created_at', 'updated_at', 'visible'];

-- As before, and the last column says whether the record is visible.
create or replace procedure define_type_view(type_name text, fields text[])
language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
  view_name text := plural_of(type_name);
  columns text;
  shown text;
  numbers text;
begin
  if view_name is null then
    raise exception 'There is no object type %.', type_name using errcode = 'invalid_parameter_value';
  end if;
  if exists (select from unnest(fields) as f where f !~ '^[a-z][a-z0-9_]* (text|number)$' and f <> 'company_id parent') then
    raise exception 'A column is a name and text or number, or company_id and parent.' using errcode = 'invalid_parameter_value';
  end if;
  select
    string_agg(case kind when 'parent' then 'r.company_id' else format('workspace_%s(r.properties, %L) as %I', kind, name, name) end,
      ', ' order by place),
    string_agg(format('workspace_%s_shown(r.properties, %L)', kind, name), ', ' order by place) filter (where kind <> 'parent'),
    string_agg(format(', %L', name), '' order by place) filter (where kind = 'number')
  into columns, shown, numbers
  from (
    select split_part(f.field, ' ', 1) as name, split_part(f.field, ' ', 2) as kind, f.place
    from unnest(fields) with ordinality as f(field, place)
  ) f;
  execute format(
    'create or replace view workspace.%I with (security_invoker = true) as
    select r.id, %s, r.properties - array[%s] as custom,
      s.object_id::text as hubspot_id, s.status as sync_status, s.reason as sync_reason, r.created_at, r.updated_at,
      r.origin <> ''hubspot'' or r.taken_over or not coalesce(r.object_type = any (i.hidden_types), false) as visible
    from record r
    join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id
    left join installation i on i.portal_id = r.portal_id
    where r.object_type = %L and r.deleted_at is null',
    view_name, columns, shown, type_name);
  execute format(
    'create or replace trigger %I instead of insert or update or delete on workspace.%I
    for each row execute function workspace_write_record(%L%s)',
    view_name || '_write', view_name, type_name, coalesce(numbers, ''));
  execute format('grant select, insert, update, delete on workspace.%I to %I, %I',
    view_name, deployment_role('product'), deployment_role('portal'));
end
$$;

call define_type_view('contact', array[
  'email text', 'first_name text', 'last_name text', 'phone text', 'mobile_phone text', 'job_title text', 'stage text',
  'lead_status text', 'email_status text', 'linkedin_url text', 'city text', 'state text', 'country text',
  'company_id parent', 'owner_email text']);
call define_type_view('company', array[
  'name text', 'domain text', 'phone text', 'website_url text', 'industry text', 'linkedin_url text', 'city text',
  'state text', 'country text', 'employees number', 'annual_revenue number', 'stage text', 'owner_email text']);

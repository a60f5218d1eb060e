-- The product's face: plain columns, plain SQL. Views are security_invoker, so the reader's own row-level security holds.
create schema workspace;
grant usage on schema workspace to counterpart_product, counterpart_portal;

-- What a product's login may read of the tables behind the views, and write of its own records.
grant select on record, association, record_alias, dirty, link, journal, attention, sync_verdict to counterpart_product;
grant insert (portal_id, id, object_type, properties, company_id) on record to counterpart_product;
grant update (properties, company_id, deleted_at, revision, updated_at) on record to counterpart_product;
grant insert, update, delete on association to counterpart_product;
grant insert, update on dirty to counterpart_product;

-- A product's login learns the state of its own installation, and nothing else of that row.
create policy by_login on installation for select to counterpart_product
using (portal_id = (select product_portal()));
grant select (portal_id, state) on installation to counterpart_product;

-- The portal that an insert belongs to: the login's, or the transaction's.
create function acting_portal() returns bigint
language sql stable
return coalesce(product_portal(), current_portal());

-- One word and one sentence for a record's sync, from what the engine has stored. The order is the order of weight.
create view workspace.sync_status with (security_invoker = true) as
select
  r.portal_id,
  r.id as record_id,
  l.object_id,
  l.pulled_at,
  l.pushed_at,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'disconnected'
    when i.state in ('setting-up', 'first-pull') and l.object_id is null then 'setting_up'
    when p.code is not null then 'problem'
    when h.code is not null then 'held'
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'changes_waiting'
    when l.object_id is not null then 'in_sync'
    else 'not_synced'
  end as status,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'disconnected'
    when i.state in ('setting-up', 'first-pull') and l.object_id is null then replace(i.state, '-', '_')
    when p.code is not null then p.code
    when h.code is not null then h.code
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'waiting_push'
    when l.object_id is not null then 'in_sync'
    else coalesce(v.code, 'never_pushed')
  end as code,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'HubSpot is not connected.'
    when i.state = 'setting-up' and l.object_id is null then 'Sync settings are being decided; nothing moves yet.'
    when i.state = 'first-pull' and l.object_id is null then 'The first pull from HubSpot is running.'
    when p.code is not null then p.cause
    when h.code is not null then h.cause
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'A change here is waiting to be pushed to HubSpot.'
    when l.object_id is not null then 'Both sides agree.'
    else coalesce(v.reason, 'This record has not been pushed to HubSpot.')
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
grant select on workspace.sync_status to counterpart_product, counterpart_portal;

create view workspace.contacts with (security_invoker = true) as
select
  r.id,
  r.properties ->> 'email' as email,
  r.properties ->> 'first_name' as first_name,
  r.properties ->> 'last_name' as last_name,
  r.properties ->> 'phone' as phone,
  r.properties ->> 'mobile_phone' as mobile_phone,
  r.properties ->> 'job_title' as job_title,
  r.properties ->> 'stage' as stage,
  r.properties ->> 'lead_status' as lead_status,
  r.properties ->> 'email_status' as email_status,
  r.properties ->> 'linkedin_url' as linkedin_url,
  r.properties ->> 'city' as city,
  r.properties ->> 'state' as state,
  r.properties ->> 'country' as country,
  r.company_id,
  r.properties ->> 'owner_email' as owner_email,
  r.properties - array['email', 'first_name', 'last_name', 'phone', 'mobile_phone', 'job_title', 'stage', 'lead_status',
    'email_status', 'linkedin_url', 'city', 'state', 'country', 'owner_email'] as custom,
  s.object_id::text as hubspot_id,
  s.status as sync_status,
  s.reason as sync_reason,
  r.created_at,
  r.updated_at
from record r
join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id
where r.object_type = 'contact' and r.deleted_at is null;

create view workspace.companies with (security_invoker = true) as
select
  r.id,
  r.properties ->> 'name' as name,
  r.properties ->> 'domain' as domain,
  r.properties ->> 'phone' as phone,
  r.properties ->> 'website_url' as website_url,
  r.properties ->> 'industry' as industry,
  r.properties ->> 'linkedin_url' as linkedin_url,
  r.properties ->> 'city' as city,
  r.properties ->> 'state' as state,
  r.properties ->> 'country' as country,
  (r.properties ->> 'employees')::numeric as employees,
  (r.properties ->> 'annual_revenue')::numeric as annual_revenue,
  r.properties ->> 'stage' as stage,
  r.properties ->> 'owner_email' as owner_email,
  r.properties - array['name', 'domain', 'phone', 'website_url', 'industry', 'linkedin_url', 'city', 'state', 'country',
    'employees', 'annual_revenue', 'stage', 'owner_email'] as custom,
  s.object_id::text as hubspot_id,
  s.status as sync_status,
  s.reason as sync_reason,
  r.created_at,
  r.updated_at
from record r
join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id
where r.object_type = 'company' and r.deleted_at is null;

create view workspace.associations with (security_invoker = true) as
select a.from_type, a.from_id, a.to_type, a.to_id, a.labels
from association a
join record f on f.portal_id = a.portal_id and f.id = a.from_id and f.deleted_at is null
join record t on t.portal_id = a.portal_id and t.id = a.to_id and t.deleted_at is null
union all
select 'contact', r.id, 'company', r.company_id, array['primary']
from record r
join record t on t.portal_id = r.portal_id and t.id = r.company_id and t.deleted_at is null
where r.object_type = 'contact' and r.company_id is not null and r.deleted_at is null;

-- The record's properties as a view row names them; a column that is null is absent.
create function workspace_row_properties(view_row jsonb) returns jsonb
language sql immutable
return jsonb_strip_nulls(
  coalesce(nullif(view_row -> 'custom', 'null'), '{}')
  || (view_row - array['id', 'company_id', 'custom', 'hubspot_id', 'sync_status', 'sync_reason', 'created_at', 'updated_at'])
);

create function workspace_check_company(portal bigint, company uuid) returns void
language plpgsql stable as $$
begin
  if company is not null and not exists (
    select from record where portal_id = portal and id = company and object_type = 'company' and deleted_at is null
  ) then
    raise exception 'There is no company % in this portal.', company
      using errcode = 'foreign_key_violation';
  end if;
end
$$;

-- INSERT, UPDATE and DELETE of a view row are those of its record. tg_argv[0] is the object type.
create function workspace_write_record() returns trigger
language plpgsql as $$
declare
  portal bigint := acting_portal();
  written jsonb := to_jsonb(new);
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'DELETE' then
    update record set deleted_at = now() where portal_id = portal and id = old.id and deleted_at is null;
    return old;
  end if;
  if written -> 'custom' is not null and jsonb_typeof(written -> 'custom') not in ('object', 'null') then
    raise exception 'custom must be a JSON object.' using errcode = 'invalid_parameter_value';
  end if;
  perform workspace_check_company(portal, (written ->> 'company_id')::uuid);
  if tg_op = 'INSERT' then
    insert into record (portal_id, id, object_type, properties, company_id)
    values (portal, coalesce(new.id, gen_random_uuid()), tg_argv[0], workspace_row_properties(written), (written ->> 'company_id')::uuid)
    returning id, created_at, updated_at into new.id, new.created_at, new.updated_at;
  else
    if new.id is distinct from old.id then
      raise exception 'The id of a record cannot be changed.' using errcode = 'invalid_parameter_value';
    end if;
    update record set properties = workspace_row_properties(written), company_id = (written ->> 'company_id')::uuid
    where portal_id = portal and id = old.id and deleted_at is null;
  end if;
  return new;
end
$$;

create trigger contacts_write instead of insert or update or delete on workspace.contacts
for each row execute function workspace_write_record('contact');
create trigger companies_write instead of insert or update or delete on workspace.companies
for each row execute function workspace_write_record('company');

-- An association with the label 'primary' is the contact's company_id; the others are rows of their own.
create function workspace_write_association() returns trigger
language plpgsql as $$
declare
  portal bigint := acting_portal();
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
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
    on conflict (portal_id, from_id, to_id) do update set labels = excluded.labels;
  end if;
  return new;
end
$$;

create trigger associations_write instead of insert or update or delete on workspace.associations
for each row execute function workspace_write_association();

grant select, insert, update, delete on workspace.contacts, workspace.companies, workspace.associations
  to counterpart_product, counterpart_portal;

-- compatible-with: 0031-capabilities-by-kind

-- The product's people: what each of them may do, and which HubSpot user and owner each of them is.
create table workspace_user (
  portal_id bigint not null,
  id uuid not null default gen_random_uuid(),
  -- canonical: what canonical_identity() makes of it
  email text not null,
  name text not null default '' check (char_length(name) <= 200),
  -- some of workspace_permissions(), in its order
  permissions text[] not null,
  active boolean not null default true,
  -- learned when HubSpot names the user with this email, or by the user's consent
  hubspot_user_id bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (portal_id, id)
);
create unique index workspace_user_email on workspace_user (portal_id, email);
create unique index workspace_user_hubspot on workspace_user (portal_id, hubspot_user_id);
call guard_portal_table('workspace_user', true);

-- Who owns objects in HubSpot is looked up by email for each user.
create index hubspot_definition_owner_email on hubspot_definition (portal_id, (body ->> 'email')) where kind = 'owner';

-- Everything that a user can be permitted: a type has a permission for its owner if its view has one. Security definer,
-- because no role but the owner reads object_type.
create function workspace_permissions() returns text[]
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
return array['push', 'pull'] || array(
  select format('assign_%s_owner', t.name)
  from public.object_type t
  where exists (
    select from pg_attribute a
    where a.attrelid = to_regclass(format('workspace.%I', t.plural)) and a.attname = 'owner_email')
  order by t.name
) || array['settings'];

-- The id of HubSpot's active owner with this email, or else of this HubSpot user, in the portal that asks; null without
-- one. Security definer, because a product's login doesn't read hubspot_definition.
create function workspace_owner_id(owner_email text, hubspot_user_id bigint) returns text
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
return coalesce(
  (select d.name from public.hubspot_definition d
    where d.portal_id = acting_portal() and d.kind = 'owner' and d.body ->> 'email' = owner_email
      and not coalesce((d.body ->> 'archived')::boolean, false)
    order by d.name limit 1),
  (select d.name from public.hubspot_definition d
    where d.portal_id = acting_portal() and d.kind = 'owner' and d.body ->> 'userId' = hubspot_user_id::text
      and not coalesce((d.body ->> 'archived')::boolean, false)
    order by d.name limit 1)
);

-- What a user is stored as, whoever writes it. Without permissions: everything that someone who is no user may do, so that
-- adding a user takes nothing away.
create function workspace_user_check() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
  known constant text[] := workspace_permissions();
  canonical constant text := canonical_identity('email', new.email);
  stranger text;
begin
  if canonical is null or canonical !~ '^[^@[:space:]]+@[^@[:space:]]+$' then
    raise exception 'email must be an email address.' using errcode = 'invalid_parameter_value';
  end if;
  new.email := canonical;
  new.permissions := coalesce(new.permissions, array_remove(known, 'settings'));
  select coalesce(p.name, 'null') into stranger from unnest(new.permissions) as p(name)
  where p.name is null or p.name <> all (known) limit 1;
  if found then
    raise exception 'There is no permission %. The permissions are %.', stranger, array_to_string(known, ', ')
      using errcode = 'invalid_parameter_value';
  end if;
  new.permissions := array(
    select k.name from unnest(known) with ordinality as k(name, place)
    where k.name = any (new.permissions) order by k.place);
  if tg_op = 'UPDATE' then
    -- Another email is perhaps another person.
    if new.email <> old.email then
      new.hubspot_user_id := null;
    end if;
    if (new.email, new.name, new.permissions, new.active) is distinct from (old.email, old.name, old.permissions, old.active) then
      new.updated_at := now();
    end if;
  end if;
  return new;
end
$$;
create trigger workspace_user_check before insert or update on workspace_user
for each row execute function workspace_user_check();

-- Owner changes from HubSpot that the sync user had no permission for are looked at again.
create function workspace_user_wake() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into dirty (portal_id, object_type, record_id, revision)
  select distinct r.portal_id, r.object_type, r.id, r.revision
  from attention a
  join record r on r.portal_id = a.portal_id and r.id = a.record_id and r.deleted_at is null
  where a.portal_id = new.portal_id and a.state = 'open' and a.kind = 'problem' and a.code = 'owner_permission'
    and exists (
      select from installation i
      where i.portal_id = new.portal_id
        and (i.sync_user_id in (old.hubspot_user_id, new.hubspot_user_id)
          or canonical_identity('email', i.sync_user_email) in (old.email, new.email)))
  on conflict (portal_id, record_id) do update set due_at = now();
  return null;
end
$$;
create trigger workspace_user_wake after update on workspace_user
for each row
when ((old.email, old.permissions, old.hubspot_user_id) is distinct from (new.email, new.permissions, new.hubspot_user_id))
execute function workspace_user_wake();

create view workspace.users with (security_invoker = true) as
select
  u.id,
  u.email,
  u.name,
  u.permissions,
  u.active,
  u.hubspot_user_id::text as hubspot_user_id,
  workspace_owner_id(u.email, u.hubspot_user_id) as hubspot_owner_id,
  u.created_at,
  u.updated_at
from workspace_user u;

-- INSERT and UPDATE of a view row are those of its user. An UPDATE writes only what it changes. A user is never deleted,
-- because runs, the journal, and versions name their people: `active` ends what a user may do.
create function workspace_write_user() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  portal bigint := acting_portal();
  written workspace_user;
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'INSERT' then
    insert into workspace_user (portal_id, id, email, name, permissions, active)
    values (portal, coalesce(new.id, gen_random_uuid()), new.email, coalesce(new.name, ''), new.permissions, coalesce(new.active, true))
    returning * into written;
  else
    if new.id is distinct from old.id then
      raise exception 'The id of a user cannot be changed.' using errcode = 'invalid_parameter_value';
    end if;
    update workspace_user u set
      email = case when new.email is distinct from old.email then new.email else u.email end,
      name = case when new.name is distinct from old.name then coalesce(new.name, '') else u.name end,
      permissions = case when new.permissions is distinct from old.permissions then new.permissions else u.permissions end,
      active = case when new.active is distinct from old.active then coalesce(new.active, true) else u.active end
    where u.portal_id = portal and u.id = old.id
    returning * into written;
    if not found then
      return null;
    end if;
  end if;
  new.id := written.id;
  new.email := written.email;
  new.name := written.name;
  new.permissions := written.permissions;
  new.active := written.active;
  new.hubspot_user_id := written.hubspot_user_id::text;
  new.hubspot_owner_id := workspace_owner_id(written.email, written.hubspot_user_id);
  new.created_at := written.created_at;
  new.updated_at := written.updated_at;
  return new;
end
$$;
create trigger users_write instead of insert or update on workspace.users
for each row execute function workspace_write_user();

revoke execute on function workspace_permissions(), workspace_owner_id(text, bigint), workspace_user_check(), workspace_user_wake(),
  workspace_write_user() from public;
do $$
declare
  portal constant text := deployment_role('portal');
  product constant text := deployment_role('product');
begin
  execute format('grant execute on function workspace_permissions() to %I', portal);
  -- the view calls it with the rights of whoever reads
  execute format('grant execute on function workspace_owner_id(text, bigint) to %I, %I', portal, product);
  execute format('grant select on workspace_user to %I', product);
  execute format('grant select, insert, update on workspace.users to %I, %I', product, portal);
end
$$;

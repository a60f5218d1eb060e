-- Three group roles, none of which can log in or bypass row-level security.
--   counterpart_portal    works for one portal at a time, named by the setting app.portal of the transaction
--   counterpart_crossing  sees only what must cross portals: lanes, inbox, installation routing, budgets
--   counterpart_product   a product's own logins; their portal comes from portal_login, never from a setting
-- Roles belong to the cluster, migrations to a database: several databases may share them, and start at once.
do $$
declare
  name text;
begin
  foreach name in array array['counterpart_portal', 'counterpart_crossing', 'counterpart_product'] loop
    if not exists (select from pg_roles where rolname = name) then
      begin
        execute format('create role %I nologin nobypassrls', name);
      exception when duplicate_object or unique_violation then
        null; -- another starter was first
      end;
    end if;
  end loop;
  begin
    execute format('grant counterpart_portal, counterpart_crossing to %I', current_user);
  exception when unique_violation then
    null; -- another starter granted it in the same moment
  end;
end
$$;

grant usage on schema public to counterpart_portal, counterpart_crossing, counterpart_product;

-- The portal of the running transaction, for counterpart_portal.
create function current_portal() returns bigint
language sql stable parallel safe
return nullif(current_setting('app.portal', true), '')::bigint;

-- Which portal a product's login may see. Only the owner of the database writes here.
create table portal_login (
  role_name name primary key,
  portal_id bigint not null
);

-- The portal of a product's login. session_user, since a login may SET ROLE to a group it belongs to;
-- security definer, since the login itself may not read the table.
create function product_portal() returns bigint
language sql stable parallel safe security definer
set search_path = public, pg_temp
return (select portal_id from portal_login where role_name = session_user);

-- Forces row-level security on a table of portal data and gives each role its policy.
create procedure guard_portal_table(target regclass, for_product boolean)
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy by_portal on %s to counterpart_portal using (portal_id = (select current_portal()))', target);
  execute format('grant select, insert, update, delete on %s to counterpart_portal', target);
  if for_product then
    execute format('create policy by_login on %s to counterpart_product using (portal_id = (select product_portal()))', target);
  end if;
end
$$;

-- For the tables that the engine reads across portals: routing, lanes, inbox.
create procedure open_to_crossing(target regclass, privileges text)
language plpgsql as $$
begin
  execute format('create policy crossing on %s to counterpart_crossing using (true) with check (true)', target);
  execute format('grant %s on %s to counterpart_crossing', privileges, target);
end
$$;

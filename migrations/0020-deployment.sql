-- Which deployment this database belongs to: one row. Roles belong to the whole cluster, so those of a deployment carry
-- its id in their names. Migrations say counterpart_portal, counterpart_crossing and counterpart_product for them, and
-- migrate.ts puts in the names.
create table deployment (
  id text primary key check (id ~ '^[0-9a-z]{4,16}$'),
  created_at timestamptz not null default now()
);
create unique index deployment_only_one on deployment ((true));
insert into deployment (id) values ('{deployment}');

-- Gives one role's rights in this database to another one, which must exist: on schemas, tables, views, columns and
-- functions, and what policies say of it. Nothing happens if there is no such role.
create procedure move_rights(from_role text, to_role text)
language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
  giver oid := (select oid from pg_roles where rolname = from_role);
  item record;
begin
  if giver is null or from_role = to_role then
    return;
  end if;
  for item in
    -- columns first: REVOKE ALL on a table takes the rights on its columns, too
    select 1 as step, format('%s (%s) on table %s', a.privilege_type,
      string_agg(quote_ident(c.attname), ', ' order by c.attnum), c.attrelid::regclass) as privilege, null as target
    from pg_attribute c, aclexplode(c.attacl) a
    where a.grantee = giver group by c.attrelid, a.privilege_type
    union all
    select 2, format('%s on %s', string_agg(a.privilege_type, ', '), t.target), t.target
    from (
      select relacl as acl, format('%s %s', case relkind when 'S' then 'sequence' else 'table' end, oid::regclass) as target
      from pg_class
      union all
      select nspacl, format('schema %I', nspname) from pg_namespace
      union all
      select proacl, format('routine %s', oid::regprocedure) from pg_proc
    ) t, aclexplode(t.acl) a
    where a.grantee = giver group by t.target
    order by step
  loop
    execute format('grant %s to %I', item.privilege, to_role);
    if item.target is not null then
      execute format('revoke all on %s from %I', item.target, from_role);
    else
      execute format('revoke %s from %I', item.privilege, from_role);
    end if;
  end loop;
  for item in
    select polname, polrelid::regclass as target from pg_policy where giver = any (polroles)
  loop
    execute format('alter policy %I on %s to %I', item.polname, item.target, to_role);
  end loop;
end
$$;
revoke execute on procedure move_rights(text, text) from public;

-- From an earlier version: the roles were the cluster's, under these names. (The names are put together, so that
-- migrate.ts does not put in ours.) Logins of products keep working; each gets a name of its own when it is made again.
do $$
declare
  kind text;
  old_name text;
  new_name text;
  login name;
begin
  foreach kind in array array['portal', 'crossing', 'product'] loop
    old_name := 'counterpart' || '_' || kind;
    new_name := 'counterpart_{deployment}_' || kind;
    if not exists (select from pg_roles where rolname = new_name) then
      execute format('create role %I nologin', new_name);
      if kind <> 'product' then
        execute format('grant %I to %I', new_name, current_user);
      end if;
    end if;
    -- no other database's of this cluster: a right or a policy of this one names the role
    if not exists (
      select from pg_shdepend d join pg_roles r on r.oid = d.refobjid
      where d.refclassid = 'pg_authid'::regclass and r.rolname = old_name
        and d.dbid = (select oid from pg_database where datname = current_database())
    ) then
      continue;
    end if;
    call move_rights(old_name, new_name);
    if kind = 'product' then
      for login in select role_name from portal_login where role_name in (select rolname from pg_roles) loop
        execute format('grant %I to %I', new_name, login);
      end loop;
    end if;
    begin
      execute format('drop role %I', old_name);
    exception when dependent_objects_still_exist or insufficient_privilege or internal_error then
      null; -- another database of this cluster uses the role, or it is another owner's
    end;
  end loop;
end
$$;

grant select on deployment to counterpart_portal, counterpart_crossing;

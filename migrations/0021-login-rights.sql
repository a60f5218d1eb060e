-- A product's login reads tables through the views, under row-level security, and writes nothing but the views: what an
-- INSERT, UPDATE or DELETE of a view row means is decided by functions with rights of their own. So a login can lock
-- nothing (that takes a right to write), mark nothing dirty, and set no time or revision.

-- The name of a group role of this deployment: kind is 'portal', 'crossing' or 'product'.
create function deployment_role(kind text) returns text
language sql stable
set search_path = pg_catalog, public, pg_temp
return (select format('counterpart_%s_%s', id, kind) from public.deployment);

-- As before, for the roles of this deployment, and the owner is not bound: requests and jobs never run as the owner,
-- and a backup is made by the owner, which need not be a superuser. A login's policy is for reading.
create or replace procedure guard_portal_table(target regclass, for_product boolean)
language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('create policy by_portal on %s to %I using (portal_id = (select current_portal()))',
    target, deployment_role('portal'));
  execute format('grant select, insert, update, delete on %s to %I', target, deployment_role('portal'));
  if for_product then
    execute format('create policy by_login on %s for select to %I using (portal_id = (select product_portal()))',
      target, deployment_role('product'));
  end if;
end
$$;

create or replace procedure open_to_crossing(target regclass, privileges text)
language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  execute format('create policy crossing on %s to %I using (true) with check (true)', target, deployment_role('crossing'));
  execute format('grant %s on %s to %I', privileges, target, deployment_role('crossing'));
end
$$;

do $$
declare
  item regclass;
begin
  for item in select oid from pg_class where relnamespace = 'public'::regnamespace and relforcerowsecurity loop
    execute format('alter table %s no force row level security', item);
  end loop;
  for item in select polrelid from pg_policy where polname = 'by_login' loop
    execute format('drop policy by_login on %s', item);
    execute format('create policy by_login on %s for select to %I using (portal_id = (select product_portal()))',
      item, deployment_role('product'));
  end loop;
end
$$;

revoke insert, update, delete on record, association, dirty from counterpart_product;
revoke insert (portal_id, id, object_type, properties, company_id),
  update (properties, company_id, deleted_at, revision, updated_at) on record from counterpart_product;

-- The portal that a write through a view belongs to. A server's session is the owner's, and its portal is the
-- transaction's; anyone else's is the login's, whatever it has set. Security definer, so that current_user is the owner.
create or replace function acting_portal() returns bigint
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
return case
  when pg_has_role(session_user, current_user, 'member') then current_portal()
  else product_portal()
end;

-- What owns its rights has a search path of its own: a temporary table named `dirty` would hide a change otherwise.
alter function product_portal() set search_path = pg_catalog, public, pg_temp;
alter function analyze_outgrown_tables() set search_path = pg_catalog, public, pg_temp;
alter function workspace_write_record() security definer set search_path = pg_catalog, public, pg_temp;
alter function workspace_write_association() security definer set search_path = pg_catalog, public, pg_temp;

-- As before, with whole names. They run with the rights of whoever writes: the engine, or the functions above.
create or replace function record_mark_dirty() returns trigger
language plpgsql as $$
begin
  insert into public.dirty (portal_id, object_type, record_id, revision)
  values (new.portal_id, new.object_type, new.id, new.revision)
  on conflict (portal_id, record_id)
  do update set revision = excluded.revision, due_at = now(), looks = 0;
  return null;
end
$$;

create or replace function association_touch_record() returns trigger
language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    update public.record set revision = revision + 1, updated_at = now()
    where portal_id = old.portal_id and id = old.from_id;
  end if;
  if tg_op <> 'DELETE' and (tg_op = 'INSERT' or new.from_id <> old.from_id) then
    update public.record set revision = revision + 1, updated_at = now()
    where portal_id = new.portal_id and id = new.from_id;
  end if;
  return null;
end
$$;

create or replace function workspace_check_company(portal bigint, company uuid) returns void
language plpgsql stable as $$
begin
  if company is not null and not exists (
    select from public.record
    where portal_id = portal and id = company and object_type = 'company' and deleted_at is null
  ) then
    raise exception 'There is no company % in this portal.', company
      using errcode = 'foreign_key_violation';
  end if;
end
$$;

-- Brings back a record that was deleted, which no view shows. Returns whether there was one; a record that was merged into
-- another one stays.
create function workspace.restore_record(record_id uuid) returns boolean
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  portal bigint := acting_portal();
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  update public.record r set deleted_at = null
  where r.portal_id = portal and r.id = restore_record.record_id and r.deleted_at is not null
    and not exists (
      select from public.record_alias a where a.portal_id = portal and a.old_id = restore_record.record_id);
  return found;
end
$$;
revoke execute on function workspace.restore_record(uuid) from public;
grant execute on function workspace.restore_record(uuid) to counterpart_product, counterpart_portal;

-- A trigger runs whatever the rights of who causes it; only to make one of these functions a trigger takes a right.
revoke execute on function workspace_write_record(), workspace_write_association(), record_mark_dirty(),
  record_number_change(), association_touch_record(), acting_portal() from public;
revoke execute on procedure guard_portal_table(regclass, boolean), open_to_crossing(regclass, text) from public;

-- What an earlier version let a login write, and no lane can work with: times and revisions beyond what a server reads,
-- and entries that name no record.
update record set created_at = now() where not isfinite(created_at);
update record set updated_at = now() where not isfinite(updated_at);
update record set deleted_at = now() where not isfinite(deleted_at);
update record set revision = 2, settled_revision = 1 where revision not between 1 and 9007199254740991;
delete from dirty d where not exists (
  select from record r where r.portal_id = d.portal_id and r.id = d.record_id and r.object_type = d.object_type
);
update dirty set since = now() where not isfinite(since);
update dirty set due_at = now() where due_at = '-infinity';
update dirty d set revision = r.revision from record r
where r.portal_id = d.portal_id and r.id = d.record_id and d.revision not between 0 and 9007199254740991;
delete from association where (from_type, to_type) <> ('contact', 'company');

-- 2^53 - 1: the greatest whole number that JavaScript has.
alter table record
  add constraint record_times check (isfinite(created_at) and isfinite(updated_at) and isfinite(deleted_at)),
  add constraint record_revisions check (
    revision between 1 and 9007199254740991 and settled_revision between 0 and 9007199254740991);
-- An entry that waits for a person is due at infinity; one that is no change of the record's has revision 0.
alter table dirty
  add constraint dirty_type check (object_type in ('contact', 'company')),
  add constraint dirty_times check (isfinite(since) and due_at > '-infinity'),
  add constraint dirty_revision check (revision between 0 and 9007199254740991);
alter table association
  add constraint association_types check (from_type = 'contact' and to_type = 'company');

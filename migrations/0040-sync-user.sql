-- compatible-with: 0031-capabilities-by-kind

-- The product's user whom an admin has chosen as the sync user: whose new objects are by default, and by whose permissions
-- HubSpot's changes of owners are pulled. Null: the user who connected HubSpot. Calls are made with that user's connection
-- in either case.
alter table installation add column if not exists sync_user_choice uuid;

-- As before, and for a sync user whom an admin has chosen.
create or replace function workspace_user_wake() returns trigger
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
        and (i.sync_user_choice = new.id
          or (i.sync_user_choice is null
            and (i.sync_user_id in (old.hubspot_user_id, new.hubspot_user_id)
              or canonical_identity('email', i.sync_user_email) in (old.email, new.email)))))
  on conflict (portal_id, record_id) do update set due_at = now();
  return null;
end
$$;

-- compatible-with: 0031-capabilities-by-kind

-- For whom a record was changed last: the product's request names the person (X-Acting-User), and so may its SQL, with
-- set_config('counterpart.acting_user', email, true). What sync creates in HubSpot because of the change is that person's,
-- and the journal names them. Null: for nobody in particular. Whether it is a user is decided when the change is pushed.
alter table dirty add column if not exists changed_by text;

create or replace function record_mark_dirty() returns trigger
language plpgsql as $$
declare
  -- The longest email has 320 characters.
  acting text := left(nullif(current_setting('counterpart.acting_user', true), ''), 320);
begin
  insert into public.dirty (portal_id, object_type, record_id, revision, changed_by)
  values (new.portal_id, new.object_type, new.id, new.revision, acting)
  on conflict (portal_id, record_id)
  do update set revision = excluded.revision, due_at = now(), looks = 0, changed_by = excluded.changed_by;
  return null;
end
$$;

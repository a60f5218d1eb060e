-- compatible-with: 0031-capabilities-by-kind

-- The engine's own edges (`app.own_edges`) number the record like its other writes, as settled, instead of marking it as
-- changed by the product. A record that the same transaction has written needs no other number: nobody has seen the one
-- before. Sessions of products' logins can't claim that an edge is the engine's: they aren't members of who acts.
create or replace function association_touch_record() returns trigger language plpgsql as $$
begin
  if current_setting('app.own_edges', true) = 'on' and pg_has_role(session_user, current_user, 'member') then
    update public.record set revision = revision + 1, settled_revision = revision + 1, updated_at = now()
    where portal_id = coalesce(new.portal_id, old.portal_id) and id = any (array[old.from_id, new.from_id])
      and xmin <> pg_current_xact_id()::xid;
    return null;
  end if;
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

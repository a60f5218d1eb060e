-- compatible-with: 0031-capabilities-by-kind

-- When the product changed a field, for mappings in which the newer of two changes wins (policy `newest`). Only fields that
-- are listed here are timed, so that other portals' changes cost no more than looking here.
create table timed_field (
  portal_id bigint not null,
  object_type text not null,
  field text not null,
  -- changes before that have no time
  since timestamptz not null default now(),
  primary key (portal_id, object_type, field),
  constraint timed_field_type check (is_object_type(object_type))
);
call guard_portal_table('timed_field', false);

-- By field, in milliseconds since 1970; Postgres' clock, at the start of the transaction that made the change.
alter table record add column field_times jsonb;

-- A change of the product's: the engine numbers its own.
create or replace function record_number_change() returns trigger language plpgsql as $$
declare
  times jsonb;
begin
  new.revision := old.revision + 1;
  new.updated_at := now();
  select jsonb_object_agg(t.field, trunc(extract(epoch from now()) * 1000)) into times
  from public.timed_field t
  where t.portal_id = new.portal_id and t.object_type = new.object_type
    and new.properties -> t.field is distinct from old.properties -> t.field;
  if times is not null then
    new.field_times := coalesce(old.field_times, '{}') || times;
  end if;
  return new;
end
$$;

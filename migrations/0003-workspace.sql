-- Canonical form of what identifies a record: a contact's email, a company's domain. sync/identity.ts computes
-- the same; a test holds the two against each other.
create function identity_key(object_type text, properties jsonb) returns text
language sql immutable parallel safe
return nullif(
  case object_type
    when 'contact' then lower(btrim(properties ->> 'email'))
    when 'company' then
      regexp_replace(
        regexp_replace(
          regexp_replace(lower(btrim(properties ->> 'domain')), '^[a-z][a-z0-9+.-]*://', ''),
          '[/?#:].*$', ''),
        '^www\.', '')
  end, '');

create table record (
  portal_id bigint not null,
  id uuid not null default gen_random_uuid(),
  object_type text not null check (object_type in ('contact', 'company')),
  properties jsonb not null default '{}' check (jsonb_typeof(properties) = 'object'),
  -- a contact's primary company
  company_id uuid,
  identity text generated always as (identity_key(object_type, properties)) stored,
  -- grows with each change, whoever made it
  revision bigint not null default 1,
  -- the last revision that the engine itself wrote or settled: such a change marks nothing dirty
  settled_revision bigint not null default 0,
  -- which system or run made it: 'product', 'hubspot'
  origin text not null default 'product',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (portal_id, id)
);
call guard_portal_table('record', true);
create index record_by_type on record (portal_id, object_type, id) where deleted_at is null;
create index record_by_update on record (portal_id, object_type, updated_at, id) where deleted_at is null;
create index record_by_identity on record (portal_id, object_type, identity) where deleted_at is null and identity is not null;
create index record_by_company on record (portal_id, company_id) where company_id is not null;

-- Further associations of the workspace; the primary company stands in record.company_id.
create table association (
  portal_id bigint not null,
  from_type text not null,
  from_id uuid not null,
  to_type text not null,
  to_id uuid not null,
  labels text[] not null default '{}',
  primary key (portal_id, from_id, to_id),
  foreign key (portal_id, from_id) references record (portal_id, id),
  foreign key (portal_id, to_id) references record (portal_id, id)
);
call guard_portal_table('association', true);
create index association_to on association (portal_id, to_id);

-- An id of a record that was merged away forwards to the survivor.
create table record_alias (
  portal_id bigint not null,
  old_id uuid not null,
  record_id uuid not null,
  primary key (portal_id, old_id)
);
call guard_portal_table('record_alias', true);
create index record_alias_target on record_alias (portal_id, record_id);

-- The records that must be looked at again. Upserted by trigger in the product's own transaction,
-- removed when the revision that was handled is still the one that stands here.
create table dirty (
  portal_id bigint not null,
  object_type text not null,
  record_id uuid not null,
  revision bigint not null,
  since timestamptz not null default now(),
  -- put off after a failed look, with back-off
  due_at timestamptz not null default now(),
  looks integer not null default 0,
  primary key (portal_id, record_id)
);
call guard_portal_table('dirty', true);
call open_to_crossing('dirty', 'select');
create index dirty_due on dirty (due_at);
create index dirty_by_type on dirty (portal_id, object_type, due_at);

-- A change that the statement did not number itself is the product's: number it. The engine numbers its own.
create function record_number_change() returns trigger
language plpgsql as $$
begin
  new.revision := old.revision + 1;
  new.updated_at := now();
  return new;
end
$$;

create trigger record_number_change before update on record
for each row when (
  new.revision = old.revision
  and (new.properties, new.company_id, new.deleted_at) is distinct from (old.properties, old.company_id, old.deleted_at)
)
execute function record_number_change();

-- Security invoker on purpose: whoever may change the record may mark it, and only within its portal.
create function record_mark_dirty() returns trigger
language plpgsql as $$
begin
  insert into dirty (portal_id, object_type, record_id, revision)
  values (new.portal_id, new.object_type, new.id, new.revision)
  on conflict (portal_id, record_id)
  do update set revision = excluded.revision, due_at = now(), looks = 0;
  return null;
end
$$;

create trigger record_mark_dirty after insert or update on record
for each row when (new.revision > new.settled_revision)
execute function record_mark_dirty();

-- A changed association is a change of the record that it starts from.
create function association_touch_record() returns trigger
language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    update record set revision = revision + 1, updated_at = now()
    where portal_id = old.portal_id and id = old.from_id;
  end if;
  if tg_op <> 'DELETE' and (tg_op = 'INSERT' or new.from_id <> old.from_id) then
    update record set revision = revision + 1, updated_at = now()
    where portal_id = new.portal_id and id = new.from_id;
  end if;
  return null;
end
$$;

create trigger association_touch_record after insert or update or delete on association
for each row execute function association_touch_record();

-- A person chose to keep what the other side deleted: no source may delete it on that account.
alter table link add column kept_at timestamptz;

-- Changes that wait for approval are one entry each pair, parts of one entry for them all.
alter table attention add column part_of uuid;
alter table attention add column expires_at timestamptz;
-- The gauges count the entries, not their parts.
grant select (part_of) on attention to counterpart_crossing;
create index attention_parts on attention (portal_id, part_of, id) where part_of is not null;
create unique index attention_brake on attention (portal_id, object_type, code, initiator)
where state = 'open' and record_id is null and object_id is null
  and code in ('mass_deletion', 'mass_creation', 'mass_update');
create index attention_expiry on attention (portal_id, expires_at) where state = 'open' and expires_at is not null;

-- How many automatic changes of one kind went one way lately, by minute: {"minutes since 1970": count}. Its row is the
-- lock under which a batch is judged and counted, so that two workers cannot both pass the limit.
create table brake_window (
  portal_id bigint not null,
  object_type text not null check (object_type in ('contact', 'company')),
  flow text not null check (flow in ('to_workspace', 'to_hubspot')),
  action text not null check (action in ('delete', 'create', 'update')),
  minutes jsonb not null default '{}',
  primary key (portal_id, object_type, flow, action)
);
call guard_portal_table('brake_window', false);

-- Records and objects that a person did not want to be created on the other side. The subject is the record's id, or
-- the object's.
create table refused_creation (
  portal_id bigint not null,
  object_type text not null check (object_type in ('contact', 'company')),
  subject text not null,
  refused_at timestamptz not null default now(),
  refused_by text not null,
  primary key (portal_id, object_type, subject)
);
call guard_portal_table('refused_creation', false);

-- What was kept before lives on where decide sees it. The owner of the tables is no portal, and sees no row while row-level
-- security is forced.
alter table link no force row level security;
alter table run_item no force row level security;
update link l set kept_at = now()
from run_item i
where i.code = 'missing_kept' and i.portal_id = l.portal_id and i.object_type = l.object_type and i.object_id = l.object_id
  and l.state = 'live';
alter table run_item force row level security;
alter table link force row level security;

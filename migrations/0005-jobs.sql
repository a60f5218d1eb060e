-- Verified webhook events, as they came. Removed by their own ids, never by object.
create table inbox (
  portal_id bigint not null,
  id bigint generated always as identity,
  received_at timestamptz not null default now(),
  kind text not null,
  object_type text not null,
  object_id bigint not null,
  occurred_at timestamptz not null,
  event jsonb not null,
  due_at timestamptz not null default now(),
  looks integer not null default 0,
  settled_at timestamptz,
  primary key (portal_id, id)
);
call guard_portal_table('inbox', false);
call open_to_crossing('inbox', 'select, insert, delete');
create index inbox_due on inbox (portal_id, due_at, id) where settled_at is null;
create index inbox_settled on inbox (settled_at) where settled_at is not null;

-- The right to do a portal's work of one kind: due time, lease end and turn at once, with a fencing token.
create table lane (
  portal_id bigint not null,
  kind text not null,
  next_at timestamptz not null default now(),
  leased boolean not null default false,
  token bigint not null default 0,
  failures integer not null default 0,
  last_error text,
  primary key (portal_id, kind)
);
alter table lane enable row level security;
alter table lane force row level security;
call open_to_crossing('lane', 'select, insert, update, delete');
-- A worker's commit, made as counterpart_portal, checks its token here and may put work on its own portal's lanes.
create policy by_portal on lane to counterpart_portal using (portal_id = (select current_portal()));
grant select, insert, update on lane to counterpart_portal;
create index lane_turn on lane (next_at);

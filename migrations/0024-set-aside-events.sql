-- Webhook events that can't be understood, and those whose work fails again and again: never worked, kept for operators.
-- The event is text, since it may be one that jsonb refuses; it's cut where it's longer than is kept.
create table set_aside_event (
  portal_id bigint not null,
  id bigint generated always as identity,
  received_at timestamptz not null default now(),
  reason text not null,
  -- of the whole event, in characters
  length integer not null,
  event text not null,
  primary key (portal_id, id)
);
call guard_portal_table('set_aside_event', false);
call open_to_crossing('set_aside_event', 'select, insert');

-- How often work on a row has failed in itself, and why the row still waits: a class and a code, no values.
alter table inbox add column failures integer not null default 0;
alter table inbox add column waits_for text;

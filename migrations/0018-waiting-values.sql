-- Records that wait for an email, a domain, or another unique value that an object of HubSpot's has: once the object gives
-- it up, nothing of the waiting record changes, and nothing else would lead to it. The value itself is read where it is.
create table waiting_value (
  portal_id bigint not null,
  object_type text not null,
  record_id uuid not null,
  -- the refused field; '' where the record as a whole waits
  field text not null default '',
  property text not null,
  -- who has the value
  object_id bigint not null,
  -- the record that the object was linked to, where the record waits for the object itself
  held_by uuid,
  primary key (portal_id, record_id, object_id, property)
);
call guard_portal_table('waiting_value', false);
create index waiting_value_object on waiting_value (portal_id, object_type, object_id);

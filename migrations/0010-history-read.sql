-- Whether HubSpot's history has been asked what an update may have replaced unseen: once an attempt is enough.
alter table attempt add column history_read boolean not null default false;
create index attempt_history_unread on attempt (portal_id, object_type, object_id) where operation = 'update' and not history_read;

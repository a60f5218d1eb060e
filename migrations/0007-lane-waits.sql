-- A lane that waits keeps its due time whatever work arrives: HubSpot asked for it, or it backs off after a failure.
-- One that is merely idle stands at infinity and is woken by the poll.
alter table lane add column waits boolean not null default false;

-- The poll asks, portal by portal, whether anything is due.
create index dirty_due_by_portal on dirty (portal_id, due_at);

-- The poll finds portals with queued runs; metrics count runs and what waits for a person. Ids and states, no data.
call open_to_crossing('run', 'select (portal_id, id, kind, object_type, mode, state, manual, created_at, started_at, ended_at)');
call open_to_crossing('attention', 'select (portal_id, id, kind, state, code, object_type, created_at, retry_at)');

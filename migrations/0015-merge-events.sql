-- A merge may be seen by a pull, a sweep or a card before its event's turn: who was primary is read from the event by
-- the object that remains.
create index inbox_merge on inbox (portal_id, object_type, object_id) where kind = 'merge';

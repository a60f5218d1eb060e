-- What a request asked for, as a SHA-256: its id names one request, so the same id with other content is refused.
-- Null in rows from before this column, which are kept for a day.
alter table answered_request add column content bytea;

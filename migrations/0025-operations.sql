-- Which builds may work with a database that a migration has been applied to. A build that lacks migrations reads here
-- whether it may go on; a migration says so itself, in a line "compatible-with" (database/schema-versions.ts).
create table schema_version (
  migration text primary key,
  -- a build whose newest migration is this one, or a later one, works with this migration applied
  compatible_with text not null
);

-- What this database was known by when a server last started on it: one row. A copy is known by something else.
create table database_identity (
  single boolean primary key default true check (single),
  -- pg_control_system().system_identifier; null where that may not be read
  cluster text,
  database_oid text not null,
  table_oid text not null,
  -- PUBLIC_URL, if it was set to an address that others can reach
  public_url text,
  noted_at timestamptz not null default now()
);
grant select, insert, update on database_identity to counterpart_crossing;

-- The state in which a portal was found in a restored copy. Until somebody resumes, its tokens are not used.
alter table installation add column copied_from text check (copied_from in ('setting-up', 'first-pull', 'active', 'held'));

-- How each kind of work stands, for those who ask why nothing moves.
alter table lane add column succeeded_at timestamptz;
-- the first of the failures, or of the waits, since then, and what all of them come from (causes.ts)
alter table lane add column troubled_since timestamptz;
alter table lane add column cause text;

-- Requests that claimed to be HubSpot's and were refused, by why: at most a row each.
create table refused_signature (
  reason text primary key,
  since timestamptz not null,
  last_at timestamptz not null
);
grant select, insert, update on refused_signature to counterpart_crossing;
grant select on refused_signature to counterpart_portal;

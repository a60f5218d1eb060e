-- compatible-with: 0031-capabilities-by-kind

-- Since when a portal's upkeep has something to do that can't wait for its time. A lane that is being worked can't be
-- made due; this lasts until a turn begins that sees it.
alter table installation add column upkeep_wanted_at timestamptz;
create index installation_upkeep_wanted on installation (portal_id) where upkeep_wanted_at is not null;

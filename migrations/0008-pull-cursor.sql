-- Our clock when the cursor was set: HubSpot's has advanced by the same time since, which moves a quiet portal's window on.
alter table pull_cursor add column as_of timestamptz not null default now();

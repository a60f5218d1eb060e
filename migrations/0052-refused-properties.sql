-- compatible-with: 0031-capabilities-by-kind

-- The properties that HubSpot has refused of an attempt, which was sent again without them: `sent` has only what may be
-- in HubSpot, also if the worker dies before the response.
alter table attempt add column refused text[] not null default '{}';

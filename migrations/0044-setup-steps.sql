-- compatible-with: 0031-capabilities-by-kind

-- Steps of the set-up that nothing else in the database shows, with the time at which each was done: a record was tried
-- out, the API key was used, a card was opened, or an admin marked the step as done.
alter table installation add column if not exists setup_steps jsonb not null default '{}';

-- Accounts that were set up before there were these steps aren't asked for them now.
update installation set setup_steps = (
  select jsonb_object_agg(step, created_at) from unnest(array['map', 'rules', 'try', 'test', 'push', 'key', 'card']) as step
) where first_pull_ended <> '{}';

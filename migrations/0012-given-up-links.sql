-- A person may give a company in HubSpot to another record: the link that held it ends as given up.
alter table link drop constraint link_state_check;
alter table link add constraint link_state_check
  check (state in ('live', 'object-deleted', 'record-deleted', 'merged-away', 'purged', 'given-up'));

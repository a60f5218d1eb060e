-- HubSpot's associations of contacts with companies that have no record here yet: once one gets it, nothing of the
-- contact changes in HubSpot, and nothing else would lead to it.
create table waiting_edge (
  portal_id bigint not null,
  company_object_id bigint not null,
  contact_object_id bigint not null,
  primary key (portal_id, company_object_id, contact_object_id)
);
call guard_portal_table('waiting_edge', false);

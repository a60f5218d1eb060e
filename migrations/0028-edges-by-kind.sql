-- Edges go by the kind of association: a type can have several.

-- A child whose parent in HubSpot has no record here yet. Ids of objects are unique in a type only.
alter table waiting_edge rename column company_object_id to parent_object_id;
alter table waiting_edge rename column contact_object_id to child_object_id;
alter table waiting_edge add column kind text not null default 'contact_to_company';
alter table waiting_edge alter column kind drop default;
alter table waiting_edge drop constraint waiting_edge_pkey;
alter table waiting_edge add primary key (portal_id, kind, parent_object_id, child_object_id);

-- The kinds whose base was taken: before that, edges of a kind are united, afterwards merged three-way.
alter table link alter column edges_settled drop default;
alter table link alter column edges_settled type text[]
  using case when edges_settled then array['contact_to_company'] else '{}'::text[] end;
alter table link alter column edges_settled set default '{}';

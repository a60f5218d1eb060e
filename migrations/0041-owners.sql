-- compatible-with: 0031-capabilities-by-kind

-- Which of HubSpot's owners an email is by the settings: owner ids by email, canonical. A copy of the newest settings for
-- workspace.users, which a product's login reads.
alter table installation add column owner_ids jsonb not null default '{}';

-- The id of the active owner in HubSpot of a user: by the settings, which name even an owner who has left; or else with this
-- email, or else of this HubSpot user. Null without one. mapOwners() in the server says the same; a test compares them.
create or replace function workspace_owner_id(owner_email text, hubspot_user_id bigint) returns text
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
return (
  select case
    when i.owner_ids ? owner_email then (
      select d.name from public.hubspot_definition d
      where d.portal_id = i.portal_id and d.kind = 'owner' and d.name = i.owner_ids ->> owner_email
        and not coalesce((d.body ->> 'archived')::boolean, false))
    else coalesce(
      (select d.name from public.hubspot_definition d
        where d.portal_id = i.portal_id and d.kind = 'owner' and d.body ->> 'email' = owner_email
          and not coalesce((d.body ->> 'archived')::boolean, false)
        order by d.name limit 1),
      (select d.name from public.hubspot_definition d
        where d.portal_id = i.portal_id and d.kind = 'owner' and d.body ->> 'userId' = hubspot_user_id::text
          and not coalesce((d.body ->> 'archived')::boolean, false)
        order by d.name limit 1))
  end
  from public.installation i where i.portal_id = acting_portal()
);

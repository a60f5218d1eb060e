-- compatible-with: 0031-capabilities-by-kind

-- A record leaves the workspace with a pipeline that a team doesn't select: its link ends as unselected, and the object
-- stays in HubSpot.
alter table link drop constraint link_state_check;
alter table link add constraint link_state_check
check (state in ('live', 'object-deleted', 'record-deleted', 'merged-away', 'purged', 'given-up', 'unselected'));
-- What was removed is kept for a while: retention goes by this.
create index link_unselected on link (portal_id, ended_at) where state = 'unselected';

-- How many objects HubSpot has in each pipeline, as last counted (kind count, named by the pipeline).
alter table hubspot_definition drop constraint hubspot_definition_kind_check;
alter table hubspot_definition add constraint hubspot_definition_kind_check
check (kind in ('property', 'owner', 'pipeline', 'group', 'rule', 'schema', 'count'));

-- The pipelines that the portal that asks has selected, by type; without a row for a type of which all are. Security
-- definer, because a product's login doesn't read settings.
create function workspace_selected_pipelines() returns table (object_type text, pipelines jsonb)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
begin atomic
  select t.key, t.value -> 'pipelines'
  from (
    select s.document from public.settings s where s.portal_id = acting_portal() order by s.version desc limit 1
  ) newest
  cross join lateral jsonb_each(newest.document) as t
  where jsonb_typeof(t.value) = 'object' and jsonb_typeof(t.value -> 'pipelines') = 'array';
end;

-- create or replace adds a column at the end; what is granted on the view stays.
create or replace view workspace.pipelines with (security_invoker = true) as
select
  p.object_type,
  p.body ->> 'id' as id,
  p.body ->> 'label' as label,
  (p.body ->> 'displayOrder')::numeric as display_order,
  c.pipelines is null or c.pipelines ? (p.body ->> 'id') as selected
from workspace_pipelines() p
left join workspace_selected_pipelines() c on c.object_type = p.object_type;

revoke execute on function workspace_selected_pipelines() from public;
do $$
begin
  execute format('grant execute on function workspace_selected_pipelines() to %I, %I',
    deployment_role('portal'), deployment_role('product'));
end
$$;

-- compatible-with: 0031-capabilities-by-kind

-- HubSpot's pipelines of the portal that asks, as last read. Security definer, because a product's login doesn't read
-- hubspot_definition.
create function workspace_pipelines() returns table (object_type text, body jsonb)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
begin atomic
  select d.object_type, d.body from public.hubspot_definition d
  where d.portal_id = acting_portal() and d.kind = 'pipeline';
end;

create view workspace.pipelines with (security_invoker = true) as
select
  p.object_type,
  p.body ->> 'id' as id,
  p.body ->> 'label' as label,
  (p.body ->> 'displayOrder')::numeric as display_order
from workspace_pipelines() p;

-- Where an object stands in its pipeline. A stage is won or lost if it ends with a probability of 1 or of 0.
create view workspace.pipeline_stages with (security_invoker = true) as
select
  p.object_type,
  p.body ->> 'id' as pipeline,
  s.id,
  s.label,
  s."displayOrder" as display_order,
  s.probability,
  s.closed,
  s.closed and coalesce(s.probability = 1, false) as won,
  s.closed and coalesce(s.probability = 0, false) as lost
from workspace_pipelines() p,
  jsonb_to_recordset(p.body -> 'stages') as s(id text, label text, "displayOrder" numeric, probability numeric, closed boolean);

revoke execute on function workspace_pipelines() from public;
do $$
declare
  portal constant text := deployment_role('portal');
  product constant text := deployment_role('product');
begin
  execute format('grant execute on function workspace_pipelines() to %I, %I', portal, product);
  execute format('grant select on workspace.pipelines, workspace.pipeline_stages to %I, %I', portal, product);
end
$$;

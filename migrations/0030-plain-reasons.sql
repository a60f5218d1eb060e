-- compatible-with: 0026-request-content

-- As before, in other words.
create or replace view workspace.sync_status with (security_invoker = true) as
select
  r.portal_id,
  r.id as record_id,
  l.object_id,
  l.pulled_at,
  l.pushed_at,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'disconnected'
    when i.state = 'held' then 'paused'
    when i.state = 'setting-up' or i.state = 'first-pull' and l.object_id is null then 'setting_up'
    when p.code is not null then 'problem'
    when h.code is not null then 'held'
    when l.object_id is not null and i.missing_capabilities ? ('read:' || r.object_type) then 'not_checked'
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'changes_waiting'
    when l.object_id is not null then 'in_sync'
    else 'not_synced'
  end as status,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'disconnected'
    when i.state = 'held' and i.copied_from is not null then 'restored_copy'
    when i.state = 'held' then 'held_by_admin'
    when i.state = 'setting-up' or i.state = 'first-pull' and l.object_id is null then replace(i.state, '-', '_')
    when p.code is not null then p.code
    when h.code is not null then h.code
    when l.object_id is not null and i.missing_capabilities ? ('read:' || r.object_type) then 'missing_scope'
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'waiting_push'
    when l.object_id is not null then 'in_sync'
    else coalesce(v.code, 'never_pushed')
  end as code,
  case
    when i.state is null or i.state in ('disconnected', 'uninstalled') then 'HubSpot isn''t connected.'
    when i.state = 'held' then case
        when i.copied_from is null then 'An admin paused sync. Nothing syncs until it''s resumed.'
        else 'Sync is paused because this database is a restored copy. Nothing syncs until it''s resumed.'
      end
      || case
        when l.object_id is null then ''
        when p.code is not null then ' Last known: a problem.'
        when h.code is not null then ' Last known: a conflict.'
        when d.record_id is not null then ' Last known: changes pending.'
        else ' Last known: in sync.'
      end
    when i.state = 'setting-up' then 'Sync hasn''t started. You can choose settings until the setup window ends.'
    when i.state = 'first-pull' and l.object_id is null then 'The first pull from HubSpot is running.'
    when p.code is not null then p.cause
    when h.code is not null then h.cause
    when l.object_id is not null and i.missing_capabilities ? ('read:' || r.object_type) then
      'Counterpart doesn''t have permission to read '
      || case r.object_type when 'company' then 'companies' else r.object_type || 's' end
      || ' in HubSpot. Last known: '
      || case when d.record_id is not null then 'changes pending.' else 'in sync.' end
    when d.record_id is not null and (l.object_id is not null or v.code is null) then 'A change in the workspace hasn''t been pushed to HubSpot yet.'
    when l.object_id is not null then 'Both sides are in sync.'
    else coalesce(v.reason, 'This record hasn''t been pushed to HubSpot.')
  end as reason
from record r
left join installation i on i.portal_id = r.portal_id
left join link l on l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live'
left join lateral (
  select a.code, a.cause from attention a
  where a.portal_id = r.portal_id and a.record_id = r.id and a.state = 'open' and a.kind = 'problem'
  order by a.created_at limit 1
) p on true
left join lateral (
  select a.code, a.cause from attention a
  where a.portal_id = r.portal_id and a.record_id = r.id and a.state = 'open' and a.kind = 'held'
  order by a.created_at limit 1
) h on true
left join dirty d on d.portal_id = r.portal_id and d.record_id = r.id
left join sync_verdict v on v.portal_id = r.portal_id and v.record_id = r.id;

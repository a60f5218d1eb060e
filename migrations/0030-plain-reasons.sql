-- compatible-with: 0026-request-content

-- As before, in other words: whatever the view is by now, nothing but its words changes.
do $$
declare
  words constant text[][] := array[
    ['A change here is waiting to be pushed to HubSpot.', 'A change in the workspace hasn''''t been pushed to HubSpot yet.'],
    ['Both sides agree.', 'Both sides are in sync.'],
    ['This record has not been pushed to HubSpot.', 'This record hasn''''t been pushed to HubSpot.']
  ];
  definition text := pg_get_viewdef('workspace.sync_status'::regclass);
  pair text[];
begin
  foreach pair slice 1 in array words loop
    if position(pair[1] in definition) = 0 then
      raise exception 'workspace.sync_status does not say: %', pair[1];
    end if;
    definition := replace(definition, pair[1], pair[2]);
  end loop;
  execute 'create or replace view workspace.sync_status with (security_invoker = true) as ' || definition;
end;
$$;

-- compatible-with: 0028-edges-by-kind

-- Associations may be allowed for one kind and not for another. What is refused is found again by the next call.
update installation set missing_capabilities = missing_capabilities - 'read-associations' - 'write-associations'
where missing_capabilities ?| array['read-associations', 'write-associations'];

update attention set state = 'resolved', resolved_at = now(), resolved_by = 'sync', updated_at = now()
where state = 'open' and code = 'missing_scope' and record_id is null
  and details ->> 'capability' in ('read-associations', 'write-associations');

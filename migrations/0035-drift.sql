-- What no longer fits the saved settings in HubSpot is an attention entry of the kind drift: one for each mapping and
-- cause, of no record. HubSpot's definitions are also read again when it refuses something for its definition.
alter table attention drop constraint attention_kind_check;
alter table attention add constraint attention_kind_check check (kind in ('problem', 'held', 'drift'));
create unique index attention_drift on attention (portal_id, object_type, field, code)
where state = 'open' and kind = 'drift';

alter table installation
  -- a refusal since the last reading that a newer reading may explain
  add column definitions_wanted_at timestamptz,
  -- when the mappings were last compared with the definitions
  add column drift_checked_at timestamptz;

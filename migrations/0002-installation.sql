create table installation (
  portal_id bigint primary key,
  app_id bigint not null,
  state text not null check (state in ('setting-up', 'first-pull', 'active', 'held', 'disconnected', 'uninstalled')),
  state_since timestamptz not null default now(),
  state_reason text not null default '',
  -- what an installation returns to when a hold ends or it is connected again
  resume_state text check (resume_state in ('setting-up', 'first-pull', 'active')),
  window_ends_at timestamptz not null,
  scopes text[] not null,
  sync_user_id bigint not null,
  sync_user_email text not null default '',
  -- sealed: v1.<keyId>.<iv>.<ciphertext+tag>
  access_token text,
  access_expires_at timestamptz,
  refresh_token text,
  -- grows with each stored token; storing a refresh and marking as disconnected compare it
  token_generation bigint not null default 1,
  api_key_hash bytea not null,
  account jsonb not null default '{}',
  -- what is switched off, by capability: {"create-property:contact": {"reason": "...", "since": "..."}}
  missing_capabilities jsonb not null default '{}',
  -- per object type: does counterpart_record_id exist there, and if not, why
  unique_property jsonb not null default '{}',
  definitions_read_at timestamptz,
  first_pull_ended jsonb not null default '{}',
  swept_at timestamptz,
  sweep_result jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  uninstalled_at timestamptz
);
call guard_portal_table('installation', false);
call open_to_crossing('installation', 'select, insert, update');
create unique index installation_api_key on installation (api_key_hash);

-- An OAuth state that has been used; kept until it would have expired, so that it cannot be used again.
create table oauth_state_used (
  nonce text primary key,
  expires_at timestamptz not null
);
grant select, insert, delete on oauth_state_used to counterpart_crossing;

create table settings (
  portal_id bigint not null,
  version integer not null,
  document jsonb not null,
  changed_by text not null,
  changed_at timestamptz not null default now(),
  primary key (portal_id, version)
);
call guard_portal_table('settings', false);

-- HubSpot's own definitions as last read: properties, owners, pipelines.
create table hubspot_definition (
  portal_id bigint not null,
  kind text not null check (kind in ('property', 'owner', 'pipeline')),
  object_type text not null default '',
  name text not null,
  body jsonb not null,
  read_at timestamptz not null default now(),
  primary key (portal_id, kind, object_type, name)
);
call guard_portal_table('hubspot_definition', false);

-- The calls that all processes together have made of late, by portal and kind of limit.
create table call_budget (
  portal_id bigint not null,
  kind text not null check (kind in ('general', 'search', 'associations')),
  -- what HubSpot's headers taught us; null until then
  learned_limit integer,
  paused_until timestamptz,
  -- rolling log of the moments that were granted, epoch ms, oldest first
  granted bigint[] not null default '{}',
  primary key (portal_id, kind)
);
call guard_portal_table('call_budget', false);
call open_to_crossing('call_budget', 'select, insert, update, delete');

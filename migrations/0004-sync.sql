-- The pair of a record and an object. Never removed: a link that has ended keeps its ids and its base.
create table link (
  portal_id bigint not null,
  id uuid not null default gen_random_uuid(),
  object_type text not null,
  record_id uuid not null,
  object_id bigint not null,
  state text not null default 'live' check (state in ('live', 'object-deleted', 'record-deleted', 'merged-away', 'purged')),
  -- what each side held when last settled: {"field": {"w": …, "h": …, "p": "property", "c": "conversion"}}
  base jsonb not null default '{}',
  -- fields that HubSpot did not take: {"field": {"sent": …, "code": …, "message": …, "since": …}}
  parked jsonb not null default '{}',
  -- the greatest updatedAt seen, HubSpot's clock
  seen_at timestamptz,
  -- the associations' base was taken: before that, edges are united, afterwards merged three-way
  edges_settled boolean not null default false,
  pulled_at timestamptz,
  pulled_by text,
  pushed_at timestamptz,
  pushed_by text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (portal_id, id)
);
call guard_portal_table('link', true);
create unique index link_live_record on link (portal_id, record_id) where state = 'live';
create unique index link_live_object on link (portal_id, object_type, object_id) where state = 'live';
create index link_record on link (portal_id, record_id);
create index link_object on link (portal_id, object_type, object_id);

create table object_alias (
  portal_id bigint not null,
  object_type text not null,
  old_id bigint not null,
  object_id bigint not null,
  primary key (portal_id, object_type, old_id)
);
call guard_portal_table('object_alias', false);
create index object_alias_target on object_alias (portal_id, object_type, object_id);

-- The associations as they were when both sides were last settled; one row an edge.
create table association_base (
  portal_id bigint not null,
  from_id uuid not null,
  to_id uuid not null,
  from_type text not null,
  to_type text not null,
  is_primary boolean not null default false,
  primary key (portal_id, from_id, to_id)
);
call guard_portal_table('association_base', false);
create index association_base_to on association_base (portal_id, to_id);

-- One intended write to HubSpot for one pair, on record before the call is made. While claimed, it is the only one.
create table attempt (
  portal_id bigint not null,
  id uuid not null,
  object_type text not null,
  record_id uuid not null,
  object_id bigint,
  operation text not null check (operation in ('create', 'update', 'archive', 'associate')),
  -- what was sent: {"property": "value"}
  sent jsonb not null,
  -- the value of counterpart_record_id of a creation: its retries carry the same
  creation_key uuid,
  initiator text not null check (initiator in ('hubspot', 'workspace')),
  run_id uuid,
  claimed boolean not null default true,
  claim_ends_at timestamptz not null,
  created_at timestamptz not null default now(),
  -- the fact: {"kind": "result" | "error", …}; null while unknown
  answer jsonb,
  answered_at timestamptz,
  -- set when the answer, or a later read, has become links, base and journal
  settled_at timestamptz,
  primary key (portal_id, id)
);
call guard_portal_table('attempt', false);
create unique index attempt_claim_record on attempt (portal_id, record_id) where claimed;
create unique index attempt_claim_object on attempt (portal_id, object_type, object_id) where claimed and object_id is not null;
create index attempt_open_record on attempt (portal_id, record_id) where settled_at is null;
create index attempt_open_object on attempt (portal_id, object_type, object_id) where settled_at is null and object_id is not null;
create index attempt_creation_key on attempt (portal_id, creation_key) where creation_key is not null;
create index attempt_settled on attempt (settled_at) where settled_at is not null;

-- Who is creating an object with this identity just now: two records with one domain cannot both.
create table identity_claim (
  portal_id bigint not null,
  object_type text not null,
  key_kind text not null check (key_kind in ('email', 'domain')),
  key_value text not null,
  attempt_id uuid not null,
  record_id uuid not null,
  ends_at timestamptz not null,
  primary key (portal_id, object_type, key_kind, key_value)
);
call guard_portal_table('identity_claim', false);

-- One pull, push or sweep over many.
create table run (
  portal_id bigint not null,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('pull', 'push', 'sweep')),
  object_type text not null check (object_type in ('contact', 'company')),
  -- full: all of them; changed: since the last window; selection: the ids in scope
  mode text not null check (mode in ('full', 'changed', 'selection')),
  state text not null default 'queued' check (state in ('queued', 'running', 'paused', 'done', 'failed')),
  state_reason text not null default '',
  -- a person's, so that conditions do not hold it back
  manual boolean not null default false,
  source text not null,
  requested_by text not null default '',
  scope jsonb not null default '{}',
  -- where it goes on after a stop; saved in the transaction of the page that was applied
  position jsonb not null default '{}',
  requested integer not null default 0,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  skipped integer not null default 0,
  held integer not null default 0,
  failed integer not null default 0,
  expected integer,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  primary key (portal_id, id)
);
call guard_portal_table('run', false);
-- A second full or changed run of one kind while one is under way is the one under way. Selections may wait side by side.
create unique index run_active on run (portal_id, kind, object_type) where state in ('queued', 'running', 'paused') and mode <> 'selection';
create index run_waiting on run (portal_id, created_at) where state in ('queued', 'running');
create index run_latest on run (portal_id, created_at desc, id);

-- What a run did not carry out, and why. What it did carry out stands in the journal under its id.
create table run_item (
  portal_id bigint not null,
  run_id uuid not null,
  id bigint generated always as identity,
  outcome text not null check (outcome in ('skipped', 'held', 'failed')),
  object_type text not null,
  record_id uuid,
  object_id bigint,
  code text not null,
  reason text not null,
  primary key (portal_id, run_id, id)
);
call guard_portal_table('run_item', false);

-- How far a changed pull has come, by object type: HubSpot's clock.
create table pull_cursor (
  portal_id bigint not null,
  object_type text not null,
  covered_until timestamptz not null,
  primary key (portal_id, object_type)
);
call guard_portal_table('pull_cursor', false);

create table journal (
  portal_id bigint not null,
  id bigint generated always as identity,
  at timestamptz not null default now(),
  object_type text not null,
  record_id uuid,
  object_id bigint,
  action text not null,
  source text not null,
  by_user text not null default '',
  initiator text not null,
  run_id uuid,
  code text not null,
  reason text not null,
  -- [{"field", "property", "side": "workspace" | "hubspot", "before", "after", "overwrote"?}]
  changes jsonb not null default '[]',
  primary key (portal_id, id)
);
call guard_portal_table('journal', true);
create index journal_by_record on journal (portal_id, record_id, id desc);
create index journal_by_object on journal (portal_id, object_type, object_id, id desc);
create index journal_by_run on journal (portal_id, run_id, id) where run_id is not null;
create index journal_by_time on journal (at);

-- What needs a person.
create table attention (
  portal_id bigint not null,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('problem', 'held')),
  state text not null default 'open' check (state in ('open', 'resolved')),
  code text not null,
  object_type text not null,
  record_id uuid,
  object_id bigint,
  -- a held field's name; '' where it concerns the pair
  field text not null default '',
  cause text not null,
  fix text not null default '',
  -- {"message", "correlationId", "property", "sent", "allowed", "base", "workspace", "hubspot", …}
  details jsonb not null default '{}',
  initiator text not null,
  -- of how often it was tried
  tries integer not null default 1,
  retry_at timestamptz,
  run_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolved_by text,
  primary key (portal_id, id)
);
call guard_portal_table('attention', true);
create unique index attention_open on attention (portal_id, object_type, coalesce(record_id::text, 'object ' || object_id), field, kind) where state = 'open';
create index attention_record on attention (portal_id, record_id) where state = 'open';
create index attention_object on attention (portal_id, object_type, object_id) where state = 'open';
create index attention_retry on attention (retry_at) where state = 'open' and retry_at is not null;

-- Why a record without a link is not in HubSpot: what decide last said of it.
create table sync_verdict (
  portal_id bigint not null,
  record_id uuid not null,
  code text not null,
  reason text not null,
  at timestamptz not null default now(),
  primary key (portal_id, record_id)
);
call guard_portal_table('sync_verdict', true);

-- The first answer to an action of a card or an API request, for its repetition.
create table answered_request (
  portal_id bigint not null,
  request_id text not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (portal_id, request_id)
);
call guard_portal_table('answered_request', false);

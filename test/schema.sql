column public.answered_request.portal_id bigint not null
column public.answered_request.request_id text not null
column public.answered_request.answer jsonb
column public.answered_request.created_at timestamp with time zone not null default now()
column public.answered_request.content bytea
column public.association.portal_id bigint not null
column public.association.from_type text not null
column public.association.from_id uuid not null
column public.association.to_type text not null
column public.association.to_id uuid not null
column public.association.labels text[] not null default '{}'::text[]
column public.association_base.portal_id bigint not null
column public.association_base.from_id uuid not null
column public.association_base.to_id uuid not null
column public.association_base.from_type text not null
column public.association_base.to_type text not null
column public.association_base.is_primary boolean not null default false
column public.association_kind.name text not null
column public.association_kind.from_type text not null
column public.association_kind.to_type text not null
column public.association_kind.has_primary boolean not null
column public.attempt.portal_id bigint not null
column public.attempt.id uuid not null
column public.attempt.object_type text not null
column public.attempt.record_id uuid not null
column public.attempt.object_id bigint
column public.attempt.operation text not null
column public.attempt.sent jsonb not null
column public.attempt.creation_key uuid
column public.attempt.initiator text not null
column public.attempt.run_id uuid
column public.attempt.claimed boolean not null default true
column public.attempt.claim_ends_at timestamp with time zone not null
column public.attempt.created_at timestamp with time zone not null default now()
column public.attempt.answer jsonb
column public.attempt.answered_at timestamp with time zone
column public.attempt.settled_at timestamp with time zone
column public.attempt.history_read boolean not null default false
column public.attempt.refused text[] not null default '{}'::text[]
column public.attention.portal_id bigint not null
column public.attention.id uuid not null default gen_random_uuid()
column public.attention.kind text not null
column public.attention.state text not null default 'open'::text
column public.attention.code text not null
column public.attention.object_type text not null
column public.attention.record_id uuid
column public.attention.object_id bigint
column public.attention.field text not null default ''::text
column public.attention.cause text not null
column public.attention.fix text not null default ''::text
column public.attention.details jsonb not null default '{}'::jsonb
column public.attention.initiator text not null
column public.attention.tries integer not null default 1
column public.attention.retry_at timestamp with time zone
column public.attention.run_id uuid
column public.attention.created_at timestamp with time zone not null default now()
column public.attention.updated_at timestamp with time zone not null default now()
column public.attention.resolved_at timestamp with time zone
column public.attention.resolved_by text
column public.attention.part_of uuid
column public.attention.expires_at timestamp with time zone
column public.brake_window.portal_id bigint not null
column public.brake_window.object_type text not null
column public.brake_window.flow text not null
column public.brake_window.action text not null
column public.brake_window.minutes jsonb not null default '{}'::jsonb
column public.call_budget.portal_id bigint not null
column public.call_budget.kind text not null
column public.call_budget.learned_limit integer
column public.call_budget.paused_until timestamp with time zone
column public.call_budget.granted bigint[] not null default '{}'::bigint[]
column public.database_identity.single boolean not null default true
column public.database_identity.cluster text
column public.database_identity.database_oid text not null
column public.database_identity.table_oid text not null
column public.database_identity.public_url text
column public.database_identity.noted_at timestamp with time zone not null default now()
column public.deployment.id text not null
column public.deployment.created_at timestamp with time zone not null default now()
column public.dirty.portal_id bigint not null
column public.dirty.object_type text not null
column public.dirty.record_id uuid not null
column public.dirty.revision bigint not null
column public.dirty.since timestamp with time zone not null default now()
column public.dirty.due_at timestamp with time zone not null default now()
column public.dirty.looks integer not null default 0
column public.dirty.changed_by text
column public.hubspot_definition.portal_id bigint not null
column public.hubspot_definition.kind text not null
column public.hubspot_definition.object_type text not null default ''::text
column public.hubspot_definition.name text not null
column public.hubspot_definition.body jsonb not null
column public.hubspot_definition.read_at timestamp with time zone not null default now()
column public.identity_claim.portal_id bigint not null
column public.identity_claim.object_type text not null
column public.identity_claim.key_kind text not null
column public.identity_claim.key_value text not null
column public.identity_claim.attempt_id uuid not null
column public.identity_claim.record_id uuid not null
column public.identity_claim.ends_at timestamp with time zone not null
column public.inbox.portal_id bigint not null
column public.inbox.id bigint not null identity
column public.inbox.received_at timestamp with time zone not null default now()
column public.inbox.kind text not null
column public.inbox.object_type text not null
column public.inbox.object_id bigint not null
column public.inbox.occurred_at timestamp with time zone not null
column public.inbox.event jsonb not null
column public.inbox.due_at timestamp with time zone not null default now()
column public.inbox.looks integer not null default 0
column public.inbox.settled_at timestamp with time zone
column public.inbox.failures integer not null default 0
column public.inbox.waits_for text
column public.installation.portal_id bigint not null
column public.installation.app_id bigint not null
column public.installation.state text not null
column public.installation.state_since timestamp with time zone not null default now()
column public.installation.state_reason text not null default ''::text
column public.installation.resume_state text
column public.installation.window_ends_at timestamp with time zone not null
column public.installation.scopes text[] not null
column public.installation.sync_user_id bigint not null
column public.installation.sync_user_email text not null default ''::text
column public.installation.access_token text
column public.installation.access_expires_at timestamp with time zone
column public.installation.refresh_token text
column public.installation.token_generation bigint not null default 1
column public.installation.api_key_hash bytea not null
column public.installation.account jsonb not null default '{}'::jsonb
column public.installation.missing_capabilities jsonb not null default '{}'::jsonb
column public.installation.unique_property jsonb not null default '{}'::jsonb
column public.installation.definitions_read_at timestamp with time zone
column public.installation.first_pull_ended jsonb not null default '{}'::jsonb
column public.installation.swept_at timestamp with time zone
column public.installation.sweep_result jsonb
column public.installation.created_at timestamp with time zone not null default now()
column public.installation.updated_at timestamp with time zone not null default now()
column public.installation.uninstalled_at timestamp with time zone
column public.installation.old_api_key_hash bytea
column public.installation.old_api_key_ends_at timestamp with time zone
column public.installation.copied_from text
column public.installation.hidden_types text[] not null default '{}'::text[]
column public.installation.definitions_wanted_at timestamp with time zone
column public.installation.drift_checked_at timestamp with time zone
column public.installation.api_key_hint text
column public.installation.api_key_made_at timestamp with time zone
column public.installation.sync_user_choice uuid
column public.installation.owner_ids jsonb not null default '{}'::jsonb
column public.installation.setup_steps jsonb not null default '{}'::jsonb
column public.installation.off_types text[] not null default '{}'::text[]
column public.installation.upkeep_wanted_at timestamp with time zone
column public.journal.portal_id bigint not null
column public.journal.id bigint not null identity
column public.journal.at timestamp with time zone not null default now()
column public.journal.object_type text not null
column public.journal.record_id uuid
column public.journal.object_id bigint
column public.journal.action text not null
column public.journal.source text not null
column public.journal.by_user text not null default ''::text
column public.journal.initiator text not null
column public.journal.run_id uuid
column public.journal.code text not null
column public.journal.reason text not null
column public.journal.changes jsonb not null default '[]'::jsonb
column public.lane.portal_id bigint not null
column public.lane.kind text not null
column public.lane.next_at timestamp with time zone not null default now()
column public.lane.leased boolean not null default false
column public.lane.token bigint not null default 0
column public.lane.failures integer not null default 0
column public.lane.last_error text
column public.lane.waits boolean not null default false
column public.lane.succeeded_at timestamp with time zone
column public.lane.troubled_since timestamp with time zone
column public.lane.cause text
column public.link.portal_id bigint not null
column public.link.id uuid not null default gen_random_uuid()
column public.link.object_type text not null
column public.link.record_id uuid not null
column public.link.object_id bigint not null
column public.link.state text not null default 'live'::text
column public.link.base jsonb not null default '{}'::jsonb
column public.link.parked jsonb not null default '{}'::jsonb
column public.link.seen_at timestamp with time zone
column public.link.edges_settled text[] not null default '{}'::text[]
column public.link.pulled_at timestamp with time zone
column public.link.pulled_by text
column public.link.pushed_at timestamp with time zone
column public.link.pushed_by text
column public.link.created_at timestamp with time zone not null default now()
column public.link.ended_at timestamp with time zone
column public.link.kept_at timestamp with time zone
column public.oauth_state_used.nonce text not null
column public.oauth_state_used.expires_at timestamp with time zone not null
column public.object_alias.portal_id bigint not null
column public.object_alias.object_type text not null
column public.object_alias.old_id bigint not null
column public.object_alias.object_id bigint not null
column public.object_identity.portal_id bigint not null
column public.object_identity.object_type text not null
column public.object_identity.object_id bigint not null
column public.object_identity.identity text not null
column public.object_type.name text not null
column public.object_type.plural text not null
column public.object_type.identity_kind text
column public.object_type.identity_field text
column public.object_type.pipeline_property text
column public.object_type.stage_property text
column public.portal_login.role_name name not null
column public.portal_login.portal_id bigint not null
column public.pull_cursor.portal_id bigint not null
column public.pull_cursor.object_type text not null
column public.pull_cursor.covered_until timestamp with time zone not null
column public.pull_cursor.as_of timestamp with time zone not null default now()
column public.record.portal_id bigint not null
column public.record.id uuid not null default gen_random_uuid()
column public.record.object_type text not null
column public.record.properties jsonb not null default '{}'::jsonb
column public.record.company_id uuid
column public.record.identity text generated identity_key(object_type, properties)
column public.record.revision bigint not null default 1
column public.record.settled_revision bigint not null default 0
column public.record.origin text not null default 'product'::text
column public.record.created_at timestamp with time zone not null default now()
column public.record.updated_at timestamp with time zone not null default now()
column public.record.deleted_at timestamp with time zone
column public.record.bytes integer
column public.record.taken_over boolean not null default false
column public.record.field_times jsonb
column public.record_alias.portal_id bigint not null
column public.record_alias.old_id uuid not null
column public.record_alias.record_id uuid not null
column public.refused_creation.portal_id bigint not null
column public.refused_creation.object_type text not null
column public.refused_creation.subject text not null
column public.refused_creation.refused_at timestamp with time zone not null default now()
column public.refused_creation.refused_by text not null
column public.refused_signature.reason text not null
column public.refused_signature.since timestamp with time zone not null
column public.refused_signature.last_at timestamp with time zone not null
column public.run.portal_id bigint not null
column public.run.id uuid not null default gen_random_uuid()
column public.run.kind text not null
column public.run.object_type text not null
column public.run.mode text not null
column public.run.state text not null default 'queued'::text
column public.run.state_reason text not null default ''::text
column public.run.manual boolean not null default false
column public.run.source text not null
column public.run.requested_by text not null default ''::text
column public.run.scope jsonb not null default '{}'::jsonb
column public.run.position jsonb not null default '{}'::jsonb
column public.run.requested integer not null default 0
column public.run.created integer not null default 0
column public.run.updated integer not null default 0
column public.run.unchanged integer not null default 0
column public.run.skipped integer not null default 0
column public.run.held integer not null default 0
column public.run.failed integer not null default 0
column public.run.expected integer
column public.run.created_at timestamp with time zone not null default now()
column public.run.started_at timestamp with time zone
column public.run.ended_at timestamp with time zone
column public.run.confirmed boolean not null default false
column public.run_item.portal_id bigint not null
column public.run_item.run_id uuid not null
column public.run_item.id bigint not null identity
column public.run_item.outcome text not null
column public.run_item.object_type text not null
column public.run_item.record_id uuid
column public.run_item.object_id bigint
column public.run_item.code text not null
column public.run_item.reason text not null
column public.schema_version.migration text not null
column public.schema_version.compatible_with text not null
column public.set_aside_event.portal_id bigint not null
column public.set_aside_event.id bigint not null identity
column public.set_aside_event.received_at timestamp with time zone not null default now()
column public.set_aside_event.reason text not null
column public.set_aside_event.length integer not null
column public.set_aside_event.event text not null
column public.settings.portal_id bigint not null
column public.settings.version integer not null
column public.settings.document jsonb not null
column public.settings.changed_by text not null
column public.settings.changed_at timestamp with time zone not null default now()
column public.sync_verdict.portal_id bigint not null
column public.sync_verdict.record_id uuid not null
column public.sync_verdict.code text not null
column public.sync_verdict.reason text not null
column public.sync_verdict.at timestamp with time zone not null default now()
column public.timed_field.portal_id bigint not null
column public.timed_field.object_type text not null
column public.timed_field.field text not null
column public.timed_field.since timestamp with time zone not null default now()
column public.waiting_edge.portal_id bigint not null
column public.waiting_edge.parent_object_id bigint not null
column public.waiting_edge.child_object_id bigint not null
column public.waiting_edge.kind text not null
column public.waiting_value.portal_id bigint not null
column public.waiting_value.object_type text not null
column public.waiting_value.record_id uuid not null
column public.waiting_value.field text not null default ''::text
column public.waiting_value.property text not null
column public.waiting_value.object_id bigint not null
column public.waiting_value.held_by uuid
column public.workspace_field.portal_id bigint not null
column public.workspace_field.object_type text not null
column public.workspace_field.name text not null
column public.workspace_field.label text not null
column public.workspace_field.type text not null
column public.workspace_field.options jsonb not null default '[]'::jsonb
column public.workspace_field.created_at timestamp with time zone not null default now()
column public.workspace_field.updated_at timestamp with time zone not null default now()
column public.workspace_user.portal_id bigint not null
column public.workspace_user.id uuid not null default gen_random_uuid()
column public.workspace_user.email text not null
column public.workspace_user.name text not null default ''::text
column public.workspace_user.permissions text[] not null
column public.workspace_user.active boolean not null default true
column public.workspace_user.hubspot_user_id bigint
column public.workspace_user.created_at timestamp with time zone not null default now()
column public.workspace_user.updated_at timestamp with time zone not null default now()
view column workspace.associations.from_type text
view column workspace.associations.from_id uuid
view column workspace.associations.to_type text
view column workspace.associations.to_id uuid
view column workspace.associations.labels text[]
view column workspace.companies.id uuid
view column workspace.companies.name text
view column workspace.companies.domain text
view column workspace.companies.phone text
view column workspace.companies.website_url text
view column workspace.companies.industry text
view column workspace.companies.linkedin_url text
view column workspace.companies.city text
view column workspace.companies.state text
view column workspace.companies.country text
view column workspace.companies.employees numeric
view column workspace.companies.annual_revenue numeric
view column workspace.companies.stage text
view column workspace.companies.owner_email text
view column workspace.companies.custom jsonb
view column workspace.companies.hubspot_id text
view column workspace.companies.sync_status text
view column workspace.companies.sync_reason text
view column workspace.companies.created_at timestamp with time zone
view column workspace.companies.updated_at timestamp with time zone
view column workspace.companies.visible boolean
view column workspace.contacts.id uuid
view column workspace.contacts.email text
view column workspace.contacts.first_name text
view column workspace.contacts.last_name text
view column workspace.contacts.phone text
view column workspace.contacts.mobile_phone text
view column workspace.contacts.job_title text
view column workspace.contacts.stage text
view column workspace.contacts.lead_status text
view column workspace.contacts.email_status text
view column workspace.contacts.linkedin_url text
view column workspace.contacts.city text
view column workspace.contacts.state text
view column workspace.contacts.country text
view column workspace.contacts.company_id uuid
view column workspace.contacts.owner_email text
view column workspace.contacts.custom jsonb
view column workspace.contacts.hubspot_id text
view column workspace.contacts.sync_status text
view column workspace.contacts.sync_reason text
view column workspace.contacts.created_at timestamp with time zone
view column workspace.contacts.updated_at timestamp with time zone
view column workspace.contacts.visible boolean
view column workspace.deals.id uuid
view column workspace.deals.name text
view column workspace.deals.amount numeric
view column workspace.deals.currency text
view column workspace.deals.pipeline text
view column workspace.deals.stage text
view column workspace.deals.close_date date
view column workspace.deals.company_id uuid
view column workspace.deals.owner_email text
view column workspace.deals.custom jsonb
view column workspace.deals.hubspot_id text
view column workspace.deals.sync_status text
view column workspace.deals.sync_reason text
view column workspace.deals.created_at timestamp with time zone
view column workspace.deals.updated_at timestamp with time zone
view column workspace.deals.visible boolean
view column workspace.deals.won boolean
view column workspace.deals.closed boolean
view column workspace.fields.object_type text
view column workspace.fields.name text
view column workspace.fields.label text
view column workspace.fields.type text
view column workspace.fields.options jsonb
view column workspace.fields.created_at timestamp with time zone
view column workspace.fields.updated_at timestamp with time zone
view column workspace.pipeline_stages.object_type text
view column workspace.pipeline_stages.pipeline text
view column workspace.pipeline_stages.id text
view column workspace.pipeline_stages.label text
view column workspace.pipeline_stages.display_order numeric
view column workspace.pipeline_stages.probability numeric
view column workspace.pipeline_stages.closed boolean
view column workspace.pipeline_stages.won boolean
view column workspace.pipeline_stages.lost boolean
view column workspace.pipelines.object_type text
view column workspace.pipelines.id text
view column workspace.pipelines.label text
view column workspace.pipelines.display_order numeric
view column workspace.pipelines.selected boolean
view column workspace.possible_duplicates.object_type text
view column workspace.possible_duplicates.record_id uuid
view column workspace.possible_duplicates.other_id uuid
view column workspace.sync_status.portal_id bigint
view column workspace.sync_status.record_id uuid
view column workspace.sync_status.object_id bigint
view column workspace.sync_status.pulled_at timestamp with time zone
view column workspace.sync_status.pushed_at timestamp with time zone
view column workspace.sync_status.status text
view column workspace.sync_status.code text
view column workspace.sync_status.reason text
view column workspace.users.id uuid
view column workspace.users.email text
view column workspace.users.name text
view column workspace.users.permissions text[]
view column workspace.users.active boolean
view column workspace.users.hubspot_user_id text
view column workspace.users.hubspot_owner_id text
view column workspace.users.created_at timestamp with time zone
view column workspace.users.updated_at timestamp with time zone
constraint public.answered_request answered_request_pkey PRIMARY KEY (portal_id, request_id)
constraint public.association association_pkey PRIMARY KEY (portal_id, from_id, to_id)
constraint public.association association_portal_id_from_id_fkey FOREIGN KEY (portal_id, from_id) REFERENCES record(portal_id, id)
constraint public.association association_portal_id_to_id_fkey FOREIGN KEY (portal_id, to_id) REFERENCES record(portal_id, id)
constraint public.association association_types CHECK (is_association_kind(from_type, to_type))
constraint public.association_base association_base_pkey PRIMARY KEY (portal_id, from_id, to_id)
constraint public.association_kind association_kind_from_type_fkey FOREIGN KEY (from_type) REFERENCES object_type(name)
constraint public.association_kind association_kind_from_type_to_type_key UNIQUE (from_type, to_type)
constraint public.association_kind association_kind_pkey PRIMARY KEY (name)
constraint public.association_kind association_kind_to_type_fkey FOREIGN KEY (to_type) REFERENCES object_type(name)
constraint public.attempt attempt_initiator_check CHECK ((initiator = ANY (ARRAY['hubspot'::text, 'workspace'::text])))
constraint public.attempt attempt_operation_check CHECK ((operation = ANY (ARRAY['create'::text, 'update'::text, 'archive'::text, 'associate'::text])))
constraint public.attempt attempt_pkey PRIMARY KEY (portal_id, id)
constraint public.attention attention_kind_check CHECK ((kind = ANY (ARRAY['problem'::text, 'held'::text, 'drift'::text])))
constraint public.attention attention_pkey PRIMARY KEY (portal_id, id)
constraint public.attention attention_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text])))
constraint public.brake_window brake_window_action_check CHECK ((action = ANY (ARRAY['delete'::text, 'create'::text, 'update'::text])))
constraint public.brake_window brake_window_flow_check CHECK ((flow = ANY (ARRAY['to_workspace'::text, 'to_hubspot'::text])))
constraint public.brake_window brake_window_pkey PRIMARY KEY (portal_id, object_type, flow, action)
constraint public.brake_window brake_window_type CHECK (is_object_type(object_type))
constraint public.call_budget call_budget_kind_check CHECK ((kind = ANY (ARRAY['general'::text, 'search'::text, 'associations'::text])))
constraint public.call_budget call_budget_pkey PRIMARY KEY (portal_id, kind)
constraint public.database_identity database_identity_pkey PRIMARY KEY (single)
constraint public.database_identity database_identity_single_check CHECK (single)
constraint public.deployment deployment_id_check CHECK ((id ~ '^[0-9a-z]{4,16}$'::text))
constraint public.deployment deployment_pkey PRIMARY KEY (id)
constraint public.dirty dirty_pkey PRIMARY KEY (portal_id, record_id)
constraint public.dirty dirty_revision CHECK (((revision >= 0) AND (revision <= '9007199254740991'::bigint)))
constraint public.dirty dirty_times CHECK ((isfinite(since) AND (due_at > '-infinity'::timestamp with time zone)))
constraint public.dirty dirty_type CHECK (is_object_type(object_type))
constraint public.hubspot_definition hubspot_definition_kind_check CHECK ((kind = ANY (ARRAY['property'::text, 'owner'::text, 'pipeline'::text, 'group'::text, 'rule'::text, 'schema'::text, 'count'::text])))
constraint public.hubspot_definition hubspot_definition_pkey PRIMARY KEY (portal_id, kind, object_type, name)
constraint public.identity_claim identity_claim_key_kind_check CHECK ((key_kind = ANY (ARRAY['email'::text, 'domain'::text])))
constraint public.identity_claim identity_claim_pkey PRIMARY KEY (portal_id, object_type, key_kind, key_value)
constraint public.inbox inbox_pkey PRIMARY KEY (portal_id, id)
constraint public.installation installation_check CHECK (((old_api_key_hash IS NULL) = (old_api_key_ends_at IS NULL)))
constraint public.installation installation_copied_from_check CHECK ((copied_from = ANY (ARRAY['setting-up'::text, 'first-pull'::text, 'active'::text, 'held'::text])))
constraint public.installation installation_pkey PRIMARY KEY (portal_id)
constraint public.installation installation_resume_state_check CHECK ((resume_state = ANY (ARRAY['setting-up'::text, 'first-pull'::text, 'active'::text])))
constraint public.installation installation_state_check CHECK ((state = ANY (ARRAY['setting-up'::text, 'first-pull'::text, 'active'::text, 'held'::text, 'disconnected'::text, 'uninstalled'::text])))
constraint public.journal journal_pkey PRIMARY KEY (portal_id, id)
constraint public.lane lane_pkey PRIMARY KEY (portal_id, kind)
constraint public.link link_pkey PRIMARY KEY (portal_id, id)
constraint public.link link_state_check CHECK ((state = ANY (ARRAY['live'::text, 'object-deleted'::text, 'record-deleted'::text, 'merged-away'::text, 'purged'::text, 'given-up'::text, 'unselected'::text])))
constraint public.oauth_state_used oauth_state_used_pkey PRIMARY KEY (nonce)
constraint public.object_alias object_alias_pkey PRIMARY KEY (portal_id, object_type, old_id)
constraint public.object_identity object_identity_pkey PRIMARY KEY (portal_id, object_type, object_id, identity)
constraint public.object_type object_type_check CHECK (((identity_kind IS NULL) = (identity_field IS NULL)))
constraint public.object_type object_type_identity_kind_check CHECK ((identity_kind = ANY (ARRAY['email'::text, 'domain'::text])))
constraint public.object_type object_type_name_check CHECK ((name ~ '^[a-z][a-z_]*$'::text))
constraint public.object_type object_type_pipelines CHECK (((pipeline_property IS NULL) = (stage_property IS NULL)))
constraint public.object_type object_type_pkey PRIMARY KEY (name)
constraint public.object_type object_type_plural_check CHECK ((plural ~ '^[a-z][a-z_]*$'::text))
constraint public.object_type object_type_plural_key UNIQUE (plural)
constraint public.portal_login portal_login_pkey PRIMARY KEY (role_name)
constraint public.pull_cursor pull_cursor_pkey PRIMARY KEY (portal_id, object_type)
constraint public.record record_pkey PRIMARY KEY (portal_id, id)
constraint public.record record_properties_check CHECK ((jsonb_typeof(properties) = 'object'::text))
constraint public.record record_revisions CHECK ((((revision >= 1) AND (revision <= '9007199254740991'::bigint)) AND ((settled_revision >= 0) AND (settled_revision <= '9007199254740991'::bigint))))
constraint public.record record_times CHECK ((isfinite(created_at) AND isfinite(updated_at) AND isfinite(deleted_at)))
constraint public.record record_type CHECK (is_object_type(object_type))
constraint public.record_alias record_alias_pkey PRIMARY KEY (portal_id, old_id)
constraint public.refused_creation refused_creation_pkey PRIMARY KEY (portal_id, object_type, subject)
constraint public.refused_creation refused_creation_type CHECK (is_object_type(object_type))
constraint public.refused_signature refused_signature_pkey PRIMARY KEY (reason)
constraint public.run run_kind_check CHECK ((kind = ANY (ARRAY['pull'::text, 'push'::text, 'both'::text, 'sweep'::text])))
constraint public.run run_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'changed'::text, 'selection'::text])))
constraint public.run run_pkey PRIMARY KEY (portal_id, id)
constraint public.run run_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text, 'done'::text, 'failed'::text])))
constraint public.run run_type CHECK (is_object_type(object_type))
constraint public.run_item run_item_outcome_check CHECK ((outcome = ANY (ARRAY['skipped'::text, 'held'::text, 'failed'::text])))
constraint public.run_item run_item_pkey PRIMARY KEY (portal_id, run_id, id)
constraint public.schema_version schema_version_pkey PRIMARY KEY (migration)
constraint public.set_aside_event set_aside_event_pkey PRIMARY KEY (portal_id, id)
constraint public.settings settings_pkey PRIMARY KEY (portal_id, version)
constraint public.sync_verdict sync_verdict_pkey PRIMARY KEY (portal_id, record_id)
constraint public.timed_field timed_field_pkey PRIMARY KEY (portal_id, object_type, field)
constraint public.timed_field timed_field_type CHECK (is_object_type(object_type))
constraint public.waiting_edge waiting_edge_pkey PRIMARY KEY (portal_id, kind, parent_object_id, child_object_id)
constraint public.waiting_value waiting_value_pkey PRIMARY KEY (portal_id, record_id, object_id, property)
constraint public.workspace_field workspace_field_name_check CHECK ((name ~ '^[a-zA-Z][a-zA-Z0-9_]{0,99}$'::text))
constraint public.workspace_field workspace_field_object_type_check CHECK (is_object_type(object_type))
constraint public.workspace_field workspace_field_options_check CHECK ((jsonb_typeof(options) = 'array'::text))
constraint public.workspace_field workspace_field_pkey PRIMARY KEY (portal_id, object_type, name)
constraint public.workspace_field workspace_field_type_check CHECK ((type = ANY (ARRAY['text'::text, 'number'::text, 'date'::text, 'datetime'::text, 'boolean'::text, 'option'::text, 'options'::text, 'owner'::text])))
constraint public.workspace_user workspace_user_name_check CHECK ((char_length(name) <= 200))
constraint public.workspace_user workspace_user_pkey PRIMARY KEY (portal_id, id)
index CREATE UNIQUE INDEX answered_request_pkey ON public.answered_request USING btree (portal_id, request_id)
index CREATE UNIQUE INDEX association_pkey ON public.association USING btree (portal_id, from_id, to_id)
index CREATE INDEX association_to ON public.association USING btree (portal_id, to_id)
index CREATE UNIQUE INDEX association_base_pkey ON public.association_base USING btree (portal_id, from_id, to_id)
index CREATE INDEX association_base_to ON public.association_base USING btree (portal_id, to_id)
index CREATE UNIQUE INDEX association_kind_from_type_to_type_key ON public.association_kind USING btree (from_type, to_type)
index CREATE UNIQUE INDEX association_kind_pkey ON public.association_kind USING btree (name)
index CREATE UNIQUE INDEX association_kind_primary ON public.association_kind USING btree (from_type) WHERE has_primary
index CREATE UNIQUE INDEX attempt_claim_object ON public.attempt USING btree (portal_id, object_type, object_id) WHERE (claimed AND (object_id IS NOT NULL))
index CREATE UNIQUE INDEX attempt_claim_record ON public.attempt USING btree (portal_id, record_id) WHERE claimed
index CREATE INDEX attempt_creation_key ON public.attempt USING btree (portal_id, creation_key) WHERE (creation_key IS NOT NULL)
index CREATE INDEX attempt_history_unread ON public.attempt USING btree (portal_id, object_type, object_id) WHERE ((operation = 'update'::text) AND (NOT history_read))
index CREATE INDEX attempt_open_object ON public.attempt USING btree (portal_id, object_type, object_id) WHERE ((settled_at IS NULL) AND (object_id IS NOT NULL))
index CREATE INDEX attempt_open_record ON public.attempt USING btree (portal_id, record_id) WHERE (settled_at IS NULL)
index CREATE UNIQUE INDEX attempt_pkey ON public.attempt USING btree (portal_id, id)
index CREATE INDEX attempt_settled ON public.attempt USING btree (settled_at) WHERE (settled_at IS NOT NULL)
index CREATE UNIQUE INDEX attention_brake ON public.attention USING btree (portal_id, object_type, code, initiator) WHERE ((state = 'open'::text) AND (record_id IS NULL) AND (object_id IS NULL) AND (code = ANY (ARRAY['mass_deletion'::text, 'mass_creation'::text, 'mass_update'::text])))
index CREATE UNIQUE INDEX attention_drift ON public.attention USING btree (portal_id, object_type, field, code) WHERE ((state = 'open'::text) AND (kind = 'drift'::text))
index CREATE INDEX attention_expiry ON public.attention USING btree (portal_id, expires_at) WHERE ((state = 'open'::text) AND (expires_at IS NOT NULL))
index CREATE INDEX attention_object ON public.attention USING btree (portal_id, object_type, object_id) WHERE (state = 'open'::text)
index CREATE UNIQUE INDEX attention_open ON public.attention USING btree (portal_id, object_type, COALESCE((record_id)::text, ('object '::text || object_id)), field, kind) WHERE (state = 'open'::text)
index CREATE INDEX attention_parts ON public.attention USING btree (portal_id, part_of, id) WHERE (part_of IS NOT NULL)
index CREATE UNIQUE INDEX attention_pkey ON public.attention USING btree (portal_id, id)
index CREATE INDEX attention_record ON public.attention USING btree (portal_id, record_id) WHERE (state = 'open'::text)
index CREATE INDEX attention_retry ON public.attention USING btree (retry_at) WHERE ((state = 'open'::text) AND (retry_at IS NOT NULL))
index CREATE UNIQUE INDEX attention_source ON public.attention USING btree (portal_id, object_type) WHERE ((state = 'open'::text) AND (code = 'source_rejected'::text))
index CREATE UNIQUE INDEX brake_window_pkey ON public.brake_window USING btree (portal_id, object_type, flow, action)
index CREATE UNIQUE INDEX call_budget_pkey ON public.call_budget USING btree (portal_id, kind)
index CREATE UNIQUE INDEX database_identity_pkey ON public.database_identity USING btree (single)
index CREATE UNIQUE INDEX deployment_only_one ON public.deployment USING btree ((true))
index CREATE UNIQUE INDEX deployment_pkey ON public.deployment USING btree (id)
index CREATE INDEX dirty_by_type ON public.dirty USING btree (portal_id, object_type, due_at)
index CREATE INDEX dirty_due ON public.dirty USING btree (due_at)
index CREATE INDEX dirty_due_by_portal ON public.dirty USING btree (portal_id, due_at)
index CREATE UNIQUE INDEX dirty_pkey ON public.dirty USING btree (portal_id, record_id)
index CREATE INDEX hubspot_definition_owner_email ON public.hubspot_definition USING btree (portal_id, ((body ->> 'email'::text))) WHERE (kind = 'owner'::text)
index CREATE UNIQUE INDEX hubspot_definition_pkey ON public.hubspot_definition USING btree (portal_id, kind, object_type, name)
index CREATE UNIQUE INDEX identity_claim_pkey ON public.identity_claim USING btree (portal_id, object_type, key_kind, key_value)
index CREATE INDEX inbox_due ON public.inbox USING btree (portal_id, due_at, id) WHERE (settled_at IS NULL)
index CREATE INDEX inbox_merge ON public.inbox USING btree (portal_id, object_type, object_id) WHERE (kind = 'merge'::text)
index CREATE UNIQUE INDEX inbox_pkey ON public.inbox USING btree (portal_id, id)
index CREATE INDEX inbox_settled ON public.inbox USING btree (settled_at) WHERE (settled_at IS NOT NULL)
index CREATE UNIQUE INDEX installation_api_key ON public.installation USING btree (api_key_hash)
index CREATE UNIQUE INDEX installation_old_api_key ON public.installation USING btree (old_api_key_hash)
index CREATE UNIQUE INDEX installation_pkey ON public.installation USING btree (portal_id)
index CREATE INDEX installation_upkeep_wanted ON public.installation USING btree (portal_id) WHERE (upkeep_wanted_at IS NOT NULL)
index CREATE INDEX journal_by_object ON public.journal USING btree (portal_id, object_type, object_id, id DESC)
index CREATE INDEX journal_by_record ON public.journal USING btree (portal_id, record_id, id DESC)
index CREATE INDEX journal_by_run ON public.journal USING btree (portal_id, run_id, id) WHERE (run_id IS NOT NULL)
index CREATE INDEX journal_by_time ON public.journal USING btree (at)
index CREATE UNIQUE INDEX journal_pkey ON public.journal USING btree (portal_id, id)
index CREATE UNIQUE INDEX lane_pkey ON public.lane USING btree (portal_id, kind)
index CREATE INDEX lane_turn ON public.lane USING btree (next_at)
index CREATE UNIQUE INDEX link_live_object ON public.link USING btree (portal_id, object_type, object_id) WHERE (state = 'live'::text)
index CREATE UNIQUE INDEX link_live_record ON public.link USING btree (portal_id, record_id) WHERE (state = 'live'::text)
index CREATE INDEX link_object ON public.link USING btree (portal_id, object_type, object_id)
index CREATE UNIQUE INDEX link_pkey ON public.link USING btree (portal_id, id)
index CREATE INDEX link_record ON public.link USING btree (portal_id, record_id)
index CREATE INDEX link_unselected ON public.link USING btree (portal_id, ended_at) WHERE (state = 'unselected'::text)
index CREATE UNIQUE INDEX oauth_state_used_pkey ON public.oauth_state_used USING btree (nonce)
index CREATE UNIQUE INDEX object_alias_pkey ON public.object_alias USING btree (portal_id, object_type, old_id)
index CREATE INDEX object_alias_target ON public.object_alias USING btree (portal_id, object_type, object_id)
index CREATE INDEX object_by_identity ON public.object_identity USING btree (portal_id, object_type, identity)
index CREATE UNIQUE INDEX object_identity_pkey ON public.object_identity USING btree (portal_id, object_type, object_id, identity)
index CREATE UNIQUE INDEX object_type_pkey ON public.object_type USING btree (name)
index CREATE UNIQUE INDEX object_type_plural_key ON public.object_type USING btree (plural)
index CREATE UNIQUE INDEX portal_login_pkey ON public.portal_login USING btree (role_name)
index CREATE UNIQUE INDEX pull_cursor_pkey ON public.pull_cursor USING btree (portal_id, object_type)
index CREATE INDEX record_by_company ON public.record USING btree (portal_id, company_id) WHERE (company_id IS NOT NULL)
index CREATE INDEX record_by_identity ON public.record USING btree (portal_id, object_type, identity) WHERE ((deleted_at IS NULL) AND (identity IS NOT NULL))
index CREATE INDEX record_by_type ON public.record USING btree (portal_id, object_type, id) WHERE (deleted_at IS NULL)
index CREATE INDEX record_by_update ON public.record USING btree (portal_id, object_type, updated_at, id) WHERE (deleted_at IS NULL)
index CREATE UNIQUE INDEX record_pkey ON public.record USING btree (portal_id, id)
index CREATE UNIQUE INDEX record_alias_pkey ON public.record_alias USING btree (portal_id, old_id)
index CREATE INDEX record_alias_target ON public.record_alias USING btree (portal_id, record_id)
index CREATE UNIQUE INDEX refused_creation_pkey ON public.refused_creation USING btree (portal_id, object_type, subject)
index CREATE UNIQUE INDEX refused_signature_pkey ON public.refused_signature USING btree (reason)
index CREATE UNIQUE INDEX run_active ON public.run USING btree (portal_id, kind, object_type) WHERE ((state = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text])) AND (mode <> 'selection'::text))
index CREATE INDEX run_latest ON public.run USING btree (portal_id, created_at DESC, id)
index CREATE UNIQUE INDEX run_pkey ON public.run USING btree (portal_id, id)
index CREATE INDEX run_waiting ON public.run USING btree (portal_id, created_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]))
index CREATE UNIQUE INDEX run_item_pkey ON public.run_item USING btree (portal_id, run_id, id)
index CREATE UNIQUE INDEX schema_version_pkey ON public.schema_version USING btree (migration)
index CREATE UNIQUE INDEX set_aside_event_pkey ON public.set_aside_event USING btree (portal_id, id)
index CREATE UNIQUE INDEX settings_pkey ON public.settings USING btree (portal_id, version)
index CREATE UNIQUE INDEX sync_verdict_pkey ON public.sync_verdict USING btree (portal_id, record_id)
index CREATE UNIQUE INDEX timed_field_pkey ON public.timed_field USING btree (portal_id, object_type, field)
index CREATE UNIQUE INDEX waiting_edge_pkey ON public.waiting_edge USING btree (portal_id, kind, parent_object_id, child_object_id)
index CREATE INDEX waiting_value_object ON public.waiting_value USING btree (portal_id, object_type, object_id)
index CREATE UNIQUE INDEX waiting_value_pkey ON public.waiting_value USING btree (portal_id, record_id, object_id, property)
index CREATE UNIQUE INDEX workspace_field_pkey ON public.workspace_field USING btree (portal_id, object_type, name)
index CREATE UNIQUE INDEX workspace_user_email ON public.workspace_user USING btree (portal_id, email)
index CREATE UNIQUE INDEX workspace_user_hubspot ON public.workspace_user USING btree (portal_id, hubspot_user_id)
index CREATE UNIQUE INDEX workspace_user_pkey ON public.workspace_user USING btree (portal_id, id)
row-level security public.answered_request on
row-level security public.association on
row-level security public.association_base on
row-level security public.association_kind off
row-level security public.attempt on
row-level security public.attention on
row-level security public.brake_window on
row-level security public.call_budget on
row-level security public.database_identity off
row-level security public.deployment off
row-level security public.dirty on
row-level security public.hubspot_definition on
row-level security public.identity_claim on
row-level security public.inbox on
row-level security public.installation on
row-level security public.journal on
row-level security public.lane on
row-level security public.link on
row-level security public.oauth_state_used off
row-level security public.object_alias on
row-level security public.object_identity on
row-level security public.object_type off
row-level security public.portal_login off
row-level security public.pull_cursor on
row-level security public.record on
row-level security public.record_alias on
row-level security public.refused_creation on
row-level security public.refused_signature off
row-level security public.run on
row-level security public.run_item on
row-level security public.schema_version off
row-level security public.set_aside_event on
row-level security public.settings on
row-level security public.sync_verdict on
row-level security public.timed_field on
row-level security public.waiting_edge on
row-level security public.waiting_value on
row-level security public.workspace_field on
row-level security public.workspace_user on
policy public.answered_request by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.association by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.association by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.association_base by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.attempt by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.attention by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.attention by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.attention crossing for * to counterpart_crossing using true check true
policy public.brake_window by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.call_budget by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.call_budget crossing for * to counterpart_crossing using true check true
policy public.dirty by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.dirty by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.dirty crossing for * to counterpart_crossing using true check true
policy public.hubspot_definition by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.identity_claim by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.inbox by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.inbox crossing for * to counterpart_crossing using true check true
policy public.installation by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.installation by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.installation crossing for * to counterpart_crossing using true check true
policy public.journal by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.journal by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.lane by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.lane crossing for * to counterpart_crossing using true check true
policy public.link by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.link by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.object_alias by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.object_identity by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.pull_cursor by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.record by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.record by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.record_alias by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.record_alias by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.refused_creation by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.run by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.run crossing for * to counterpart_crossing using true check true
policy public.run_item by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.set_aside_event by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.set_aside_event crossing for * to counterpart_crossing using true check true
policy public.settings by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.sync_verdict by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.sync_verdict by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.timed_field by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.waiting_edge by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.waiting_value by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.workspace_field by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.workspace_field by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
policy public.workspace_user by_login for r to counterpart_product using (portal_id = ( SELECT product_portal() AS product_portal)) check 
policy public.workspace_user by_portal for * to counterpart_portal using (portal_id = ( SELECT current_portal() AS current_portal)) check 
grant DELETE on public.answered_request to counterpart_portal
grant INSERT on public.answered_request to counterpart_portal
grant SELECT on public.answered_request to counterpart_portal
grant UPDATE on public.answered_request to counterpart_portal
grant DELETE on public.association to counterpart_portal
grant INSERT on public.association to counterpart_portal
grant SELECT on public.association to counterpart_portal
grant UPDATE on public.association to counterpart_portal
grant SELECT on public.association to counterpart_product
grant DELETE on public.association_base to counterpart_portal
grant INSERT on public.association_base to counterpart_portal
grant SELECT on public.association_base to counterpart_portal
grant UPDATE on public.association_base to counterpart_portal
grant DELETE on public.attempt to counterpart_portal
grant INSERT on public.attempt to counterpart_portal
grant SELECT on public.attempt to counterpart_portal
grant UPDATE on public.attempt to counterpart_portal
grant DELETE on public.attention to counterpart_portal
grant INSERT on public.attention to counterpart_portal
grant SELECT on public.attention to counterpart_portal
grant UPDATE on public.attention to counterpart_portal
grant SELECT on public.attention to counterpart_product
grant DELETE on public.brake_window to counterpart_portal
grant INSERT on public.brake_window to counterpart_portal
grant SELECT on public.brake_window to counterpart_portal
grant UPDATE on public.brake_window to counterpart_portal
grant DELETE on public.call_budget to counterpart_crossing
grant INSERT on public.call_budget to counterpart_crossing
grant SELECT on public.call_budget to counterpart_crossing
grant UPDATE on public.call_budget to counterpart_crossing
grant DELETE on public.call_budget to counterpart_portal
grant INSERT on public.call_budget to counterpart_portal
grant SELECT on public.call_budget to counterpart_portal
grant UPDATE on public.call_budget to counterpart_portal
grant INSERT on public.database_identity to counterpart_crossing
grant SELECT on public.database_identity to counterpart_crossing
grant UPDATE on public.database_identity to counterpart_crossing
grant SELECT on public.deployment to counterpart_crossing
grant SELECT on public.deployment to counterpart_portal
grant SELECT on public.dirty to counterpart_crossing
grant DELETE on public.dirty to counterpart_portal
grant INSERT on public.dirty to counterpart_portal
grant SELECT on public.dirty to counterpart_portal
grant UPDATE on public.dirty to counterpart_portal
grant SELECT on public.dirty to counterpart_product
grant DELETE on public.hubspot_definition to counterpart_portal
grant INSERT on public.hubspot_definition to counterpart_portal
grant SELECT on public.hubspot_definition to counterpart_portal
grant UPDATE on public.hubspot_definition to counterpart_portal
grant DELETE on public.identity_claim to counterpart_portal
grant INSERT on public.identity_claim to counterpart_portal
grant SELECT on public.identity_claim to counterpart_portal
grant UPDATE on public.identity_claim to counterpart_portal
grant DELETE on public.inbox to counterpart_crossing
grant INSERT on public.inbox to counterpart_crossing
grant SELECT on public.inbox to counterpart_crossing
grant DELETE on public.inbox to counterpart_portal
grant INSERT on public.inbox to counterpart_portal
grant SELECT on public.inbox to counterpart_portal
grant UPDATE on public.inbox to counterpart_portal
grant INSERT on public.installation to counterpart_crossing
grant SELECT on public.installation to counterpart_crossing
grant UPDATE on public.installation to counterpart_crossing
grant DELETE on public.installation to counterpart_portal
grant INSERT on public.installation to counterpart_portal
grant SELECT on public.installation to counterpart_portal
grant UPDATE on public.installation to counterpart_portal
grant DELETE on public.journal to counterpart_portal
grant INSERT on public.journal to counterpart_portal
grant SELECT on public.journal to counterpart_portal
grant UPDATE on public.journal to counterpart_portal
grant SELECT on public.journal to counterpart_product
grant DELETE on public.lane to counterpart_crossing
grant INSERT on public.lane to counterpart_crossing
grant SELECT on public.lane to counterpart_crossing
grant UPDATE on public.lane to counterpart_crossing
grant INSERT on public.lane to counterpart_portal
grant SELECT on public.lane to counterpart_portal
grant UPDATE on public.lane to counterpart_portal
grant DELETE on public.link to counterpart_portal
grant INSERT on public.link to counterpart_portal
grant SELECT on public.link to counterpart_portal
grant UPDATE on public.link to counterpart_portal
grant SELECT on public.link to counterpart_product
grant DELETE on public.oauth_state_used to counterpart_crossing
grant INSERT on public.oauth_state_used to counterpart_crossing
grant SELECT on public.oauth_state_used to counterpart_crossing
grant DELETE on public.object_alias to counterpart_portal
grant INSERT on public.object_alias to counterpart_portal
grant SELECT on public.object_alias to counterpart_portal
grant UPDATE on public.object_alias to counterpart_portal
grant DELETE on public.object_identity to counterpart_portal
grant INSERT on public.object_identity to counterpart_portal
grant SELECT on public.object_identity to counterpart_portal
grant UPDATE on public.object_identity to counterpart_portal
grant DELETE on public.pull_cursor to counterpart_portal
grant INSERT on public.pull_cursor to counterpart_portal
grant SELECT on public.pull_cursor to counterpart_portal
grant UPDATE on public.pull_cursor to counterpart_portal
grant DELETE on public.record to counterpart_portal
grant INSERT on public.record to counterpart_portal
grant SELECT on public.record to counterpart_portal
grant UPDATE on public.record to counterpart_portal
grant SELECT on public.record to counterpart_product
grant DELETE on public.record_alias to counterpart_portal
grant INSERT on public.record_alias to counterpart_portal
grant SELECT on public.record_alias to counterpart_portal
grant UPDATE on public.record_alias to counterpart_portal
grant SELECT on public.record_alias to counterpart_product
grant DELETE on public.refused_creation to counterpart_portal
grant INSERT on public.refused_creation to counterpart_portal
grant SELECT on public.refused_creation to counterpart_portal
grant UPDATE on public.refused_creation to counterpart_portal
grant INSERT on public.refused_signature to counterpart_crossing
grant SELECT on public.refused_signature to counterpart_crossing
grant UPDATE on public.refused_signature to counterpart_crossing
grant SELECT on public.refused_signature to counterpart_portal
grant DELETE on public.run to counterpart_portal
grant INSERT on public.run to counterpart_portal
grant SELECT on public.run to counterpart_portal
grant UPDATE on public.run to counterpart_portal
grant DELETE on public.run_item to counterpart_portal
grant INSERT on public.run_item to counterpart_portal
grant SELECT on public.run_item to counterpart_portal
grant UPDATE on public.run_item to counterpart_portal
grant INSERT on public.set_aside_event to counterpart_crossing
grant SELECT on public.set_aside_event to counterpart_crossing
grant DELETE on public.set_aside_event to counterpart_portal
grant INSERT on public.set_aside_event to counterpart_portal
grant SELECT on public.set_aside_event to counterpart_portal
grant UPDATE on public.set_aside_event to counterpart_portal
grant DELETE on public.settings to counterpart_portal
grant INSERT on public.settings to counterpart_portal
grant SELECT on public.settings to counterpart_portal
grant UPDATE on public.settings to counterpart_portal
grant DELETE on public.sync_verdict to counterpart_portal
grant INSERT on public.sync_verdict to counterpart_portal
grant SELECT on public.sync_verdict to counterpart_portal
grant UPDATE on public.sync_verdict to counterpart_portal
grant SELECT on public.sync_verdict to counterpart_product
grant DELETE on public.timed_field to counterpart_portal
grant INSERT on public.timed_field to counterpart_portal
grant SELECT on public.timed_field to counterpart_portal
grant UPDATE on public.timed_field to counterpart_portal
grant DELETE on public.waiting_edge to counterpart_portal
grant INSERT on public.waiting_edge to counterpart_portal
grant SELECT on public.waiting_edge to counterpart_portal
grant UPDATE on public.waiting_edge to counterpart_portal
grant DELETE on public.waiting_value to counterpart_portal
grant INSERT on public.waiting_value to counterpart_portal
grant SELECT on public.waiting_value to counterpart_portal
grant UPDATE on public.waiting_value to counterpart_portal
grant DELETE on public.workspace_field to counterpart_portal
grant INSERT on public.workspace_field to counterpart_portal
grant SELECT on public.workspace_field to counterpart_portal
grant UPDATE on public.workspace_field to counterpart_portal
grant SELECT on public.workspace_field to counterpart_product
grant DELETE on public.workspace_user to counterpart_portal
grant INSERT on public.workspace_user to counterpart_portal
grant SELECT on public.workspace_user to counterpart_portal
grant UPDATE on public.workspace_user to counterpart_portal
grant SELECT on public.workspace_user to counterpart_product
grant DELETE on workspace.associations to counterpart_portal
grant INSERT on workspace.associations to counterpart_portal
grant SELECT on workspace.associations to counterpart_portal
grant UPDATE on workspace.associations to counterpart_portal
grant DELETE on workspace.associations to counterpart_product
grant INSERT on workspace.associations to counterpart_product
grant SELECT on workspace.associations to counterpart_product
grant UPDATE on workspace.associations to counterpart_product
grant DELETE on workspace.companies to counterpart_portal
grant INSERT on workspace.companies to counterpart_portal
grant SELECT on workspace.companies to counterpart_portal
grant UPDATE on workspace.companies to counterpart_portal
grant DELETE on workspace.companies to counterpart_product
grant INSERT on workspace.companies to counterpart_product
grant SELECT on workspace.companies to counterpart_product
grant UPDATE on workspace.companies to counterpart_product
grant DELETE on workspace.contacts to counterpart_portal
grant INSERT on workspace.contacts to counterpart_portal
grant SELECT on workspace.contacts to counterpart_portal
grant UPDATE on workspace.contacts to counterpart_portal
grant DELETE on workspace.contacts to counterpart_product
grant INSERT on workspace.contacts to counterpart_product
grant SELECT on workspace.contacts to counterpart_product
grant UPDATE on workspace.contacts to counterpart_product
grant DELETE on workspace.deals to counterpart_portal
grant INSERT on workspace.deals to counterpart_portal
grant SELECT on workspace.deals to counterpart_portal
grant UPDATE on workspace.deals to counterpart_portal
grant DELETE on workspace.deals to counterpart_product
grant INSERT on workspace.deals to counterpart_product
grant SELECT on workspace.deals to counterpart_product
grant UPDATE on workspace.deals to counterpart_product
grant SELECT on workspace.fields to counterpart_portal
grant SELECT on workspace.fields to counterpart_product
grant SELECT on workspace.pipeline_stages to counterpart_portal
grant SELECT on workspace.pipeline_stages to counterpart_product
grant SELECT on workspace.pipelines to counterpart_portal
grant SELECT on workspace.pipelines to counterpart_product
grant SELECT on workspace.possible_duplicates to counterpart_portal
grant SELECT on workspace.possible_duplicates to counterpart_product
grant SELECT on workspace.sync_status to counterpart_portal
grant SELECT on workspace.sync_status to counterpart_product
grant INSERT on workspace.users to counterpart_portal
grant SELECT on workspace.users to counterpart_portal
grant UPDATE on workspace.users to counterpart_portal
grant INSERT on workspace.users to counterpart_product
grant SELECT on workspace.users to counterpart_product
grant UPDATE on workspace.users to counterpart_product
grant SELECT (code, created_at, id, kind, object_type, part_of, portal_id, retry_at, state) on public.attention to counterpart_crossing
grant SELECT (copied_from, hidden_types, missing_capabilities, off_types, portal_id, state) on public.installation to counterpart_product
grant SELECT (created_at, ended_at, id, kind, manual, mode, object_type, portal_id, started_at, state) on public.run to counterpart_crossing
trigger CREATE TRIGGER association_touch_record AFTER INSERT OR DELETE OR UPDATE ON public.association FOR EACH ROW EXECUTE FUNCTION association_touch_record()
trigger CREATE TRIGGER record_mark_dirty AFTER INSERT OR UPDATE ON public.record FOR EACH ROW WHEN ((new.revision > new.settled_revision)) EXECUTE FUNCTION record_mark_dirty()
trigger CREATE TRIGGER record_number_change BEFORE UPDATE ON public.record FOR EACH ROW WHEN (((new.revision = old.revision) AND (((new.properties IS DISTINCT FROM old.properties) OR (new.company_id IS DISTINCT FROM old.company_id)) OR (new.deleted_at IS DISTINCT FROM old.deleted_at)))) EXECUTE FUNCTION record_number_change()
trigger CREATE TRIGGER record_weigh_changed BEFORE UPDATE ON public.record FOR EACH ROW WHEN (((new.properties IS DISTINCT FROM old.properties) OR (new.bytes IS DISTINCT FROM old.bytes))) EXECUTE FUNCTION record_weigh()
trigger CREATE TRIGGER record_weigh_new BEFORE INSERT ON public.record FOR EACH ROW EXECUTE FUNCTION record_weigh()
trigger CREATE TRIGGER workspace_user_check BEFORE INSERT OR UPDATE ON public.workspace_user FOR EACH ROW EXECUTE FUNCTION workspace_user_check()
trigger CREATE TRIGGER workspace_user_wake AFTER UPDATE ON public.workspace_user FOR EACH ROW WHEN ((((old.email IS DISTINCT FROM new.email) OR (old.permissions IS DISTINCT FROM new.permissions)) OR (old.hubspot_user_id IS DISTINCT FROM new.hubspot_user_id))) EXECUTE FUNCTION workspace_user_wake()
trigger CREATE TRIGGER associations_write INSTEAD OF INSERT OR DELETE OR UPDATE ON workspace.associations FOR EACH ROW EXECUTE FUNCTION workspace_write_association()
trigger CREATE TRIGGER companies_write INSTEAD OF INSERT OR DELETE OR UPDATE ON workspace.companies FOR EACH ROW EXECUTE FUNCTION workspace_write_record('company', 'employees', 'annual_revenue')
trigger CREATE TRIGGER contacts_write INSTEAD OF INSERT OR DELETE OR UPDATE ON workspace.contacts FOR EACH ROW EXECUTE FUNCTION workspace_write_record('contact')
trigger CREATE TRIGGER deals_write INSTEAD OF INSERT OR DELETE OR UPDATE ON workspace.deals FOR EACH ROW EXECUTE FUNCTION workspace_write_record('deal', 'amount', 'close_date date')
trigger CREATE TRIGGER users_write INSTEAD OF INSERT OR UPDATE ON workspace.users FOR EACH ROW EXECUTE FUNCTION workspace_write_user()
view workspace.associations (security_invoker=true)
 SELECT a.from_type,
    a.from_id,
    a.to_type,
    a.to_id,
    a.labels
   FROM association a
     JOIN record f ON f.portal_id = a.portal_id AND f.id = a.from_id AND f.deleted_at IS NULL
     JOIN record t ON t.portal_id = a.portal_id AND t.id = a.to_id AND t.deleted_at IS NULL
UNION ALL
 SELECT 'contact'::text AS from_type,
    r.id AS from_id,
    'company'::text AS to_type,
    r.company_id AS to_id,
    ARRAY['primary'::text] AS labels
   FROM record r
     JOIN record t ON t.portal_id = r.portal_id AND t.id = r.company_id AND t.deleted_at IS NULL
  WHERE r.object_type = 'contact'::text AND r.company_id IS NOT NULL AND r.deleted_at IS NULL
UNION ALL
 SELECT 'deal'::text AS from_type,
    r.id AS from_id,
    'company'::text AS to_type,
    r.company_id AS to_id,
    ARRAY['primary'::text] AS labels
   FROM record r
     JOIN record t ON t.portal_id = r.portal_id AND t.id = r.company_id AND t.deleted_at IS NULL
  WHERE r.object_type = 'deal'::text AND r.company_id IS NOT NULL AND r.deleted_at IS NULL;
view workspace.companies (security_invoker=true)
 SELECT r.id,
    workspace_text(r.properties, 'name'::text) AS name,
    workspace_text(r.properties, 'domain'::text) AS domain,
    workspace_text(r.properties, 'phone'::text) AS phone,
    workspace_text(r.properties, 'website_url'::text) AS website_url,
    workspace_text(r.properties, 'industry'::text) AS industry,
    workspace_text(r.properties, 'linkedin_url'::text) AS linkedin_url,
    workspace_text(r.properties, 'city'::text) AS city,
    workspace_text(r.properties, 'state'::text) AS state,
    workspace_text(r.properties, 'country'::text) AS country,
    workspace_number(r.properties, 'employees'::text) AS employees,
    workspace_number(r.properties, 'annual_revenue'::text) AS annual_revenue,
    workspace_text(r.properties, 'stage'::text) AS stage,
    workspace_text(r.properties, 'owner_email'::text) AS owner_email,
    r.properties - ARRAY[workspace_text_shown(r.properties, 'name'::text), workspace_text_shown(r.properties, 'domain'::text), workspace_text_shown(r.properties, 'phone'::text), workspace_text_shown(r.properties, 'website_url'::text), workspace_text_shown(r.properties, 'industry'::text), workspace_text_shown(r.properties, 'linkedin_url'::text), workspace_text_shown(r.properties, 'city'::text), workspace_text_shown(r.properties, 'state'::text), workspace_text_shown(r.properties, 'country'::text), workspace_number_shown(r.properties, 'employees'::text), workspace_number_shown(r.properties, 'annual_revenue'::text), workspace_text_shown(r.properties, 'stage'::text), workspace_text_shown(r.properties, 'owner_email'::text)] AS custom,
    s.object_id::text AS hubspot_id,
    s.status AS sync_status,
    s.reason AS sync_reason,
    r.created_at,
    r.updated_at,
    r.origin <> 'hubspot'::text OR r.taken_over OR NOT COALESCE(r.object_type = ANY (i.hidden_types), false) AS visible
   FROM record r
     JOIN workspace.sync_status s ON s.portal_id = r.portal_id AND s.record_id = r.id
     LEFT JOIN installation i ON i.portal_id = r.portal_id
  WHERE r.object_type = 'company'::text AND r.deleted_at IS NULL;
view workspace.contacts (security_invoker=true)
 SELECT r.id,
    workspace_text(r.properties, 'email'::text) AS email,
    workspace_text(r.properties, 'first_name'::text) AS first_name,
    workspace_text(r.properties, 'last_name'::text) AS last_name,
    workspace_text(r.properties, 'phone'::text) AS phone,
    workspace_text(r.properties, 'mobile_phone'::text) AS mobile_phone,
    workspace_text(r.properties, 'job_title'::text) AS job_title,
    workspace_text(r.properties, 'stage'::text) AS stage,
    workspace_text(r.properties, 'lead_status'::text) AS lead_status,
    workspace_text(r.properties, 'email_status'::text) AS email_status,
    workspace_text(r.properties, 'linkedin_url'::text) AS linkedin_url,
    workspace_text(r.properties, 'city'::text) AS city,
    workspace_text(r.properties, 'state'::text) AS state,
    workspace_text(r.properties, 'country'::text) AS country,
    r.company_id,
    workspace_text(r.properties, 'owner_email'::text) AS owner_email,
    r.properties - ARRAY[workspace_text_shown(r.properties, 'email'::text), workspace_text_shown(r.properties, 'first_name'::text), workspace_text_shown(r.properties, 'last_name'::text), workspace_text_shown(r.properties, 'phone'::text), workspace_text_shown(r.properties, 'mobile_phone'::text), workspace_text_shown(r.properties, 'job_title'::text), workspace_text_shown(r.properties, 'stage'::text), workspace_text_shown(r.properties, 'lead_status'::text), workspace_text_shown(r.properties, 'email_status'::text), workspace_text_shown(r.properties, 'linkedin_url'::text), workspace_text_shown(r.properties, 'city'::text), workspace_text_shown(r.properties, 'state'::text), workspace_text_shown(r.properties, 'country'::text), workspace_text_shown(r.properties, 'owner_email'::text)] AS custom,
    s.object_id::text AS hubspot_id,
    s.status AS sync_status,
    s.reason AS sync_reason,
    r.created_at,
    r.updated_at,
    r.origin <> 'hubspot'::text OR r.taken_over OR NOT COALESCE(r.object_type = ANY (i.hidden_types), false) AS visible
   FROM record r
     JOIN workspace.sync_status s ON s.portal_id = r.portal_id AND s.record_id = r.id
     LEFT JOIN installation i ON i.portal_id = r.portal_id
  WHERE r.object_type = 'contact'::text AND r.deleted_at IS NULL;
view workspace.deals (security_invoker=true)
 SELECT r.id,
    workspace_text(r.properties, 'name'::text) AS name,
    workspace_number(r.properties, 'amount'::text) AS amount,
    workspace_text(r.properties, 'currency'::text) AS currency,
    workspace_text(r.properties, 'pipeline'::text) AS pipeline,
    workspace_text(r.properties, 'stage'::text) AS stage,
    workspace_date(r.properties, 'close_date'::text) AS close_date,
    r.company_id,
    workspace_text(r.properties, 'owner_email'::text) AS owner_email,
    r.properties - ARRAY[workspace_text_shown(r.properties, 'name'::text), workspace_number_shown(r.properties, 'amount'::text), workspace_text_shown(r.properties, 'currency'::text), workspace_text_shown(r.properties, 'pipeline'::text), workspace_text_shown(r.properties, 'stage'::text), workspace_date_shown(r.properties, 'close_date'::text), workspace_text_shown(r.properties, 'owner_email'::text)] AS custom,
    s.object_id::text AS hubspot_id,
    s.status AS sync_status,
    s.reason AS sync_reason,
    r.created_at,
    r.updated_at,
    r.origin <> 'hubspot'::text OR r.taken_over OR NOT COALESCE(r.object_type = ANY (i.hidden_types), false) AS visible,
    st.won,
    st.closed
   FROM record r
     JOIN workspace.sync_status s ON s.portal_id = r.portal_id AND s.record_id = r.id
     LEFT JOIN installation i ON i.portal_id = r.portal_id
     LEFT JOIN workspace_stages() st(object_type, pipeline, stage, closed, won) ON st.object_type = 'deal'::text AND st.pipeline = workspace_text(r.properties, 'pipeline'::text) AND st.stage = workspace_text(r.properties, 'stage'::text)
  WHERE r.object_type = 'deal'::text AND r.deleted_at IS NULL;
view workspace.fields (security_invoker=true)
 SELECT object_type,
    name,
    label,
    type,
    options,
    created_at,
    updated_at
   FROM workspace_field;
view workspace.pipeline_stages (security_invoker=true)
 SELECT p.object_type,
    p.body ->> 'id'::text AS pipeline,
    s.id,
    s.label,
    s."displayOrder" AS display_order,
    s.probability,
    s.closed,
    s.closed AND COALESCE(s.probability = 1::numeric, false) AS won,
    s.closed AND COALESCE(s.probability = 0::numeric, false) AS lost
   FROM workspace_pipelines() p(object_type, body),
    LATERAL jsonb_to_recordset(p.body -> 'stages'::text) s(id text, label text, "displayOrder" numeric, probability numeric, closed boolean);
view workspace.pipelines (security_invoker=true)
 SELECT p.object_type,
    p.body ->> 'id'::text AS id,
    p.body ->> 'label'::text AS label,
    (p.body ->> 'displayOrder'::text)::numeric AS display_order,
    c.pipelines IS NULL OR c.pipelines ? (p.body ->> 'id'::text) AS selected
   FROM workspace_pipelines() p(object_type, body)
     LEFT JOIN workspace_selected_pipelines() c(object_type, pipelines) ON c.object_type = p.object_type;
view workspace.possible_duplicates (security_invoker=true)
 SELECT r.object_type,
    r.id AS record_id,
    other.id AS other_id
   FROM record r
     JOIN record other ON other.portal_id = r.portal_id AND other.object_type = r.object_type AND other.identity = r.identity AND other.id <> r.id AND other.deleted_at IS NULL AND other.identity IS NOT NULL
  WHERE r.deleted_at IS NULL AND r.identity IS NOT NULL;
view workspace.sync_status (security_invoker=true)
 SELECT r.portal_id,
    r.id AS record_id,
    l.object_id,
    l.pulled_at,
    l.pushed_at,
        CASE
            WHEN i.state IS NULL OR (i.state = ANY (ARRAY['disconnected'::text, 'uninstalled'::text])) THEN 'disconnected'::text
            WHEN (r.object_type = ANY (i.off_types)) OR i.state = 'held'::text THEN 'paused'::text
            WHEN i.state = 'setting-up'::text OR i.state = 'first-pull'::text AND l.object_id IS NULL THEN 'setting_up'::text
            WHEN p.code IS NOT NULL THEN 'problem'::text
            WHEN h.code IS NOT NULL THEN 'held'::text
            WHEN l.object_id IS NOT NULL AND i.missing_capabilities ? ('read:'::text || r.object_type) THEN 'not_checked'::text
            WHEN d.record_id IS NOT NULL AND (l.object_id IS NOT NULL OR v.code IS NULL) THEN 'changes_waiting'::text
            WHEN l.object_id IS NOT NULL THEN 'in_sync'::text
            ELSE 'not_synced'::text
        END AS status,
        CASE
            WHEN i.state IS NULL OR (i.state = ANY (ARRAY['disconnected'::text, 'uninstalled'::text])) THEN 'disconnected'::text
            WHEN r.object_type = ANY (i.off_types) THEN 'type_off'::text
            WHEN i.state = 'held'::text AND i.copied_from IS NOT NULL THEN 'restored_copy'::text
            WHEN i.state = 'held'::text THEN 'held_by_admin'::text
            WHEN i.state = 'setting-up'::text OR i.state = 'first-pull'::text AND l.object_id IS NULL THEN replace(i.state, '-'::text, '_'::text)
            WHEN p.code IS NOT NULL THEN p.code
            WHEN h.code IS NOT NULL THEN h.code
            WHEN l.object_id IS NOT NULL AND i.missing_capabilities ? ('read:'::text || r.object_type) THEN 'missing_scope'::text
            WHEN d.record_id IS NOT NULL AND (l.object_id IS NOT NULL OR v.code IS NULL) THEN 'waiting_push'::text
            WHEN l.object_id IS NOT NULL THEN 'in_sync'::text
            ELSE COALESCE(v.code, 'never_pushed'::text)
        END AS code,
        CASE
            WHEN i.state IS NULL OR (i.state = ANY (ARRAY['disconnected'::text, 'uninstalled'::text])) THEN 'HubSpot isn''t connected.'::text
            WHEN (r.object_type = ANY (i.off_types)) OR i.state = 'held'::text THEN
            CASE
                WHEN r.object_type = ANY (i.off_types) THEN initcap(plural_of(r.object_type)) || ' aren''t synced.'::text
                WHEN i.copied_from IS NULL THEN 'An admin paused sync. Nothing syncs until it''s resumed.'::text
                ELSE 'Sync is paused because this database is a restored copy. Nothing syncs until it''s resumed.'::text
            END ||
            CASE
                WHEN l.object_id IS NULL THEN ''::text
                WHEN p.code IS NOT NULL THEN ' Last known: a problem.'::text
                WHEN h.code IS NOT NULL THEN ' Last known: a conflict.'::text
                WHEN d.record_id IS NOT NULL THEN ' Last known: changes pending.'::text
                ELSE ' Last known: in sync.'::text
            END
            WHEN i.state = 'setting-up'::text THEN 'Sync hasn''t started. You can choose settings until the setup window ends.'::text
            WHEN i.state = 'first-pull'::text AND l.object_id IS NULL THEN 'The first pull from HubSpot is running.'::text
            WHEN p.code IS NOT NULL THEN p.cause
            WHEN h.code IS NOT NULL THEN h.cause
            WHEN l.object_id IS NOT NULL AND i.missing_capabilities ? ('read:'::text || r.object_type) THEN (('Counterpart doesn''t have permission to read '::text || plural_of(r.object_type)) || ' in HubSpot. Last known: '::text) ||
            CASE
                WHEN d.record_id IS NOT NULL THEN 'changes pending.'::text
                ELSE 'in sync.'::text
            END
            WHEN d.record_id IS NOT NULL AND (l.object_id IS NOT NULL OR v.code IS NULL) THEN 'A change in the workspace hasn''t been pushed to HubSpot yet.'::text
            WHEN l.object_id IS NOT NULL THEN 'Both sides are in sync.'::text
            ELSE COALESCE(v.reason, 'This record hasn''t been pushed to HubSpot.'::text)
        END AS reason
   FROM record r
     LEFT JOIN installation i ON i.portal_id = r.portal_id
     LEFT JOIN link l ON l.portal_id = r.portal_id AND l.record_id = r.id AND l.state = 'live'::text
     LEFT JOIN LATERAL ( SELECT a.code,
            a.cause
           FROM attention a
          WHERE a.portal_id = r.portal_id AND a.record_id = r.id AND a.state = 'open'::text AND a.kind = 'problem'::text
          ORDER BY a.created_at
         LIMIT 1) p ON true
     LEFT JOIN LATERAL ( SELECT a.code,
            a.cause
           FROM attention a
          WHERE a.portal_id = r.portal_id AND a.record_id = r.id AND a.state = 'open'::text AND a.kind = 'held'::text
          ORDER BY a.created_at
         LIMIT 1) h ON true
     LEFT JOIN dirty d ON d.portal_id = r.portal_id AND d.record_id = r.id
     LEFT JOIN sync_verdict v ON v.portal_id = r.portal_id AND v.record_id = r.id;
view workspace.users (security_invoker=true)
 SELECT id,
    email,
    name,
    permissions,
    active,
    hubspot_user_id::text AS hubspot_user_id,
    workspace_owner_id(email, hubspot_user_id) AS hubspot_owner_id,
    created_at,
    updated_at
   FROM workspace_user u;
CREATE OR REPLACE FUNCTION public.acting_portal()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
RETURN CASE WHEN pg_has_role(SESSION_USER, CURRENT_USER, 'member'::text) THEN current_portal() ELSE product_portal() END
CREATE OR REPLACE FUNCTION public.analyze_outgrown_tables()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  outgrown regclass;
begin
  for outgrown in
    select c.oid::regclass from pg_class c
    where c.oid = any (array['record', 'link', 'attempt', 'association', 'association_base', 'dirty', 'journal']::regclass[])
      and pg_relation_size(c.oid) > 4 * greatest(c.relpages, 1) * current_setting('block_size')::bigint
  loop
    execute format('analyze (skip_locked) %s', outgrown);
  end loop;
end
$function$
CREATE OR REPLACE FUNCTION public.association_touch_record()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if current_setting('app.own_edges', true) = 'on' and pg_has_role(session_user, current_user, 'member') then
    update public.record set revision = revision + 1, settled_revision = revision + 1, updated_at = now()
    where portal_id = coalesce(new.portal_id, old.portal_id) and id = any (array[old.from_id, new.from_id])
      and xmin <> pg_current_xact_id()::xid;
    return null;
  end if;
  if tg_op <> 'INSERT' then
    update public.record set revision = revision + 1, updated_at = now()
    where portal_id = old.portal_id and id = old.from_id;
  end if;
  if tg_op <> 'DELETE' and (tg_op = 'INSERT' or new.from_id <> old.from_id) then
    update public.record set revision = revision + 1, updated_at = now()
    where portal_id = new.portal_id and id = new.from_id;
  end if;
  return null;
end
$function$
CREATE OR REPLACE FUNCTION public.canonical_identity(identity_kind text, given text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
  -- every control character, every white space of Unicode, and what draws as nothing (white-space.ts)
  blank constant text :=
    E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F\u0010'
    '\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u0020'
    '\u007F\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008A\u008B\u008C\u008D\u008E\u008F'
    '\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009A\u009B\u009C\u009D\u009E\u009F\u00A0'
    '\u00AD\u061C\u1680\u180E\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u200C\u200D\u200E\u200F'
    '\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u202F\u205F\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069'
    '\u206A\u206B\u206C\u206D\u206E\u206F\u3000\uFEFF';
  value text;
begin
  -- without what draws as nothing inside, too; joiners stay, since some scripts spell words with them
  value := btrim(
    translate(given,
      E'\u00AD\u061C\u180E\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E'
      '\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\u206A\u206B\u206C\u206D\u206E\u206F\uFEFF', ''),
    blank);
  value := lower(value collate "C");
  if octet_length(value) > char_length(value) then
    -- Latin, Greek, Cyrillic and Armenian capitals, letter by letter
    value := translate(value,
      'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƁƂƄƆƇƉƊ'
      'ƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǄǅǇǈǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǱǲǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎ'
      'ͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫϏϘϚϜϞϠϢϤϦϨϪϬϮϴϷϹϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪ'
      'ЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤ'
      'ԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰ'
      'ṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾ',
      'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįiĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžɓƃƅɔƈɖɗ'
      'ƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǆǆǉǉǌǌǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǳǳǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏ'
      'ͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋϗϙϛϝϟϡϣϥϧϩϫϭϯθϸϲϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъ'
      'ыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥ'
      'ԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱ'
      'ṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿ');
  end if;
  if identity_kind = 'email' then
    return case when value <> '' and char_length(value) <= 320 then value end;
  end if;
  -- the host name of a domain or URL; one without a dot, or with a blank, identifies no company
  value := substring(regexp_replace(value, '^(?:[a-z][a-z0-9+.-]*:)?//', '') from '^[^/?#]*');
  if char_length(value) > 1000 then
    return null;
  end if;
  value := regexp_replace(value, '^.*@', '');
  value := regexp_replace(value, ':.*$', '');
  value := rtrim(btrim(value, blank), blank || '.');
  value := regexp_replace(value, '^(www\.)+([^.]+\.)', '\2');
  return case when value ~ '[^.]\.[^.]' and value = translate(value, blank, '') and char_length(value) <= 253 then value end;
end
$function$
CREATE OR REPLACE FUNCTION public.current_portal()
 RETURNS bigint
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('app.portal'::text, true), ''::text))::bigint
CREATE OR REPLACE PROCEDURE public.define_object_types()
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $procedure$
declare
  branches text;
begin
  execute format(
    'create or replace function public.is_object_type(name text) returns boolean
    language sql immutable parallel safe
    return name in (%s)',
    (select string_agg(quote_literal(name), ', ' order by name) from public.object_type));

  execute format(
    'create or replace function public.plural_of(object_type text) returns text
    language sql immutable parallel safe
    return case object_type %s end',
    (select string_agg(format('when %L then %L', name, plural), ' ' order by name) from public.object_type));

  execute format(
    'create or replace function public.is_association_kind(from_type text, to_type text) returns boolean
    language sql immutable parallel safe
    return (from_type, to_type) in (%s)',
    (select string_agg(format('(%L, %L)', from_type, to_type), ', ' order by name) from public.association_kind));

  -- Inlined into each insert. Nearly every email and domain is plain ASCII and needs no more than lower case; the others
  -- take canonical_identity()'s steps, which cost ten times as much.
  select string_agg(
    format('when object_type = %L and jsonb_typeof(properties -> %L) = ''string'' then ', name, identity_field)
    || case identity_kind
      when 'email' then format(
        'case when properties ->> %1$L ~ ''^[!-~]+$'' and octet_length(properties ->> %1$L) <= 320
          then lower((properties ->> %1$L) collate "C")
          else public.canonical_identity(''email'', properties ->> %1$L) end', identity_field)
      when 'domain' then format(
        'case when properties ->> %1$L ~ ''^[a-z0-9-]+(?:\.[a-z0-9-]+)+$'' and octet_length(properties ->> %1$L) <= 253
            and not starts_with(properties ->> %1$L, ''www.'')
          then properties ->> %1$L
          else public.canonical_identity(''domain'', properties ->> %1$L) end', identity_field)
    end, ' ' order by name)
  into branches from public.object_type where identity_kind is not null;
  execute format(
    'create or replace function public.identity_key(object_type text, properties jsonb) returns text
    language sql immutable parallel safe
    return case %s end', branches);

  execute
    'create or replace view workspace.associations with (security_invoker = true) as
    select a.from_type, a.from_id, a.to_type, a.to_id, a.labels
    from association a
    join record f on f.portal_id = a.portal_id and f.id = a.from_id and f.deleted_at is null
    join record t on t.portal_id = a.portal_id and t.id = a.to_id and t.deleted_at is null'
    || (select string_agg(format(
      ' union all
      select %1$L, r.id, %2$L, r.company_id, array[''primary'']
      from record r
      join record t on t.portal_id = r.portal_id and t.id = r.company_id and t.deleted_at is null
      where r.object_type = %1$L and r.company_id is not null and r.deleted_at is null',
      from_type, to_type), '' order by name) from public.association_kind where has_primary);
end
$procedure$
CREATE OR REPLACE PROCEDURE public.define_type_view(IN type_name text, IN fields text[])
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $procedure$
declare
  view_name text := plural_of(type_name);
  columns text;
  shown text;
  numbers text;
  has_stages boolean := (select t.stage_property is not null from public.object_type t where t.name = type_name);
begin
  if view_name is null then
    raise exception 'There is no object type %.', type_name using errcode = 'invalid_parameter_value';
  end if;
  if exists (select from unnest(fields) as f where f !~ '^[a-z][a-z0-9_]* (text|number|date)$' and f <> 'company_id parent') then
    raise exception 'A column is a name and text, number, or date, or company_id and parent.' using errcode = 'invalid_parameter_value';
  end if;
  select
    string_agg(case kind when 'parent' then 'r.company_id' else format('workspace_%s(r.properties, %L) as %I', kind, name, name) end,
      ', ' order by place),
    string_agg(format('workspace_%s_shown(r.properties, %L)', kind, name), ', ' order by place) filter (where kind <> 'parent'),
    string_agg(format(', %L', case kind when 'date' then name || ' date' else name end), '' order by place)
      filter (where kind in ('number', 'date'))
  into columns, shown, numbers
  from (
    select split_part(f.field, ' ', 1) as name, split_part(f.field, ' ', 2) as kind, f.place
    from unnest(fields) with ordinality as f(field, place)
  ) f;
  execute format(
    'create or replace view workspace.%I with (security_invoker = true) as
    select r.id, %s, r.properties - array[%s] as custom,
      s.object_id::text as hubspot_id, s.status as sync_status, s.reason as sync_reason, r.created_at, r.updated_at,
      r.origin <> ''hubspot'' or r.taken_over or not coalesce(r.object_type = any (i.hidden_types), false) as visible%s
    from record r
    join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id
    left join installation i on i.portal_id = r.portal_id%s
    where r.object_type = %L and r.deleted_at is null',
    view_name, columns, shown,
    case when has_stages then ', st.won, st.closed' else '' end,
    case when has_stages then format(E'\n    left join workspace_stages() st on st.object_type = %L',
      type_name) || ' and st.pipeline = workspace_text(r.properties, ''pipeline'')'
      || ' and st.stage = workspace_text(r.properties, ''stage'')' else '' end,
    type_name);
  execute format(
    'create or replace trigger %I instead of insert or update or delete on workspace.%I
    for each row execute function workspace_write_record(%L%s)',
    view_name || '_write', view_name, type_name, coalesce(numbers, ''));
  execute format('grant select, insert, update, delete on workspace.%I to %I, %I',
    view_name, deployment_role('product'), deployment_role('portal'));
end
$procedure$
CREATE OR REPLACE FUNCTION public.deployment_role(kind text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
RETURN (SELECT format('counterpart_%s_%s'::text, deployment.id, deployment_role.kind) AS format FROM deployment)
CREATE OR REPLACE FUNCTION public.end_overdue_logins(statement_seconds double precision, idle_seconds double precision, transaction_seconds double precision, most_locks integer, most_sessions integer)
 RETURNS TABLE(portal_id bigint, cause text, ended integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  item record;
  moment timestamptz := clock_timestamp();
  found_ones text[] := '{}';
begin
  for item in
    with locks as (
      select k.pid, count(*) as held from pg_locks k group by k.pid
    ), session as (
      select a.pid, l.portal_id as portal, a.state, a.query_start, a.state_change, a.xact_start, k.held,
        row_number() over (partition by a.usesysid order by a.backend_start, a.pid) as place
      from pg_stat_activity a
      join public.portal_login l on l.role_name = a.usename
      left join locks k on k.pid = a.pid
      where a.datname = current_database()
    ), placed as (
      select s.*, row_number() over (order by s.place, s.pid) as rank from session s
    )
    select p.pid, p.portal, case
        when p.state in ('active', 'fastpath function call')
          and p.query_start < moment - make_interval(secs => statement_seconds) then 'statement'
        when p.state like 'idle in transaction%'
          and p.state_change < moment - make_interval(secs => idle_seconds) then 'idle_in_transaction'
        when p.xact_start < moment - make_interval(secs => transaction_seconds) then 'transaction'
        when p.held > most_locks then 'locks'
        when p.rank > most_sessions then 'connections'
      end as why
    from placed p
  loop
    if item.why is null then
      continue;
    end if;
    begin
      if pg_terminate_backend(item.pid) then
        found_ones := found_ones || (item.portal || ' ' || item.why);
      end if;
    exception when insufficient_privilege then
      null; -- a login whose owner is another one; the others are ended all the same
    end;
  end loop;
  for item in
    select m.oid, l.portal_id as portal from pg_largeobject_metadata m
    join pg_roles r on r.oid = m.lomowner
    join public.portal_login l on l.role_name = r.rolname
    limit 1000
  loop
    begin
      perform lo_unlink(item.oid);
      found_ones := found_ones || (item.portal || ' large_object');
    exception when insufficient_privilege or undefined_object then
      null;
    end;
  end loop;
  return query
    select split_part(f, ' ', 1)::bigint, split_part(f, ' ', 2), count(*)::integer
    from unnest(found_ones) f group by f order by f;
end
$function$
CREATE OR REPLACE FUNCTION public.field_misfit(field_type text, choices jsonb, given jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
  is_text constant boolean := jsonb_typeof(given) = 'string';
  given_text constant text := given #>> '{}';
  given_day text;
begin
  if field_type in ('date', 'datetime') and is_text then
    given_day := substring(given_text from case field_type
      when 'date' then '^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))$'
      else '^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))'
        'T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d)$' end);
    if left(given_day, 4) = '0000' then
      given_day := null;
    elsif right(given_day, 2)::integer > extract(day from make_date(
      left(given_day, 4)::integer, substring(given_day from 6 for 2)::integer, 1) + interval '1 month - 1 day')
    then
      given_day := null; -- no calendar has this day
    end if;
  end if;
  return case field_type
    when 'text' then case when not is_text then 'text' end
    when 'number' then case when jsonb_typeof(given) <> 'number' then 'a number' end
    when 'date' then case when given_day is null then 'a date, such as 2026-11-30' end
    when 'datetime' then case when given_day is null then 'a time with a zone, such as 2026-11-30T09:00:00Z' end
    when 'boolean' then case when jsonb_typeof(given) <> 'boolean' then 'true or false' end
    when 'option' then case when not is_text
      or not choices @> jsonb_build_array(jsonb_build_object('value', given)) then 'one of ' || public.named_options(choices) end
    when 'options' then case when jsonb_typeof(given) <> 'array' or exists (
      select from jsonb_array_elements(case when jsonb_typeof(given) = 'array' then given else '[]' end) as i(item)
      where jsonb_typeof(i.item) <> 'string'
        or not choices @> jsonb_build_array(jsonb_build_object('value', i.item))) then 'a list of ' || public.named_options(choices) end
    when 'owner' then case when not is_text or given_text !~ '^[^@ \t\r\n]+@[^@ \t\r\n]+$' then 'the email of an owner' end
  end;
end
$function$
CREATE OR REPLACE PROCEDURE public.guard_portal_table(IN target regclass, IN for_product boolean)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $procedure$
begin
  execute format('alter table %s enable row level security', target);
  execute format('create policy by_portal on %s to %I using (portal_id = (select current_portal()))',
    target, deployment_role('portal'));
  execute format('grant select, insert, update, delete on %s to %I', target, deployment_role('portal'));
  if for_product then
    execute format('create policy by_login on %s for select to %I using (portal_id = (select product_portal()))',
      target, deployment_role('product'));
  end if;
end
$procedure$
CREATE OR REPLACE FUNCTION public.identity_key(object_type text, properties jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN ((object_type = 'company'::text) AND (jsonb_typeof((properties -> 'domain'::text)) = 'string'::text)) THEN CASE WHEN (((properties ->> 'domain'::text) ~ '^[a-z0-9-]+(?:\.[a-z0-9-]+)+$'::text) AND (octet_length((properties ->> 'domain'::text)) <= 253) AND (NOT starts_with((properties ->> 'domain'::text), 'www.'::text))) THEN (properties ->> 'domain'::text) ELSE canonical_identity('domain'::text, (properties ->> 'domain'::text)) END WHEN ((object_type = 'contact'::text) AND (jsonb_typeof((properties -> 'email'::text)) = 'string'::text)) THEN CASE WHEN (((properties ->> 'email'::text) ~ '^[!-~]+$'::text) AND (octet_length((properties ->> 'email'::text)) <= 320)) THEN lower(((properties ->> 'email'::text) COLLATE "C")) ELSE canonical_identity('email'::text, (properties ->> 'email'::text)) END ELSE NULL::text END
CREATE OR REPLACE FUNCTION public.is_association_kind(from_type text, to_type text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((((from_type = 'contact'::text) AND (to_type = 'company'::text)) OR ((from_type = 'deal'::text) AND (to_type = 'company'::text))) OR ((from_type = 'deal'::text) AND (to_type = 'contact'::text)))
CREATE OR REPLACE FUNCTION public.is_object_type(name text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (name = ANY (ARRAY['company'::text, 'contact'::text, 'deal'::text]))
CREATE OR REPLACE PROCEDURE public.move_rights(IN from_role text, IN to_role text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $procedure$
declare
  giver oid := (select oid from pg_roles where rolname = from_role);
  item record;
begin
  if giver is null or from_role = to_role then
    return;
  end if;
  for item in
    -- columns first: REVOKE ALL on a table takes the rights on its columns, too
    select 1 as step, format('%s (%s) on table %s', a.privilege_type,
      string_agg(quote_ident(c.attname), ', ' order by c.attnum), c.attrelid::regclass) as privilege, null as target
    from pg_attribute c, aclexplode(c.attacl) a
    where a.grantee = giver group by c.attrelid, a.privilege_type
    union all
    select 2, format('%s on %s', string_agg(a.privilege_type, ', '), t.target), t.target
    from (
      select relacl as acl, format('%s %s', case relkind when 'S' then 'sequence' else 'table' end, oid::regclass) as target
      from pg_class
      union all
      select nspacl, format('schema %I', nspname) from pg_namespace
      union all
      select proacl, format('routine %s', oid::regprocedure) from pg_proc
    ) t, aclexplode(t.acl) a
    where a.grantee = giver group by t.target
    order by step
  loop
    execute format('grant %s to %I', item.privilege, to_role);
    if item.target is not null then
      execute format('revoke all on %s from %I', item.target, from_role);
    else
      execute format('revoke %s from %I', item.privilege, from_role);
    end if;
  end loop;
  for item in
    select polname, polrelid::regclass as target from pg_policy where giver = any (polroles)
  loop
    execute format('alter policy %I on %s to %I', item.polname, item.target, to_role);
  end loop;
end
$procedure$
CREATE OR REPLACE FUNCTION public.named_options(choices jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT format('its options (%s)'::text, COALESCE((string_agg((o.choice ->> 'value'::text), ', '::text ORDER BY o.place) FILTER (WHERE (o.place <= 10)) ||
         CASE
             WHEN (count(*) > 10) THEN ', …'::text
             ELSE ''::text
         END), 'none yet'::text)) AS format
    FROM jsonb_array_elements(named_options.choices) WITH ORDINALITY o(choice, place);
END
CREATE OR REPLACE PROCEDURE public.open_to_crossing(IN target regclass, IN privileges text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $procedure$
begin
  execute format('create policy crossing on %s to %I using (true) with check (true)', target, deployment_role('crossing'));
  execute format('grant %s on %s to %I', privileges, target, deployment_role('crossing'));
end
$procedure$
CREATE OR REPLACE FUNCTION public.plural_of(object_type text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE object_type WHEN 'company'::text THEN 'companies'::text WHEN 'contact'::text THEN 'contacts'::text WHEN 'deal'::text THEN 'deals'::text ELSE NULL::text END
CREATE OR REPLACE FUNCTION public.product_portal()
 RETURNS bigint
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
RETURN (SELECT portal_login.portal_id FROM portal_login WHERE (portal_login.role_name = SESSION_USER))
CREATE OR REPLACE FUNCTION public.record_mark_dirty()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  -- The longest email has 320 characters.
  acting text := left(nullif(current_setting('counterpart.acting_user', true), ''), 320);
begin
  insert into public.dirty (portal_id, object_type, record_id, revision, changed_by)
  values (new.portal_id, new.object_type, new.id, new.revision, acting)
  on conflict (portal_id, record_id)
  do update set revision = excluded.revision, due_at = now(), looks = 0, changed_by = excluded.changed_by;
  return null;
end
$function$
CREATE OR REPLACE FUNCTION public.record_number_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  times jsonb;
begin
  new.revision := old.revision + 1;
  new.updated_at := now();
  if (new.properties, new.company_id) is distinct from (old.properties, old.company_id) then
    new.taken_over := true;
  end if;
  select jsonb_object_agg(t.field, trunc(extract(epoch from now()) * 1000)) into times
  from public.timed_field t
  where t.portal_id = new.portal_id and t.object_type = new.object_type
    and new.properties -> t.field is distinct from old.properties -> t.field;
  if times is not null then
    new.field_times := coalesce(old.field_times, '{}') || times;
  end if;
  return new;
end
$function$
CREATE OR REPLACE FUNCTION public.record_weigh()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  begin
    new.bytes := pg_catalog.octet_length(new.properties::text);
  exception when program_limit_exceeded then
    new.bytes := 2147483647; -- no text in Postgres can be as long as this one would be
  end;
  if new.bytes > 1048576 and (tg_op = 'INSERT' or new.properties is distinct from old.properties) then
    raise exception 'The record''s values have % bytes as JSON text. A record can have at most 1048576.', new.bytes using
      errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, constraint = 'record_size',
      hint = 'Shorten its longest values, or keep them in a table of your own and store only what identifies them.';
  end if;
  return new;
end
$function$
CREATE OR REPLACE FUNCTION public.workspace_check_fields(portal bigint, record_type text, given jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  field_name text;
  field_label text;
  needed text;
begin
  if given = '{}' then
    return;
  end if;
  select f.name, f.label, m.needed into field_name, field_label, needed
  from public.workspace_field f
  cross join lateral (select public.field_misfit(f.type, f.options, given -> f.name) as needed offset 0) m
  where f.portal_id = portal and f.object_type = record_type and f.name = any (array(select jsonb_object_keys(given)))
    and m.needed is not null
  order by f.name limit 1;
  if needed is not null then
    raise exception 'custom.% (%) must be %.', field_name, field_label, needed
      using errcode = 'invalid_parameter_value',
        hint = 'The view workspace.fields lists your fields. Null clears a field.';
  end if;
end
$function$
CREATE OR REPLACE FUNCTION public.workspace_check_parent(portal bigint, child_type text, parent uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  parent_type text := (select to_type from public.association_kind where from_type = child_type and has_primary);
begin
  if parent is not null and not exists (
    select from public.record
    where portal_id = portal and id = parent and object_type = parent_type and deleted_at is null
  ) then
    raise exception 'There is no % % in this portal.', coalesce(parent_type, 'parent'), parent
      using errcode = 'foreign_key_violation';
  end if;
end
$function$
CREATE OR REPLACE FUNCTION public.workspace_date(properties jsonb, field text)
 RETURNS date
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (field_misfit('date'::text, '[]'::jsonb, (properties -> field)) IS NULL) THEN make_date(("left"((properties ->> field), 4))::integer, (SUBSTRING((properties ->> field) FROM 6 FOR 2))::integer, ("right"((properties ->> field), 2))::integer) ELSE NULL::date END
CREATE OR REPLACE FUNCTION public.workspace_date_shown(properties jsonb, field text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN ((jsonb_typeof((properties -> field)) <> 'null'::text) AND (field_misfit('date'::text, '[]'::jsonb, (properties -> field)) IS NOT NULL)) THEN NULL::text ELSE field END
CREATE OR REPLACE FUNCTION public.workspace_number(properties jsonb, field text)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof((properties -> field)) WHEN 'number'::text THEN ((properties -> field))::numeric WHEN 'string'::text THEN CASE WHEN ((length((properties ->> field)) <= 200) AND ((properties ->> field) ~ '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'::text)) THEN ((properties ->> field))::numeric ELSE NULL::numeric END ELSE NULL::numeric END
CREATE OR REPLACE FUNCTION public.workspace_number_shown(properties jsonb, field text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN ((jsonb_typeof((properties -> field)) = ANY (ARRAY['string'::text, 'boolean'::text, 'array'::text, 'object'::text])) AND (workspace_number(properties, field) IS NULL)) THEN NULL::text ELSE field END
CREATE OR REPLACE FUNCTION public.workspace_owner_id(owner_email text, hubspot_user_id bigint)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
RETURN (SELECT CASE WHEN (i.owner_ids ? workspace_owner_id.owner_email) THEN (SELECT d.name FROM hubspot_definition d WHERE ((d.portal_id = i.portal_id) AND (d.kind = 'owner'::text) AND (d.name = (i.owner_ids ->> workspace_owner_id.owner_email)) AND (NOT COALESCE(((d.body ->> 'archived'::text))::boolean, false)))) ELSE COALESCE((SELECT d.name FROM hubspot_definition d WHERE ((d.portal_id = i.portal_id) AND (d.kind = 'owner'::text) AND ((d.body ->> 'email'::text) = workspace_owner_id.owner_email) AND (NOT COALESCE(((d.body ->> 'archived'::text))::boolean, false))) ORDER BY d.name LIMIT 1), (SELECT d.name FROM hubspot_definition d WHERE ((d.portal_id = i.portal_id) AND (d.kind = 'owner'::text) AND ((d.body ->> 'userId'::text) = (workspace_owner_id.hubspot_user_id)::text) AND (NOT COALESCE(((d.body ->> 'archived'::text))::boolean, false))) ORDER BY d.name LIMIT 1)) END AS "coalesce" FROM installation i WHERE (i.portal_id = acting_portal()))
CREATE OR REPLACE FUNCTION public.workspace_permissions()
 RETURNS text[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
RETURN ((ARRAY['push'::text, 'pull'::text] || ARRAY(SELECT format('assign_%s_owner'::text, t.name) AS format FROM object_type t WHERE (EXISTS (SELECT FROM pg_attribute a WHERE ((a.attrelid = (to_regclass(format('workspace.%I'::text, t.plural)))::oid) AND (a.attname = 'owner_email'::name)))) ORDER BY t.name)) || ARRAY['settings'::text])
CREATE OR REPLACE FUNCTION public.workspace_pipelines()
 RETURNS TABLE(object_type text, body jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT d.object_type,
     d.body
    FROM hubspot_definition d
   WHERE ((d.portal_id = acting_portal()) AND (d.kind = 'pipeline'::text));
END
CREATE OR REPLACE FUNCTION public.workspace_row_fields(view_row jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
RETURN (view_row - ARRAY['id'::text, 'company_id'::text, 'custom'::text, 'hubspot_id'::text, 'sync_status'::text, 'sync_reason'::text, 'created_at'::text, 'updated_at'::text, 'visible'::text, 'won'::text, 'closed'::text])
CREATE OR REPLACE FUNCTION public.workspace_selected_pipelines()
 RETURNS TABLE(object_type text, pipelines jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT t.key,
     (t.value -> 'pipelines'::text)
    FROM (( SELECT s.document
            FROM settings s
           WHERE (s.portal_id = acting_portal())
           ORDER BY s.version DESC
          LIMIT 1) newest
      CROSS JOIN LATERAL jsonb_each(newest.document) t(key, value))
   WHERE ((jsonb_typeof(t.value) = 'object'::text) AND (jsonb_typeof((t.value -> 'pipelines'::text)) = 'array'::text));
END
CREATE OR REPLACE FUNCTION public.workspace_stages()
 RETURNS TABLE(object_type text, pipeline text, stage text, closed boolean, won boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
BEGIN ATOMIC
 WITH chosen AS (
          SELECT s.document
            FROM settings s
           WHERE (s.portal_id = acting_portal())
           ORDER BY s.version DESC
          LIMIT 1
         ), mapped AS (
          SELECT t.name,
             f.field,
             f.property,
             m.mapping
            FROM (((object_type t
              CROSS JOIN LATERAL ( VALUES ('pipeline'::text,t.pipeline_property), ('stage'::text,t.stage_property)) f(field, property))
              LEFT JOIN chosen c ON (true))
              LEFT JOIN LATERAL ( SELECT e.value AS mapping
                    FROM jsonb_array_elements(((c.document -> t.name) -> 'mappings'::text)) e(value)
                   WHERE ((e.value ->> 'field'::text) = f.field)
                  LIMIT 1) m ON (true))
           WHERE ((t.stage_property IS NOT NULL) AND (((c.document -> t.name) IS NULL) OR ((m.mapping ->> 'property'::text) = f.property)))
         ), pair AS (
          SELECT m.name,
             m.field,
             (p.value ->> 'hubspot'::text) AS hubspot,
             (p.value ->> 'workspace'::text) AS workspace
            FROM (mapped m
              CROSS JOIN LATERAL jsonb_array_elements(((m.mapping -> 'conversion'::text) -> 'pairs'::text)) p(value))
         ), stage AS (
          SELECT d.object_type,
             (d.body ->> 'id'::text) AS pipeline,
             s.id,
             s.closed,
             (s.closed AND COALESCE((s.probability = (1)::numeric), false)) AS won
            FROM hubspot_definition d,
             LATERAL jsonb_to_recordset((d.body -> 'stages'::text)) s(id text, probability numeric, closed boolean)
           WHERE ((d.portal_id = acting_portal()) AND (d.kind = 'pipeline'::text))
         ), had AS (
          SELECT s.object_type,
                 CASE
                     WHEN ((p.mapping -> 'conversion'::text) ? 'pairs'::text) THEN pp.workspace
                     ELSE s.pipeline
                 END AS pipeline,
                 CASE
                     WHEN ((m.mapping -> 'conversion'::text) ? 'pairs'::text) THEN sp.workspace
                     ELSE s.id
                 END AS stage,
             s.closed,
             s.won
            FROM ((((stage s
              JOIN mapped p ON (((p.name = s.object_type) AND (p.field = 'pipeline'::text))))
              JOIN mapped m ON (((m.name = s.object_type) AND (m.field = 'stage'::text))))
              LEFT JOIN pair pp ON (((pp.name = s.object_type) AND (pp.field = 'pipeline'::text) AND (pp.hubspot = s.pipeline))))
              LEFT JOIN pair sp ON (((sp.name = s.object_type) AND (sp.field = 'stage'::text) AND (sp.hubspot = s.id))))
         )
  SELECT h.object_type,
     h.pipeline,
     h.stage,
         CASE
             WHEN (bool_and(h.closed) = bool_or(h.closed)) THEN bool_and(h.closed)
             ELSE NULL::boolean
         END AS "case",
         CASE
             WHEN (bool_and(h.won) = bool_or(h.won)) THEN bool_and(h.won)
             ELSE NULL::boolean
         END AS "case"
    FROM had h
   WHERE ((h.pipeline IS NOT NULL) AND (h.stage IS NOT NULL))
   GROUP BY h.object_type, h.pipeline, h.stage;
END
CREATE OR REPLACE FUNCTION public.workspace_text(properties jsonb, field text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (jsonb_typeof((properties -> field)) = ANY (ARRAY['string'::text, 'number'::text, 'boolean'::text])) THEN (properties ->> field) ELSE NULL::text END
CREATE OR REPLACE FUNCTION public.workspace_text_shown(properties jsonb, field text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (jsonb_typeof((properties -> field)) = ANY (ARRAY['array'::text, 'object'::text])) THEN NULL::text ELSE field END
CREATE OR REPLACE FUNCTION public.workspace_user_check()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  known constant text[] := workspace_permissions();
  canonical constant text := canonical_identity('email', new.email);
  stranger text;
begin
  if canonical is null or canonical !~ '^[^@[:space:]]+@[^@[:space:]]+$' then
    raise exception 'email must be an email address.' using errcode = 'invalid_parameter_value';
  end if;
  new.email := canonical;
  new.permissions := coalesce(new.permissions, array_remove(known, 'settings'));
  select coalesce(p.name, 'null') into stranger from unnest(new.permissions) as p(name)
  where p.name is null or p.name <> all (known) limit 1;
  if found then
    raise exception 'There is no permission %. The permissions are %.', stranger, array_to_string(known, ', ')
      using errcode = 'invalid_parameter_value';
  end if;
  new.permissions := array(
    select k.name from unnest(known) with ordinality as k(name, place)
    where k.name = any (new.permissions) order by k.place);
  if tg_op = 'UPDATE' then
    -- Another email is perhaps another person.
    if new.email <> old.email then
      new.hubspot_user_id := null;
    end if;
    if (new.email, new.name, new.permissions, new.active) is distinct from (old.email, old.name, old.permissions, old.active) then
      new.updated_at := now();
    end if;
  end if;
  return new;
end
$function$
CREATE OR REPLACE FUNCTION public.workspace_user_wake()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  insert into dirty (portal_id, object_type, record_id, revision)
  select distinct r.portal_id, r.object_type, r.id, r.revision
  from attention a
  join record r on r.portal_id = a.portal_id and r.id = a.record_id and r.deleted_at is null
  where a.portal_id = new.portal_id and a.state = 'open' and a.kind = 'problem' and a.code = 'owner_permission'
    and exists (
      select from installation i
      where i.portal_id = new.portal_id
        and (i.sync_user_choice = new.id
          or (i.sync_user_choice is null
            and (i.sync_user_id in (old.hubspot_user_id, new.hubspot_user_id)
              or canonical_identity('email', i.sync_user_email) in (old.email, new.email)))))
  on conflict (portal_id, record_id) do update set due_at = now();
  return null;
end
$function$
CREATE OR REPLACE FUNCTION public.workspace_write_association()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  portal bigint := acting_portal();
  kind public.association_kind;
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'UPDATE' and new is not distinct from old then
    return new;
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    if 'primary' = any (old.labels) then
      update record set company_id = null where portal_id = portal and id = old.from_id and company_id = old.to_id;
    else
      delete from association where portal_id = portal and from_id = old.from_id and to_id = old.to_id;
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  select * into kind from association_kind k where k.from_type = new.from_type and k.to_type = new.to_type;
  if kind.name is null then
    raise exception 'An association goes from a %.', (
      select string_agg(format('%s to a %s', k.from_type, k.to_type), ', or from a ' order by k.name) from association_kind k)
      using errcode = 'invalid_parameter_value';
  end if;
  if 'primary' = any (coalesce(new.labels, '{}')) and not kind.has_primary then
    raise exception 'A % has no primary %.', kind.from_type, kind.to_type using errcode = 'invalid_parameter_value';
  end if;
  if not exists (
    select from record where portal_id = portal and id = new.to_id and object_type = kind.to_type and deleted_at is null
  ) then
    raise exception 'There is no % % in this portal.', kind.to_type, new.to_id using errcode = 'foreign_key_violation';
  end if;
  if 'primary' = any (coalesce(new.labels, '{}')) then
    delete from association where portal_id = portal and from_id = new.from_id and to_id = new.to_id;
    update record set company_id = new.to_id
    where portal_id = portal and id = new.from_id and object_type = kind.from_type and deleted_at is null;
  else
    insert into association (portal_id, from_type, from_id, to_type, to_id, labels)
    values (portal, new.from_type, new.from_id, new.to_type, new.to_id, coalesce(new.labels, '{}'))
    on conflict (portal_id, from_id, to_id) do update set labels = excluded.labels
    where association.labels is distinct from excluded.labels;
  end if;
  return new;
end
$function$
CREATE OR REPLACE FUNCTION public.workspace_write_record()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  portal bigint := acting_portal();
  before jsonb := '{}';
  after jsonb := to_jsonb(new);
  old_fields jsonb;
  fields jsonb;
  old_custom jsonb;
  custom jsonb;
  -- what to write: field to value
  changes jsonb := '{}';
  given jsonb;
  cleared text[];
  -- the changed fields that are columns
  columns text[];
  misfit text;
  new_company boolean;
  touched timestamptz;
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'DELETE' then
    update record set deleted_at = now() where portal_id = portal and id = old.id and deleted_at is null;
    return old;
  end if;
  if jsonb_typeof(after -> 'custom') not in ('object', 'null') then
    raise exception 'custom must be a JSON object.' using errcode = 'invalid_parameter_value';
  end if;
  if tg_op = 'UPDATE' then
    if new.id is distinct from old.id then
      raise exception 'The id of a record cannot be changed.' using errcode = 'invalid_parameter_value';
    end if;
    before := to_jsonb(old);
  end if;

  if nullif(after -> 'won', 'null') is distinct from nullif(before -> 'won', 'null')
    or nullif(after -> 'closed', 'null') is distinct from nullif(before -> 'closed', 'null') then
    raise exception 'won and closed come from the stage and can''t be written. Write the stage.'
      using errcode = 'generated_always';
  end if;

  fields := workspace_row_fields(after);
  old_fields := workspace_row_fields(before);
  custom := coalesce(nullif(after -> 'custom', 'null'), '{}');
  old_custom := coalesce(nullif(before -> 'custom', 'null'), '{}');
  if custom <> old_custom then
    select coalesce(jsonb_object_agg(c.key, c.value), '{}') into changes from (
      select n.key, n.value from jsonb_each(custom) n
      where n.value is distinct from coalesce(old_custom -> n.key, old_fields -> n.key, 'null')
      union all
      select o.key, 'null' from jsonb_object_keys(old_custom) as o(key) where not custom ? o.key
    ) c;
  end if;
  if tg_op = 'INSERT' then
    changes := changes || jsonb_strip_nulls(fields);
  else
    select changes || coalesce(jsonb_object_agg(n.key, n.value), '{}') into changes
    from jsonb_each(fields) n where n.value is distinct from old_fields -> n.key;
  end if;
  new_company := after ->> 'company_id' is distinct from before ->> 'company_id';
  if tg_op = 'UPDATE' and changes = '{}' and not new_company then
    return new;
  end if;

  select
    coalesce(jsonb_object_agg(c.key, c.value) filter (where c.value <> 'null'), '{}'),
    coalesce(array_agg(c.key) filter (where c.value = 'null'), '{}'),
    coalesce(array_agg(c.key) filter (where fields ? c.key), '{}'),
    min(c.key) filter (where fields ? c.key and c.value <> 'null'
      and (jsonb_typeof(c.value) <> case when c.key = any (tg_argv[1:]) then 'number' else 'string' end
        or c.key || ' date' = any (tg_argv[1:]) and field_misfit('date', '[]', c.value) is not null))
  into given, cleared, columns, misfit
  from jsonb_each(changes) c;
  if misfit is not null then
    raise exception '% must be %.', misfit,
      case when misfit = any (tg_argv[1:]) then 'a finite number'
        when misfit || ' date' = any (tg_argv[1:]) then 'a date, such as 2026-11-30' else 'text' end
      using errcode = 'invalid_parameter_value';
  end if;
  perform workspace_check_fields(portal, tg_argv[0], given - columns);
  if new_company then
    perform workspace_check_parent(portal, tg_argv[0], (after ->> 'company_id')::uuid);
  end if;
  if tg_op = 'INSERT' then
    insert into record (portal_id, id, object_type, properties, company_id)
    values (portal, coalesce(new.id, gen_random_uuid()), tg_argv[0], given, (after ->> 'company_id')::uuid)
    returning id, created_at, updated_at into new.id, new.created_at, new.updated_at;
  else
    update record set
      properties = (properties || given) - cleared,
      company_id = case when new_company then (after ->> 'company_id')::uuid else company_id end
    where portal_id = portal and id = old.id and deleted_at is null
    returning updated_at into touched;
    if not found then
      return null;
    end if;
    new.updated_at := touched;
  end if;

  -- RETURNING shows the row as a select would.
  custom := (old_custom || given) - cleared - columns;
  if custom is distinct from after -> 'custom' then
    new := jsonb_populate_record(new, (
      select jsonb_build_object('custom', custom) || coalesce(jsonb_object_agg(c.name, changes -> c.name), '{}')
      from unnest(columns) as c(name)));
  end if;
  if after ? 'won' and (fields -> 'pipeline', fields -> 'stage') is distinct from (old_fields -> 'pipeline', old_fields -> 'stage') then
    new := jsonb_populate_record(new, coalesce((
      select jsonb_build_object('won', s.won, 'closed', s.closed) from workspace_stages() s
      where s.object_type = tg_argv[0] and s.pipeline = fields ->> 'pipeline' and s.stage = fields ->> 'stage'),
      '{"won": null, "closed": null}'));
  end if;
  return new;
end
$function$
CREATE OR REPLACE FUNCTION public.workspace_write_user()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  portal bigint := acting_portal();
  written workspace_user;
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'INSERT' then
    insert into workspace_user (portal_id, id, email, name, permissions, active)
    values (portal, coalesce(new.id, gen_random_uuid()), new.email, coalesce(new.name, ''), new.permissions, coalesce(new.active, true))
    returning * into written;
  else
    if new.id is distinct from old.id then
      raise exception 'The id of a user cannot be changed.' using errcode = 'invalid_parameter_value';
    end if;
    update workspace_user u set
      email = case when new.email is distinct from old.email then new.email else u.email end,
      name = case when new.name is distinct from old.name then coalesce(new.name, '') else u.name end,
      permissions = case when new.permissions is distinct from old.permissions then new.permissions else u.permissions end,
      active = case when new.active is distinct from old.active then coalesce(new.active, true) else u.active end
    where u.portal_id = portal and u.id = old.id
    returning * into written;
    if not found then
      return null;
    end if;
  end if;
  new.id := written.id;
  new.email := written.email;
  new.name := written.name;
  new.permissions := written.permissions;
  new.active := written.active;
  new.hubspot_user_id := written.hubspot_user_id::text;
  new.hubspot_owner_id := workspace_owner_id(written.email, written.hubspot_user_id);
  new.created_at := written.created_at;
  new.updated_at := written.updated_at;
  return new;
end
$function$
CREATE OR REPLACE FUNCTION workspace.restore_record(record_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  portal bigint := acting_portal();
begin
  if portal is null then
    raise exception 'This login belongs to no portal.' using errcode = 'insufficient_privilege';
  end if;
  update public.record r set deleted_at = null
  where r.portal_id = portal and r.id = restore_record.record_id and r.deleted_at is not null
    and not exists (
      select from public.record_alias a where a.portal_id = portal and a.old_id = restore_record.record_id);
  return found;
end
$function$

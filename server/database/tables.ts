import type { ColumnType, Generated, GeneratedAlways } from "kysely";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../settings/object-type.ts";

/** What jsonb can hold. */
export type Json =
  string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** jsonb: read as a value, written as the text that `toJson` makes (json.ts says why). */
type Jsonb<T> = ColumnType<T, string, string>;
type JsonbDefault<T> = ColumnType<T, string | undefined, string>;
type Time = ColumnType<Date, Date | string, Date | string>;
type TimeDefault = ColumnType<Date, Date | string | undefined, Date | string>;
type TimeOrNull = ColumnType<
  Date | null,
  Date | string | null | undefined,
  Date | string | null
>;
/** A column that may be left out of an insert, and is then null. */
type OrNull<T> = ColumnType<T | null, T | null | undefined, T | null>;

export type InstallationState =
  | "setting-up"
  | "first-pull"
  | "active"
  | "held"
  | "disconnected"
  | "uninstalled";

export type InstallationTable = {
  portal_id: PortalId;
  app_id: number;
  state: InstallationState;
  state_since: TimeDefault;
  state_reason: Generated<string>;
  resume_state: OrNull<"setting-up" | "first-pull" | "active">;
  window_ends_at: Time;
  scopes: string[];
  sync_user_id: number;
  sync_user_email: Generated<string>;
  sync_user_choice: OrNull<string>;
  access_token: OrNull<string>;
  access_expires_at: TimeOrNull;
  refresh_token: OrNull<string>;
  token_generation: Generated<number>;
  api_key_hash: Buffer;
  api_key_hint: OrNull<string>;
  api_key_made_at: TimeOrNull;
  old_api_key_hash: OrNull<Buffer>;
  old_api_key_ends_at: TimeOrNull;
  account: JsonbDefault<JsonObject>;
  missing_capabilities: JsonbDefault<
    Record<string, { reason: string; scopes: readonly string[]; since: string }>
  >;
  unique_property: JsonbDefault<JsonObject>;
  setup_steps: JsonbDefault<Record<string, string>>;
  definitions_read_at: TimeOrNull;
  definitions_wanted_at: TimeOrNull;
  upkeep_wanted_at: TimeOrNull;
  drift_checked_at: TimeOrNull;
  first_pull_ended: JsonbDefault<Partial<Record<ObjectType, string>>>;
  swept_at: TimeOrNull;
  sweep_result: ColumnType<
    JsonObject | null,
    string | null | undefined,
    string | null
  >;
  created_at: TimeDefault;
  updated_at: TimeDefault;
  uninstalled_at: TimeOrNull;
  copied_from: OrNull<"setting-up" | "first-pull" | "active" | "held">;
  hidden_types: Generated<string[]>;
  off_types: Generated<string[]>;
  owner_ids: JsonbDefault<Record<string, string>>;
};

type OauthStateUsedTable = { nonce: string; expires_at: Time };

type DeploymentTable = {
  id: string;
  created_at: TimeDefault;
};

type SchemaVersionTable = { migration: string; compatible_with: string };

type DatabaseIdentityTable = {
  single: Generated<boolean>;
  cluster: OrNull<string>;
  database_oid: string;
  table_oid: string;
  public_url: OrNull<string>;
  noted_at: TimeDefault;
};

type RefusedSignatureTable = { reason: string; since: Time; last_at: Time };

type PortalLoginTable = { role_name: string; portal_id: PortalId };

type SettingsTable = {
  portal_id: PortalId;
  version: number;
  document: Jsonb<JsonObject>;
  changed_by: string;
  changed_at: TimeDefault;
};

type WorkspaceUserTable = {
  portal_id: PortalId;
  id: Generated<string>;
  email: string;
  name: Generated<string>;
  permissions: string[];
  active: Generated<boolean>;
  hubspot_user_id: OrNull<string>;
  created_at: TimeDefault;
  updated_at: TimeDefault;
};

type HubspotDefinitionTable = {
  portal_id: PortalId;
  kind: "property" | "owner" | "pipeline";
  object_type: Generated<string>;
  name: string;
  body: Jsonb<JsonObject>;
  read_at: TimeDefault;
};

type CallBudgetTable = {
  portal_id: PortalId;
  kind: "general" | "search" | "associations";
  learned_limit: OrNull<number>;
  paused_until: TimeOrNull;
  granted: ColumnType<
    string[],
    (string | number)[] | undefined,
    (string | number)[]
  >;
};

export type RecordTable = {
  portal_id: PortalId;
  id: Generated<RecordId>;
  object_type: ObjectType;
  properties: JsonbDefault<JsonObject>;
  company_id: OrNull<RecordId>;
  /** By field, epoch ms; only timed_field's. */
  field_times: ColumnType<Record<string, number> | null, never, null>;
  identity: GeneratedAlways<string | null>;
  bytes: GeneratedAlways<number | null>;
  revision: Generated<number>;
  settled_revision: Generated<number>;
  origin: Generated<string>;
  taken_over: Generated<boolean>;
  created_at: TimeDefault;
  updated_at: TimeDefault;
  deleted_at: TimeOrNull;
};

type WorkspaceFieldTable = {
  portal_id: PortalId;
  object_type: ObjectType;
  name: string;
  label: string;
  type: string;
  options: JsonbDefault<Json[]>;
  created_at: TimeDefault;
  updated_at: TimeDefault;
};

type AssociationTable = {
  portal_id: PortalId;
  from_type: ObjectType;
  from_id: RecordId;
  to_type: ObjectType;
  to_id: RecordId;
  labels: Generated<string[]>;
};

type RecordAliasTable = {
  portal_id: PortalId;
  old_id: RecordId;
  record_id: RecordId;
};

type DirtyTable = {
  portal_id: PortalId;
  object_type: ObjectType;
  record_id: RecordId;
  revision: number;
  since: TimeDefault;
  due_at: TimeDefault;
  looks: Generated<number>;
  changed_by: OrNull<string>;
};

export type LinkState =
  | "live"
  | "object-deleted"
  | "record-deleted"
  | "merged-away"
  | "purged"
  | "given-up"
  | "unselected";

export type LinkTable = {
  portal_id: PortalId;
  id: Generated<string>;
  object_type: ObjectType;
  record_id: RecordId;
  object_id: ObjectId;
  state: Generated<LinkState>;
  base: JsonbDefault<
    Record<string, { w: Json; h: Json; p: string; c: string }>
  >;
  parked: JsonbDefault<Record<string, JsonObject>>;
  seen_at: TimeOrNull;
  edges_settled: Generated<string[]>;
  pulled_at: TimeOrNull;
  pulled_by: OrNull<string>;
  pushed_at: TimeOrNull;
  pushed_by: OrNull<string>;
  created_at: TimeDefault;
  ended_at: TimeOrNull;
  kept_at: TimeOrNull;
};

type ObjectAliasTable = {
  portal_id: PortalId;
  object_type: ObjectType;
  old_id: ObjectId;
  object_id: ObjectId;
};

type ObjectIdentityTable = {
  portal_id: PortalId;
  object_type: ObjectType;
  object_id: ObjectId;
  identity: string;
};

type AssociationBaseTable = {
  portal_id: PortalId;
  from_id: RecordId;
  to_id: RecordId;
  from_type: ObjectType;
  to_type: ObjectType;
  is_primary: Generated<boolean>;
};

type ObjectTypeTable = {
  name: ObjectType;
  plural: string;
  identity_kind: OrNull<string>;
  identity_field: OrNull<string>;
  pipeline_property: OrNull<string>;
  stage_property: OrNull<string>;
};

type AssociationKindTable = {
  name: string;
  from_type: ObjectType;
  to_type: ObjectType;
  has_primary: boolean;
};

type WaitingEdgeTable = {
  portal_id: PortalId;
  kind: string;
  parent_object_id: ObjectId;
  child_object_id: ObjectId;
};

type WaitingValueTable = {
  portal_id: PortalId;
  object_type: ObjectType;
  record_id: RecordId;
  field: Generated<string>;
  property: string;
  object_id: ObjectId;
  held_by: RecordId | null;
};

export type AttemptTable = {
  portal_id: PortalId;
  id: string;
  object_type: ObjectType;
  record_id: RecordId;
  object_id: OrNull<ObjectId>;
  operation: "create" | "update" | "archive" | "associate";
  sent: Jsonb<Record<string, { h: string; w: Json }>>;
  creation_key: OrNull<string>;
  initiator: "hubspot" | "workspace";
  run_id: OrNull<string>;
  claimed: Generated<boolean>;
  claim_ends_at: Time;
  created_at: TimeDefault;
  answer: ColumnType<
    JsonObject | null,
    string | null | undefined,
    string | null
  >;
  answered_at: TimeOrNull;
  settled_at: TimeOrNull;
  history_read: Generated<boolean>;
  refused: Generated<string[]>;
};

type IdentityClaimTable = {
  portal_id: PortalId;
  object_type: ObjectType;
  key_kind: "email" | "domain";
  key_value: string;
  attempt_id: string;
  record_id: RecordId;
  ends_at: Time;
};

export type RunState = "queued" | "running" | "paused" | "done" | "failed";

export type RunTable = {
  portal_id: PortalId;
  id: Generated<string>;
  kind: "pull" | "push" | "both" | "sweep";
  object_type: ObjectType;
  mode: "full" | "changed" | "selection";
  state: Generated<RunState>;
  state_reason: Generated<string>;
  manual: Generated<boolean>;
  confirmed: Generated<boolean>;
  source: string;
  requested_by: Generated<string>;
  scope: JsonbDefault<JsonObject>;
  position: JsonbDefault<JsonObject>;
  requested: Generated<number>;
  created: Generated<number>;
  updated: Generated<number>;
  unchanged: Generated<number>;
  skipped: Generated<number>;
  held: Generated<number>;
  failed: Generated<number>;
  expected: OrNull<number>;
  created_at: TimeDefault;
  started_at: TimeOrNull;
  ended_at: TimeOrNull;
};

type RunItemTable = {
  portal_id: PortalId;
  run_id: string;
  id: GeneratedAlways<string>;
  outcome: "skipped" | "held" | "failed";
  object_type: ObjectType;
  record_id: OrNull<RecordId>;
  object_id: OrNull<ObjectId>;
  code: string;
  reason: string;
};

type PullCursorTable = {
  portal_id: PortalId;
  object_type: ObjectType;
  covered_until: Time;
  as_of: TimeDefault;
};

export type JournalTable = {
  portal_id: PortalId;
  id: GeneratedAlways<string>;
  at: TimeDefault;
  object_type: ObjectType;
  record_id: OrNull<RecordId>;
  object_id: OrNull<ObjectId>;
  action: string;
  source: string;
  by_user: Generated<string>;
  initiator: string;
  run_id: OrNull<string>;
  code: string;
  reason: string;
  changes: JsonbDefault<JsonObject[]>;
};

export type AttentionTable = {
  portal_id: PortalId;
  id: Generated<string>;
  kind: "problem" | "held" | "drift";
  state: Generated<"open" | "resolved">;
  code: string;
  object_type: ObjectType;
  record_id: OrNull<RecordId>;
  object_id: OrNull<ObjectId>;
  field: Generated<string>;
  cause: string;
  fix: Generated<string>;
  details: JsonbDefault<JsonObject>;
  initiator: string;
  tries: Generated<number>;
  retry_at: TimeOrNull;
  run_id: OrNull<string>;
  created_at: TimeDefault;
  updated_at: TimeDefault;
  resolved_at: TimeOrNull;
  resolved_by: OrNull<string>;
  part_of: OrNull<string>;
  expires_at: TimeOrNull;
};

type BrakeWindowTable = {
  portal_id: PortalId;
  object_type: ObjectType;
  flow: "to_workspace" | "to_hubspot";
  action: "delete" | "create" | "update";
  minutes: JsonbDefault<Record<string, number>>;
};

type RefusedCreationTable = {
  portal_id: PortalId;
  object_type: ObjectType;
  subject: string;
  refused_at: TimeDefault;
  refused_by: string;
};

type TimedFieldTable = {
  portal_id: PortalId;
  object_type: ObjectType;
  field: string;
  since: TimeDefault;
};

type SyncVerdictTable = {
  portal_id: PortalId;
  record_id: RecordId;
  code: string;
  reason: string;
  at: TimeDefault;
};

type AnsweredRequestTable = {
  portal_id: PortalId;
  request_id: string;
  answer: ColumnType<Json, string | null | undefined, string | null>;
  created_at: TimeDefault;
  content: OrNull<Buffer>;
};

export type InboxTable = {
  portal_id: PortalId;
  id: GeneratedAlways<string>;
  received_at: TimeDefault;
  kind: string;
  object_type: string;
  object_id: ObjectId;
  occurred_at: Time;
  event: Jsonb<JsonObject>;
  due_at: TimeDefault;
  looks: Generated<number>;
  settled_at: TimeOrNull;
  failures: Generated<number>;
  waits_for: OrNull<string>;
};

export type SetAsideEventTable = {
  portal_id: PortalId;
  id: GeneratedAlways<string>;
  received_at: TimeDefault;
  reason: string;
  length: number;
  event: string;
};

/** The kinds of a portal's background work (jobs/lane.ts). */
export type LaneKind =
  "inbox" | "dirty" | "run" | "changed-pull" | "sweep" | "upkeep";

export type LaneTable = {
  portal_id: PortalId;
  kind: LaneKind;
  next_at: TimeDefault;
  leased: Generated<boolean>;
  token: Generated<number>;
  failures: Generated<number>;
  last_error: OrNull<string>;
  waits: Generated<boolean>;
  succeeded_at: TimeOrNull;
  troubled_since: TimeOrNull;
  cause: OrNull<string>;
};

type ReadOnly<T> = ColumnType<T, never, never>;

export type SyncStatus =
  | "in_sync"
  | "changes_waiting"
  | "held"
  | "problem"
  | "not_synced"
  | "not_checked"
  | "paused"
  | "setting_up"
  | "disconnected";

type SyncStatusView = {
  portal_id: ReadOnly<PortalId>;
  record_id: ReadOnly<RecordId>;
  object_id: ReadOnly<ObjectId | null>;
  pulled_at: ReadOnly<Date | null>;
  pushed_at: ReadOnly<Date | null>;
  status: ReadOnly<SyncStatus>;
  code: ReadOnly<string>;
  reason: ReadOnly<string>;
};

/** Every table, and the view that the server itself reads. A test holds this file against the real catalog. */
export type Tables = {
  installation: InstallationTable;
  oauth_state_used: OauthStateUsedTable;
  deployment: DeploymentTable;
  schema_version: SchemaVersionTable;
  database_identity: DatabaseIdentityTable;
  refused_signature: RefusedSignatureTable;
  portal_login: PortalLoginTable;
  settings: SettingsTable;
  workspace_user: WorkspaceUserTable;
  hubspot_definition: HubspotDefinitionTable;
  call_budget: CallBudgetTable;
  object_type: ObjectTypeTable;
  association_kind: AssociationKindTable;
  record: RecordTable;
  workspace_field: WorkspaceFieldTable;
  association: AssociationTable;
  record_alias: RecordAliasTable;
  dirty: DirtyTable;
  link: LinkTable;
  object_alias: ObjectAliasTable;
  object_identity: ObjectIdentityTable;
  association_base: AssociationBaseTable;
  waiting_edge: WaitingEdgeTable;
  waiting_value: WaitingValueTable;
  attempt: AttemptTable;
  identity_claim: IdentityClaimTable;
  run: RunTable;
  run_item: RunItemTable;
  pull_cursor: PullCursorTable;
  journal: JournalTable;
  attention: AttentionTable;
  brake_window: BrakeWindowTable;
  refused_creation: RefusedCreationTable;
  timed_field: TimedFieldTable;
  sync_verdict: SyncVerdictTable;
  answered_request: AnsweredRequestTable;
  inbox: InboxTable;
  set_aside_event: SetAsideEventTable;
  lane: LaneTable;
  "workspace.sync_status": SyncStatusView;
};

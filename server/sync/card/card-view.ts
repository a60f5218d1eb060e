import type { ObjectType } from "../../settings/object-type.ts";
import type { Side } from "../model.ts";

/** What a card shows and answers. http publishes the same shape as a schema; the compiler holds one against the other. */

export type Status =
  | "in_sync"
  | "changes_waiting"
  | "held"
  | "problem"
  | "not_synced"
  | "setting_up"
  | "disconnected";

/** What one press would do to one field. */
export type Effect = {
  writes: Side | "nothing";
  value: string | null;
  reason: string;
};

export type FieldRow = {
  field: string;
  label: string;
  property: string;
  workspace: string | null;
  hubspot: string | null;
  state:
    | "changed_in_workspace"
    | "changed_in_hubspot"
    | "changed_in_both"
    | "differs"
    | "parked"
    | "held";
  onPull: Effect;
  onPush: Effect;
  note: string | null;
};

export type Button = {
  allowed: boolean;
  creates: boolean;
  summary: string;
  code: string | null;
  reason: string | null;
  remedy: string | null;
};

export type ChangeRow = {
  field: string;
  label: string;
  side: Side;
  before: string | null;
  after: string | null;
};

export type HeldRow = {
  id: string;
  field: string;
  label: string;
  base: { workspace: string | null; hubspot: string | null };
  workspace: string | null;
  hubspot: string | null;
};

export type ProblemRow = {
  id: string;
  code: string;
  cause: string;
  fix: string;
  since: string;
  attempts: number;
  correlationId: string | null;
  retry: { allowed: boolean; reason: string | null };
};

/** Another record of the same email or domain. */
export type DuplicateRow = {
  id: string;
  name: string;
  /** Its page in HubSpot; null for a record without an object. */
  url: string | null;
};

export type JournalRow = {
  id: string;
  at: string;
  action: string;
  source: string;
  by: string;
  reason: string;
  changes: ChangeRow[];
};

export type CompanyChoice = "if-missing" | "always" | "never";
export type RunState = "queued" | "running" | "paused" | "done" | "failed";

export type SyncView = {
  status: Status;
  code: string;
  reason: string;
  /** Names what is shown; goes back with pull and push. */
  version: string;
  objectType: ObjectType;
  record: { id: string; name: string } | null;
  object: { id: string; url: string | null } | null;
  lastPull: { at: string; by: string } | null;
  lastPush: { at: string; by: string } | null;
  fields: FieldRow[];
  moreFields: number;
  pull: Button;
  push: Button & {
    contacts: { count: number } | null;
    company: { name: string; choice: CompanyChoice } | null;
  };
  problem: ProblemRow | null;
  held: HeldRow[];
  /** Possible duplicates, at most five: nothing that needs settling, so no problem. */
  duplicates: DuplicateRow[];
  journal: JournalRow[];
  setup: {
    endsAt: string | null;
    progress: { done: number; total: number | null } | null;
  } | null;
  run: { id: string; state: RunState } | null;
};

export type ActionAnswer =
  | {
      result: "done";
      message: string;
      changes: ChangeRow[];
      objectUrl: string | null;
      view: SyncView;
    }
  | { result: "changed"; message: string; view: SyncView }
  | {
      result: "running";
      runId: string;
      message: string;
      changes: ChangeRow[];
      view: SyncView;
    }
  | {
      result: "refused";
      code: string;
      message: string;
      remedy: string | null;
      view: SyncView;
    };

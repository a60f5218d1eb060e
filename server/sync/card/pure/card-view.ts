import type { ObjectType } from "../../../settings/object-type.ts";
import type { CheckName } from "../../decide/stop.ts";
import type { Side } from "../../model.ts";
import type { RunState } from "../../preview/load-facts.ts";
import type { Status } from "../../preview/stored-sync.ts";

/** What a card shows and returns. http publishes the same shape as a schema; the compiler compares the two. */

/** What one click would do to one field. */
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
  /** This action would change nothing. */
  idle: boolean;
  summary: string;
  code: string | null;
  reason: string | null;
  remedy: string | null;
};

/** One of the four questions of why something syncs automatically, or why it doesn't, with its answer. */
export type CheckRow = {
  check: CheckName;
  label: string;
  /** Null: HubSpot wasn't read, so it isn't known. */
  passed: boolean | null;
  /** "ok" if passed. */
  code: string;
  reason: string;
  remedy: string | null;
  /** The action that syncs it in spite of the check. */
  press: "push" | "pull" | "retry" | null;
};

/** A newer value of one side that a click would replace with the other side's. */
export type Undo = {
  field: string;
  label: string;
  before: string | null;
  after: string | null;
};

/** Pull and Push: they need confirmation first if they would undo newer values. */
export type ForcingButton = Button & { undoes: Undo[]; moreUndoes: number };

/** What helps if nothing on the card does, and who can do it. */
export type Help = {
  action: "reconnect" | "start" | "resume";
  label: string;
  url: string | null;
  who: string;
};

/** A record's children, and those of them that a push would change in HubSpot, as far as the workspace knows. */
export type ChildrenChanged = {
  count: number;
  changed: number;
  named: { id: string; name: string; creates: boolean }[];
  more: number;
};

export type ChildrenOfType = ChildrenChanged & { type: ObjectType };

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
  /** Empty if the problem is about the whole record. */
  field: string;
  /** Another record that needs the card's object. */
  record: { id: string; name: string } | null;
  cause: string;
  fix: string;
  since: string;
  attempts: number;
  correlationId: string | null;
  retry: { allowed: boolean; reason: string | null };
  /** Companies in HubSpot that the record may be linked to instead, with the name of the record that each belongs to. */
  objects: { id: string; url: string; holder: string | null }[];
  help: Help | null;
};

/** What needs an approval in the whole account. */
export type ApprovalRow = {
  id: string;
  code: string;
  cause: string;
  fix: string;
  since: string;
  choices: {
    choice: "approve" | "refuse";
    label: string;
    destructive: boolean;
  }[];
  /** Why the person who sees the card may not choose; null if permitted. */
  refused: string | null;
};

/** Another record with the same email or domain. */
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

export type SyncView = {
  status: Status;
  code: string;
  reason: string;
  /** If HubSpot wasn't read: the last known status, and when it was known. */
  lastKnown: { status: Status; at: string | null } | null;
  help: Help | null;
  /** Criteria, exists already, enabled, failed: in this order (AP-115). */
  checks: CheckRow[];
  /** Identifies what is shown. Send it back with sync, pull, and push. */
  version: string;
  objectType: ObjectType;
  /** What sentences call the product. */
  productName: string;
  /** url: its page in the product; null without recordUrl in the settings. */
  record: { id: string; name: string; url: string | null } | null;
  object: { id: string; url: string | null } | null;
  lastPull: { at: string; by: string } | null;
  lastPush: { at: string; by: string } | null;
  fields: FieldRow[];
  moreFields: number;
  sync: Button;
  pull: ForcingButton;
  push: ForcingButton & {
    /** An entry for each type of children that can be pushed too. */
    children: ChildrenOfType[];
    /** The first entry, for cards that know one type only. */
    contacts: ChildrenChanged | null;
    company: { name: string; missing: boolean; choice: CompanyChoice } | null;
  };
  /** The first of the record's problems. */
  problem: ProblemRow | null;
  /** The pair's problems, the oldest first, then those of the whole account. */
  problems: ProblemRow[];
  moreProblems: number;
  approvals: ApprovalRow[];
  held: HeldRow[];
  moreHeld: number;
  /** Why the person who sees the card may not write that way: null if permitted. */
  unpermitted: { push: string | null; pull: string | null };
  /** Possible duplicates, at most five. They need no action, so they aren't problems. */
  duplicates: DuplicateRow[];
  journal: JournalRow[];
  setup: {
    endsAt: string | null;
    progress: { done: number; total: number | null } | null;
  } | null;
  run: { id: string; state: RunState } | null;
};

/** Both sides' values of one field, in full. */
export type WholeValue = {
  field: string;
  label: string;
  workspace: string | null;
  hubspot: string | null;
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
      /** Nothing was changed: the same request with confirmed: true and this view's version changes it. */
      result: "confirm";
      message: string;
      undoes: Undo[];
      moreUndoes: number;
      /** Of the types that are pushed too. */
      children: ChildrenOfType[];
      /** The first of the types, for cards that know no other. */
      contacts: ChildrenChanged | null;
      view: SyncView;
    }
  | {
      result: "running";
      /** The first of the runs, for cards that know one run only. */
      runId: string;
      runs: { type: ObjectType; runId: string }[];
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

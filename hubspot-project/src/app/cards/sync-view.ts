import * as z from "zod/mini";
import { objectTypes } from "./object-types.ts";
import { unnamedProduct } from "counterpart-kit/product-name.ts";

const text = z.string();
const maybeText = z.nullable(z.string());

const stamp = z.nullable(z.object({ at: text, by: text }));

const effect = z.object({
  writes: z.enum(["workspace", "hubspot", "nothing"]),
  value: maybeText,
  reason: text,
});

const field = z.object({
  field: text,
  label: text,
  property: text,
  workspace: maybeText,
  hubspot: maybeText,
  state: z.enum([
    "changed_in_workspace",
    "changed_in_hubspot",
    "changed_in_both",
    "differs",
    "parked",
    "held",
  ]),
  onPull: effect,
  onPush: effect,
  note: maybeText,
});

const change = z.object({
  field: text,
  label: text,
  side: z.enum(["workspace", "hubspot"]),
  before: maybeText,
  after: maybeText,
});

const button = z.object({
  allowed: z.boolean(),
  creates: z.boolean(),
  idle: z._default(z.boolean(), false),
  summary: text,
  code: maybeText,
  reason: maybeText,
  remedy: maybeText,
});

const undo = z.object({
  field: text,
  label: text,
  before: maybeText,
  after: maybeText,
});

// HubSpot serves the newest card at once, while a server of the previous version may still respond to it. What such a
// server leaves out has a default, here and below.
const pull = z.extend(button, {
  undoes: z._default(z.array(undo), []),
  moreUndoes: z._default(z.number(), 0),
});

const companyChoice = z.enum(["if-missing", "always", "never"]);

const childrenChanged = z.object({
  count: z.number(),
  changed: z._default(z.number(), 0),
  named: z._default(
    z.array(z.object({ id: text, name: text, creates: z.boolean() })),
    [],
  ),
  more: z._default(z.number(), 0),
});

const childrenOfType = z.extend(childrenChanged, {
  type: z.enum(objectTypes),
});

const push = z.extend(pull, {
  children: z._default(z.array(childrenOfType), []),
  /** What a server of the previous version has instead. */
  contacts: z._default(z.nullable(childrenChanged), null),
  company: z.nullable(
    z.object({
      name: text,
      missing: z._default(z.boolean(), true),
      choice: companyChoice,
    }),
  ),
});

const help = z._default(
  z.nullable(
    z.object({
      action: z.enum(["reconnect", "start", "resume"]),
      label: text,
      url: maybeText,
      who: text,
    }),
  ),
  null,
);

const check = z.object({
  check: z.enum(["criteria", "exists", "enabled", "error"]),
  label: text,
  passed: z.nullable(z.boolean()),
  code: text,
  reason: text,
  remedy: maybeText,
  press: z.nullable(z.enum(["push", "pull", "retry"])),
});

const problem = z.object({
  id: text,
  code: text,
  field: z._default(text, ""),
  record: z._default(z.nullable(z.object({ id: text, name: text })), null),
  cause: text,
  fix: text,
  since: text,
  attempts: z.number(),
  correlationId: maybeText,
  retry: z.object({ allowed: z.boolean(), reason: maybeText }),
  objects: z._default(
    z.array(z.object({ id: text, url: text, holder: maybeText })),
    [],
  ),
  help,
});

const approval = z.object({
  id: text,
  code: text,
  cause: text,
  fix: text,
  since: text,
  choices: z.array(
    z.object({
      choice: z.enum(["approve", "refuse"]),
      label: text,
      destructive: z.boolean(),
    }),
  ),
  refused: z._default(maybeText, null),
});

const held = z.object({
  id: text,
  field: text,
  label: text,
  base: z.object({ workspace: maybeText, hubspot: maybeText }),
  workspace: maybeText,
  hubspot: maybeText,
});

const duplicate = z.object({ id: text, name: text, url: maybeText });

const journalEntry = z.object({
  id: text,
  at: text,
  action: text,
  source: text,
  by: text,
  reason: text,
  changes: z.array(change),
});

const runState = z.enum(["queued", "running", "paused", "done", "failed"]);

const status = z.enum([
  "in_sync",
  "changes_waiting",
  "held",
  "problem",
  "not_synced",
  "not_checked",
  "paused",
  "setting_up",
  "disconnected",
]);

/** What the server says about one HubSpot object and the record on the other side of its link. */
export const syncView = z.object({
  status,
  code: text,
  reason: text,
  lastKnown: z._default(z.nullable(z.object({ status, at: maybeText })), null),
  help,
  checks: z._default(z.array(check), []),
  version: text,
  objectType: z.enum(objectTypes),
  productName: z._default(text, unnamedProduct),
  record: z.nullable(
    z.object({ id: text, name: text, url: z._default(maybeText, null) }),
  ),
  object: z.nullable(z.object({ id: text, url: maybeText })),
  lastPull: stamp,
  lastPush: stamp,
  fields: z.array(field),
  moreFields: z.number(),
  sync: z._default(button, {
    allowed: false,
    creates: false,
    idle: false,
    summary: "",
    code: null,
    reason: null,
    remedy: null,
  }),
  pull,
  push,
  problem: z.nullable(problem),
  problems: z._default(z.array(problem), []),
  moreProblems: z._default(z.number(), 0),
  approvals: z._default(z.array(approval), []),
  held: z.array(held),
  moreHeld: z._default(z.number(), 0),
  unpermitted: z._default(z.object({ push: maybeText, pull: maybeText }), {
    push: null,
    pull: null,
  }),
  duplicates: z._default(z.array(duplicate), []),
  journal: z.array(journalEntry),
  setup: z.nullable(
    z.object({
      endsAt: maybeText,
      progress: z.nullable(
        z.object({ done: z.number(), total: z.nullable(z.number()) }),
      ),
    }),
  ),
  run: z.nullable(z.object({ id: text, state: runState })),
});

/** What the server returns after a click. */
export const actionAnswer = z.discriminatedUnion("result", [
  z.object({
    result: z.literal("done"),
    message: text,
    changes: z.array(change),
    objectUrl: maybeText,
    view: syncView,
  }),
  z.object({ result: z.literal("changed"), message: text, view: syncView }),
  z.object({
    result: z.literal("confirm"),
    message: text,
    undoes: z.array(undo),
    moreUndoes: z.number(),
    children: z._default(z.array(childrenOfType), []),
    contacts: z._default(z.nullable(childrenChanged), null),
    view: syncView,
  }),
  z.object({
    result: z.literal("running"),
    runId: text,
    runs: z._default(
      z.array(z.object({ type: z.enum(objectTypes), runId: text })),
      [],
    ),
    message: text,
    // Missing in the response of an older server, as duplicates are.
    changes: z._default(z.array(change), []),
    view: syncView,
  }),
  z.object({
    result: z.literal("refused"),
    code: text,
    message: text,
    remedy: maybeText,
    view: syncView,
  }),
]);

/** What the server returns in time after a click: how it ended, or that it's in progress. */
export const pressAnswer = z.discriminatedUnion("result", [
  ...actionAnswer.def.options,
  z.object({ result: z.literal("working"), message: text }),
]);

/** The current state of a run over many records. */
export const runAnswer = z.object({
  id: text,
  state: runState,
  counts: z.object({
    requested: z.number(),
    created: z.number(),
    updated: z.number(),
    unchanged: z.number(),
    skipped: z.number(),
    held: z.number(),
    failed: z.number(),
  }),
  reason: maybeText,
});

export type SyncView = z.infer<typeof syncView>;
export type SyncField = z.infer<typeof field>;
export type FieldEffect = z.infer<typeof effect>;
export type Change = z.infer<typeof change>;
export type Button = z.infer<typeof button>;
export type Undo = z.infer<typeof undo>;
export type Help = z.infer<typeof help>;
export type Approval = z.infer<typeof approval>;
export type ChildrenOfType = z.infer<typeof childrenOfType>;
export type Pull = z.infer<typeof pull>;
export type Push = z.infer<typeof push>;
export type CompanyChoice = z.infer<typeof companyChoice>;
export type Problem = z.infer<typeof problem>;
export type Held = z.infer<typeof held>;
export type Duplicate = z.infer<typeof duplicate>;
export type JournalEntry = z.infer<typeof journalEntry>;
export type Setup = NonNullable<SyncView["setup"]>;
export type ActionAnswer = z.infer<typeof actionAnswer>;
export type PressAnswer = z.infer<typeof pressAnswer>;
export type Run = z.infer<typeof runAnswer>;

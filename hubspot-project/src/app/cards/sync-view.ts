import * as z from "zod/mini";

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

const pull = z.object({
  allowed: z.boolean(),
  creates: z.boolean(),
  summary: text,
  code: maybeText,
  reason: maybeText,
  remedy: maybeText,
});

const companyChoice = z.enum(["if-missing", "always", "never"]);

const push = z.extend(pull, {
  contacts: z.nullable(z.object({ count: z.number() })),
  company: z.nullable(z.object({ name: text, choice: companyChoice })),
});

const problem = z.object({
  id: text,
  code: text,
  cause: text,
  fix: text,
  since: text,
  attempts: z.number(),
  correlationId: maybeText,
  retry: z.object({ allowed: z.boolean(), reason: maybeText }),
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

/** What the server says about one HubSpot object and the record on the other side of its link. */
export const syncView = z.object({
  status: z.enum([
    "in_sync",
    "changes_waiting",
    "held",
    "problem",
    "not_synced",
    "setting_up",
    "disconnected",
  ]),
  code: text,
  reason: text,
  version: text,
  objectType: z.enum(["contact", "company"]),
  record: z.nullable(z.object({ id: text, name: text })),
  object: z.nullable(z.object({ id: text, url: maybeText })),
  lastPull: stamp,
  lastPush: stamp,
  fields: z.array(field),
  moreFields: z.number(),
  pull,
  push,
  problem: z.nullable(problem),
  held: z.array(held),
  // HubSpot serves the newest card at once; a server of the version before may still answer it.
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

/** What the server says after a button was pressed. */
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
    result: z.literal("running"),
    runId: text,
    message: text,
    // As with duplicates: absent in the answer of an older server.
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

/** What the server says in time after a button was pressed: how it ended, or that it goes on. */
export const pressAnswer = z.discriminatedUnion("result", [
  ...actionAnswer.def.options,
  z.object({ result: z.literal("working"), message: text }),
]);

/** A run over many records, as it stands. */
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

/** The body of an error answer (application/problem+json). */
export const problemDocument = z.object({
  title: text,
  detail: z.optional(text),
});

export type SyncView = z.infer<typeof syncView>;
export type SyncField = z.infer<typeof field>;
export type FieldEffect = z.infer<typeof effect>;
export type Change = z.infer<typeof change>;
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

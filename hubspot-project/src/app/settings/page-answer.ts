import * as z from "zod/mini";
import {
  conversion,
  mapping,
  settingsDocument,
  typeSettings,
} from "./document.ts";

/** What the server's routes for this page return. */

const text = z.string();
const maybeText = z.nullable(text);

const objectType = z.object({
  type: text,
  singular: text,
  plural: text,
  route: text,
  label: z.object({ singular: text, plural: text }),
  optional: z.boolean(),
  synced: z.boolean(),
  missing: z.array(text),
  pulling: z.nullable(
    z.object({ done: z.number(), total: z.nullable(z.number()) }),
  ),
  pipelines: z.boolean(),
  pulls: z.boolean(),
  pushes: z.boolean(),
  deletes: z.boolean(),
  merges: z.boolean(),
  identityField: maybeText,
  fields: z.array(z.object({ field: text, label: text, kind: text })),
  parents: z.array(
    z.object({
      singular: text,
      plural: text,
      bring: text,
      require: text,
      /** Where an account sets that HubSpot creates parents by itself; null if it never does. */
      createdByHubSpot: z.nullable(z.object({ setting: text, place: text })),
    }),
  ),
});

export const installation = z.object({
  portalId: z.number(),
  state: z.enum([
    "setting-up",
    "first-pull",
    "active",
    "held",
    "disconnected",
    "uninstalled",
  ]),
  since: text,
  reason: text,
  windowEndsAt: maybeText,
  syncUser: z.object({ email: text }),
  chosenSyncUser: z.nullable(z.object({ email: text })),
  scopes: z.array(text),
  warnings: z.array(
    z.object({ code: text, message: text, remedy: text, since: maybeText }),
  ),
  lastSuccess: z.object({
    pull: maybeText,
    push: maybeText,
    webhooks: maybeText,
    sweep: maybeText,
  }),
  definitionsReadAt: maybeText,
  installedAt: text,
});

const checklistEntry = z.object({
  step: z.enum([
    "connect",
    "name",
    "map",
    "rules",
    "try",
    "pull",
    "test",
    "push",
    "key",
    "card",
  ]),
  done: z.boolean(),
  at: maybeText,
  can: z.nullable(z.enum(["mark", "unmark"])),
  helpUrl: maybeText,
});

const fault = z.object({ path: text, message: text });
const change = z.object({ path: text, sentence: text });

/** A run that applies saved mappings to existing records. */
const mappingRun = z.object({ objectType: text, runId: text });

export const pageAnswer = z
  .object({
    version: z.number(),
    settings: settingsDocument,
    savedAt: maybeText,
    savedBy: maybeText,
    canChange: z.boolean(),
    whyNot: maybeText,
    user: text,
    types: z.array(objectType),
    installation,
    connected: z.boolean(),
    apiKey: z.nullable(z.object({ hint: text, madeAt: text })),
    superAdmins: z.object({ known: z.boolean(), askUrl: text }),
    connectUrl: text,
    helpUrl: maybeText,
    checklist: z.array(checklistEntry),
    progress: z.nullable(
      z.object({ done: z.number(), total: z.nullable(z.number()) }),
    ),
    warnings: z.array(fault),
    drift: z.object({
      count: z.number(),
      results: z.array(
        z.object({
          objectType: text,
          field: text,
          code: text,
          cause: text,
          fix: text,
          records: z.number(),
          since: text,
        }),
      ),
    }),
    applying: z.array(mappingRun),
  })
  .check(
    z.refine(({ settings, types }) =>
      types.every(({ type }) => typeSettings.safeParse(settings[type]).success),
    ),
  );

export const propertiesAnswer = z.object({
  readAt: maybeText,
  groups: z.array(z.object({ name: text, label: text })),
  results: z.array(
    z.object({
      name: text,
      label: text,
      group: text,
      custom: z.boolean(),
      readOnly: z.boolean(),
      options: z.number(),
    }),
  ),
});

const option = z.object({ value: text, label: text });

/** A type's fields without their options: how many each has. */
export const fieldsAnswer = z.object({
  results: z.array(
    z.object({
      name: text,
      label: text,
      type: text,
      standard: z.boolean(),
      options: z.number(),
    }),
  ),
});

/** A field of the product's own, with its options. */
export const fieldAnswer = z.object({
  name: text,
  label: text,
  type: text,
  options: z.array(option),
});

/** A field that was made for a property, and how the two are mapped. */
export const madeFieldAnswer = z.object({
  name: text,
  label: text,
  mapping: z.optional(mapping),
  note: z.optional(maybeText),
});

/** The ways to map a field with a property, the usual one first. */
export const fittingAnswer = z.object({
  fault: maybeText,
  type: maybeText,
  fittings: z.array(
    z.object({
      conversion,
      direction: z.enum(["both", "pull"]),
      note: maybeText,
    }),
  ),
  note: maybeText,
});

/** Pairs of options by name, and what has no partner. */
export const suggestionAnswer = z.object({
  pairs: z.array(z.object({ workspace: text, hubspot: text })),
  unmapped: z.object({ workspace: z.array(text), hubspot: z.array(option) }),
});

/** The faults of a refused request, each with its place. */
export const faultsAnswer = z.object({ errors: z.array(fault) });

/** What a refusal to remove options says of those that records have. */
export const optionsInUseAnswer = z.object({
  options: z.array(z.object({ value: text, records: z.number() })),
});

export const optionsAnswer = z.object({ results: z.array(option) });

export const checkAnswer = z.object({
  errors: z.array(fault),
  warnings: z.array(fault),
  effects: z.array(z.object({ code: text, sentence: text, count: z.number() })),
  changes: z.array(change),
  apply: z.nullable(z.object({ count: z.number(), refusal: maybeText })),
});

/** What a change of one pipeline would do. */
export const effectsAnswer = z.object({
  effects: z.array(z.object({ code: text, sentence: text })),
});

const pipeline = z.looseObject({
  id: text,
  label: text,
  selected: z.boolean(),
  gone: z.boolean(),
  state: z.enum(["active", "adding", "removing", "off"]),
  progress: z.nullable(
    z.object({ done: z.number(), total: z.nullable(z.number()) }),
  ),
  stages: z.array(z.object({ id: text, label: text })),
});

export const pipelinesAnswer = z.object({ results: z.array(pipeline) });

/** How many records that aren't synced meet rules, in sentences. */
export const countAnswer = z.object({ sentences: z.array(text) });

const replayed = z.object({ count: z.number(), differently: z.number() });

export const replayAnswer = z.object({
  sentences: z.array(text),
  changes: replayed,
  leftOut: replayed,
  examples: z.array(
    z.object({
      journalId: text,
      at: text,
      name: text,
      was: text,
      wouldBe: text,
    }),
  ),
});

const foundRecord = z.object({
  recordId: maybeText,
  hubspotId: maybeText,
  name: text,
  identity: maybeText,
});

/** Records and objects that match words; `reason` says why HubSpot wasn't searched. */
export const foundAnswer = z.object({
  results: z.array(foundRecord),
  reason: maybeText,
});

const outcome = z.object({ outcome: text, reason: text, fix: maybeText });

export const trialAnswer = z.object({
  paused: z.nullable(z.object({ reason: text })),
  automatic: z.object({ hubspot: outcome, workspace: outcome }),
  checks: z.array(
    z.object({
      check: text,
      label: text,
      passed: z.nullable(z.boolean()),
      reason: text,
    }),
  ),
  sync: outcome,
  pull: z.nullable(outcome),
  push: z.nullable(outcome),
  fields: z.array(
    z.object({
      field: text,
      label: text,
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
      note: maybeText,
    }),
  ),
  moreFields: z.number(),
});

export const presetAnswer = z.object({ settings: settingsDocument });

/** What the first pull will do. */
export const forecastAnswer = z.object({ sentence: text });

/** A push of a few records; `runId` is null if there is none to push. */
export const testPushAnswer = z.object({
  runId: maybeText,
  count: z.number(),
});

/** How far a run is, as cards read it too. */
export const runAnswer = z.object({
  state: z.enum(["queued", "running", "paused", "done", "failed"]),
  counts: z.object({
    created: z.number(),
    updated: z.number(),
    unchanged: z.number(),
    skipped: z.number(),
    held: z.number(),
    failed: z.number(),
  }),
  reason: maybeText,
});

export const ownersAnswer = z.object({
  results: z.array(
    z.object({
      state: z.enum(["matched", "without_user", "without_owner", "departed"]),
      owner: z.nullable(
        z.object({ id: text, name: text, email: text, active: z.boolean() }),
      ),
      user: z.nullable(
        z.object({ email: text, name: text, active: z.boolean() }),
      ),
      emails: z.array(
        z.object({
          email: text,
          by: z.nullable(z.enum(["override", "email", "link"])),
        }),
      ),
      pulledAs: maybeText,
      records: z.array(
        z.object({ objectType: text, count: z.number(), atLeast: z.boolean() }),
      ),
    }),
  ),
  next: maybeText,
});

export const reassignAnswer = z.object({
  results: z.array(z.object({ records: z.number(), runId: maybeText })),
});

export const savedAnswer = z.object({
  version: z.number(),
  /** Of a save that applies changed mappings. */
  runs: z.optional(z.array(mappingRun)),
});

const version = {
  version: z.number(),
  savedAt: text,
  savedBy: text,
  changes: z.array(change),
};

export const versionsAnswer = z.object({
  results: z.array(z.object(version)),
  next: maybeText,
});

export const versionAnswer = z.object({
  ...version,
  settings: settingsDocument,
});

export const keyAnswer = z.object({ apiKey: text, oldKeyEndsAt: maybeText });

/** What a 409 says of two saves at once, each against the version that was read. */
export const staleAnswer = z.object({
  version: z.number(),
  savedBy: maybeText,
  savedAt: maybeText,
  theirs: z.array(change),
  yours: z.array(change),
});

export type Page = z.infer<typeof pageAnswer>;
export type Installation = z.infer<typeof installation>;
export type ObjectType = Page["types"][number];
export type ChecklistEntry = z.infer<typeof checklistEntry>;
export type Step = ChecklistEntry["step"];
export type Property = z.infer<typeof propertiesAnswer>["results"][number];
export type Properties = z.infer<typeof propertiesAnswer>;
export type Option = z.infer<typeof optionsAnswer>["results"][number];
export type Pipeline = z.infer<typeof pipeline>;
export type Pipelines = z.infer<typeof pipelinesAnswer>;
export type Effects = z.infer<typeof effectsAnswer>;
export type Count = z.infer<typeof countAnswer>;
export type Replay = z.infer<typeof replayAnswer>;
export type Found = z.infer<typeof foundAnswer>;
export type FoundRecord = z.infer<typeof foundRecord>;
export type Trial = z.infer<typeof trialAnswer>;
export type MappingRun = z.infer<typeof mappingRun>;
export type Finding = Page["drift"]["results"][number];
export type Field = z.infer<typeof fieldsAnswer>["results"][number];
export type OwnField = z.infer<typeof fieldAnswer>;
export type Fittings = z.infer<typeof fittingAnswer>;
export type Fitting = Fittings["fittings"][number];
export type Suggestion = z.infer<typeof suggestionAnswer>;
export type Check = z.infer<typeof checkAnswer>;
export type Fault = z.infer<typeof fault>;
export type Change = z.infer<typeof change>;
export type Version = z.infer<typeof versionsAnswer>["results"][number];
export type Versions = z.infer<typeof versionsAnswer>;
export type Owners = z.infer<typeof ownersAnswer>;
export type OwnerRow = Owners["results"][number];
export type Run = z.infer<typeof runAnswer>;
export type Stale = z.infer<typeof staleAnswer>;

/** Whether the account still waits for its first pull, with the clock running or paused. */
export const isBeforeFirstPull = ({ installation, checklist }: Page): boolean =>
  ["setting-up", "held"].includes(installation.state) &&
  checklist.some(({ step, done }) => step === "pull" && !done);

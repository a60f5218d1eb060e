import * as z from "zod/mini";
import { settingsDocument, typeSettings } from "./document.ts";

/** What the server's routes for this page return. */

const text = z.string();
const maybeText = z.nullable(text);

const objectType = z.object({
  type: text,
  singular: text,
  plural: text,
  label: z.object({ singular: text, plural: text }),
  optional: z.boolean(),
  pulls: z.boolean(),
  pushes: z.boolean(),
  deletes: z.boolean(),
  merges: z.boolean(),
  identityField: maybeText,
  fields: z.array(z.object({ field: text, label: text, kind: text })),
  parents: z.array(z.object({ singular: text, bring: text, require: text })),
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
  installedAt: text,
});

const fault = z.object({ path: text, message: text });
const change = z.object({ path: text, sentence: text });

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
    connectUrl: text,
    helpUrl: maybeText,
    checklist: z.array(
      z.object({
        step: z.enum(["connect", "name", "map", "rules", "pull", "push"]),
        done: z.boolean(),
      }),
    ),
    progress: z.nullable(
      z.object({ done: z.number(), total: z.nullable(z.number()) }),
    ),
    warnings: z.array(fault),
  })
  .check(
    z.refine(({ settings, types }) =>
      types.every(({ type }) => typeSettings.safeParse(settings[type]).success),
    ),
  );

export const propertiesAnswer = z.object({
  readAt: maybeText,
  results: z.array(
    z.object({
      name: text,
      label: text,
      group: text,
      type: text,
      several: z.boolean(),
      owner: z.boolean(),
      readOnly: z.boolean(),
      options: z.number(),
    }),
  ),
});

export const optionsAnswer = z.object({
  results: z.array(z.object({ value: text, label: text })),
});

export const checkAnswer = z.object({
  errors: z.array(fault),
  warnings: z.array(fault),
  effects: z.array(z.object({ code: text, sentence: text, count: z.number() })),
  changes: z.array(change),
});

export const presetAnswer = z.object({ settings: settingsDocument });

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

export const savedAnswer = z.object({ version: z.number() });

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
export type Step = Page["checklist"][number]["step"];
export type Property = z.infer<typeof propertiesAnswer>["results"][number];
export type Properties = z.infer<typeof propertiesAnswer>;
export type Option = z.infer<typeof optionsAnswer>["results"][number];
export type Check = z.infer<typeof checkAnswer>;
export type Fault = z.infer<typeof fault>;
export type Change = z.infer<typeof change>;
export type Version = z.infer<typeof versionsAnswer>["results"][number];
export type Versions = z.infer<typeof versionsAnswer>;
export type Run = z.infer<typeof runAnswer>;
export type Stale = z.infer<typeof staleAnswer>;

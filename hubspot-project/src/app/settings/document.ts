import * as z from "zod/mini";

/**
 * A portal's document of settings, as far as this page knows it. Everything else in it is kept and sent back as it came,
 * so that a server that knows more loses nothing.
 */

const text = z.string();
const texts = z.nullable(z.array(text));

const conditions = z.looseObject({
  stages: texts,
  emailStatuses: texts,
  customField: z.nullable(
    z.looseObject({ field: text, values: z.array(text) }),
  ),
  /** Of types whose records have owners. */
  owners: z.optional(texts),
  /** Of types with pipelines. */
  wonOnly: z.optional(z.boolean()),
});

export const conversion = z.looseObject({
  kind: text,
  pairs: z.optional(z.array(z.looseObject({ workspace: text, hubspot: text }))),
});

export const mapping = z.looseObject({
  field: text,
  property: text,
  direction: z.enum(["both", "pull", "push"]),
  policy: z.optional(text),
  write: z.optional(text),
  clear: z.boolean(),
  conversion,
});

const limits = z.looseObject({
  toHubSpot: z.nullable(z.number()),
  toWorkspace: z.nullable(z.number()),
});

export const typeSettings = z.looseObject({
  enabled: z.optional(z.boolean()),
  push: z.looseObject({ enabled: z.boolean(), conditions }),
  pull: z.looseObject({ conditions, visible: z.optional(z.boolean()) }),
  deletionSync: z.boolean(),
  mergeSync: z.boolean(),
  brakes: z.looseObject({
    deletions: z.nullable(
      z.looseObject({ count: z.number(), share: z.number() }),
    ),
    creations: limits,
    updates: limits,
    windowMinutes: z.number(),
    expiryDays: z.number(),
  }),
  policy: text,
  mappings: z.array(mapping),
  /** Of types with pipelines: the ids of those that sync; null: all. */
  pipelines: z.optional(texts),
  onReselect: z.optional(text),
  newOwner: z.optional(
    z.looseObject({ rule: text, ownerEmail: z.optional(text) }),
  ),
});

const override = z.looseObject({
  email: text,
  ownerId: text,
  pulled: z.boolean(),
});

export const settingsDocument = z.looseObject({
  productName: text,
  unknownUsers: z.optional(text),
  recordUrl: z.nullable(text),
  automatic: z.looseObject({ pull: z.boolean(), push: z.boolean() }),
  retention: z.looseObject({ journalDays: z.number() }),
  owners: z.array(override),
});

export type SettingsDocument = z.infer<typeof settingsDocument>;
export type TypeSettings = z.infer<typeof typeSettings>;
export type Conditions = z.infer<typeof conditions>;
export type NewOwner = NonNullable<TypeSettings["newOwner"]>;
/** An email of the product that is an owner of HubSpot by the settings. */
export type Override = z.infer<typeof override>;
export type Mapping = z.infer<typeof mapping>;
export type Conversion = z.infer<typeof conversion>;

/** The settings of one type. The page's response was checked to have them (page-answer.ts). */
export const settingsOf = (
  document: SettingsDocument,
  type: string,
): TypeSettings => document[type] as TypeSettings;

/** The document with other settings of one type. */
export const withType = (
  document: SettingsDocument,
  type: string,
  settings: TypeSettings,
): SettingsDocument => ({ ...document, [type]: settings });

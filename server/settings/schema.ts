import { z } from "zod";
import { defaultMappingsOf } from "./default-mappings.ts";
import { fieldMappingSchema, policySchema } from "./mapping.ts";
import {
  defaultProductName,
  productNameSchema,
  recordUrlSchema,
} from "./product.ts";
import { isStorable } from "../storable-text.ts";
import type { ObjectTypeDescriptor } from "./types/descriptor.ts";
import type { ChildType, ObjectType, ParentKind } from "./types/index.ts";
import { descriptorOf, listedTypes, parentKindsOf } from "./types/index.ts";

/**
 * Which new records take part. Every condition that is set must be met; null sets none.
 * They hold back creations only: what is linked is kept in step whatever they say (AP-008, AP-009, BN-107).
 */
const conditionsSchema = z.strictObject({
  stages: z.array(z.string().min(1)).min(1).nullable(),
  emailStatuses: z.array(z.string().min(1)).min(1).nullable(),
  customField: z
    .strictObject({
      field: z.string().min(1),
      values: z.array(z.string().min(1)).min(1),
    })
    .nullable(),
});
export type Conditions = z.infer<typeof conditionsSchema>;

const noConditions: Conditions = {
  stages: null,
  emailStatuses: null,
  customField: null,
};

const limitSchema = z.number().int().min(0).max(10_000_000).nullable();

/** Most within a window, by the side that is written to; null: no limit. */
const limitsSchema = z.strictObject({
  toHubSpot: limitSchema,
  toWorkspace: limitSchema,
});

/** How many automatic changes within a window wait for a person's approval. */
const brakesSchema = z.strictObject({
  /** Either direction: at least `count`, and more than `share` of what is linked. Null: none are held. */
  deletions: z
    .strictObject({
      count: z.number().int().min(1).max(10_000_000),
      share: z.number().min(0).max(1),
    })
    .nullable(),
  /** With toHubSpot null, more than 1,000 that outnumber all that was linked before are held all the same. */
  creations: limitsSchema,
  updates: limitsSchema,
  windowMinutes: z.number().int().min(1).max(1_440),
  /** How long an entry waits for a decision. */
  expiryDays: z.number().int().min(1).max(365),
});
export type Brakes = z.infer<typeof brakesSchema>;

export const defaultBrakes: Brakes = {
  deletions: { count: 20, share: 0.05 },
  creations: { toHubSpot: null, toWorkspace: null },
  updates: { toHubSpot: null, toWorkspace: null },
  windowMinutes: 60,
  expiryDays: 7,
};

const typeSettingsShape = {
  push: z.strictObject({
    /** Off: no record of this type is created in HubSpot, by hand neither (BEHAVIOURS.md 0.4). */
    enabled: z.boolean(),
    conditions: conditionsSchema,
  }),
  pull: z.strictObject({ conditions: conditionsSchema }),
  deletionSync: z.boolean(),
  mergeSync: z.boolean(),
  /** Documents stored before there were brakes have the defaults. */
  brakes: brakesSchema.default(defaultBrakes),
  policy: policySchema,
  mappings: z.array(fieldMappingSchema).max(500),
};

/** A field is mapped once, since its base, its parking and its holding are kept by field; a property is written once. */
const uniqueMappings = (
  value: { mappings: { field: string; property: string; direction: string }[] },
  context: z.RefinementCtx,
): void => {
  const fields = new Set<string>();
  const writers = new Set<string>();
  value.mappings.forEach(({ field, property, direction }, index) => {
    const writes = direction !== "pull";
    if (fields.has(field) || (writes && writers.has(property))) {
      context.addIssue({
        code: "custom",
        path: ["mappings", index],
        message: fields.has(field)
          ? `Another mapping already has the field ${field}.`
          : `Another mapping already writes ${property}.`,
      });
    }
    fields.add(field);
    if (writes) writers.add(property);
  });
};

const bringSchema = z.enum(["if-missing", "always", "never"]);
/** What the push of a child does with a parent that HubSpot lacks. */
export type BringChoice = z.infer<typeof bringSchema>;

/** What a portal has chosen about the parents of a type's records; the keys are AssociationKind.settings. */
export type ParentSettings = {
  /** What pushing a contact does with a company that HubSpot does not have yet (BEHAVIOURS.md 0.2). */
  companyWithContact: BringChoice;
  /** Skip HubSpot's contacts, and ours, that belong to no company (BEHAVIOURS.md 0.3). */
  requireCompany: boolean;
};

/** An entry for each key under which a type's settings keep what a portal has chosen about parents. */
const ofEachKind = <Bring, Require>(
  kinds: readonly Pick<ParentKind, "settings">[],
  bring: () => Bring,
  require: () => Require,
): Record<string, Bring | Require> =>
  Object.fromEntries(
    kinds.flatMap(({ settings }) => [
      [settings.bring, bring()],
      [settings.require, require()],
    ]),
  );

/** Returns the schema of what a portal can choose for one type. */
export function typeSettingsSchema(
  { hubspot }: Pick<ObjectTypeDescriptor, "hubspot">,
  kinds: readonly Pick<ParentKind, "settings">[],
) {
  return z
    .strictObject({
      ...typeSettingsShape,
      ...(hubspot.required ? {} : { enabled: z.boolean() }),
      ...ofEachKind(
        kinds,
        () => bringSchema,
        () => z.boolean(),
      ),
    })
    .superRefine(uniqueMappings);
}

/** Text that Postgres cannot keep is refused where it is, and not with the statement that would store it. */
function storableOnly(value: unknown, context: z.RefinementCtx): void {
  const visit = (part: unknown, path: (string | number)[]): void => {
    if (typeof part === "string" && !isStorable(part))
      context.addIssue({
        code: "custom",
        path,
        message: "must be text without NUL characters or broken surrogates",
      });
    if (Array.isArray(part))
      part.forEach((each, index) => visit(each, [...path, index]));
    else if (typeof part === "object" && part !== null)
      for (const [name, each] of Object.entries(part))
        visit(each, [...path, name]);
  };
  visit(value, []);
}

/** What a portal has chosen for a type, whichever it is. */
export type TypeSettings = z.infer<z.ZodObject<typeof typeSettingsShape>> & {
  /** Whether an optional type is synced; required ones are always, and have no such switch. */
  enabled?: boolean;
};

const portalShape = {
  /** Documents stored before the product had a name here have the defaults. */
  productName: productNameSchema.default(defaultProductName),
  recordUrl: recordUrlSchema.default(null),
  /** Off: nothing moves in that direction but by a button or a run by hand (BEHAVIOURS.md 0.11). */
  automatic: z.strictObject({ pull: z.boolean(), push: z.boolean() }),
  retention: z.strictObject({
    journalDays: z.number().int().min(1).max(3650),
  }),
};

export type Settings = {
  [Type in ObjectType]: TypeSettings &
    (Type extends ChildType ? ParentSettings : unknown);
} & z.infer<z.ZodObject<typeof portalShape>>;

/** What one portal has chosen. Stored whole, with a version, behind GET|PUT /api/v1/settings. */
export const settingsSchema = z
  .strictObject({
    ...Object.fromEntries(
      listedTypes.map((type) => [
        type,
        typeSettingsSchema(descriptorOf(type), parentKindsOf(type)),
      ]),
    ),
    ...portalShape,
  })
  // The compiler can't know keys that are computed.
  .superRefine(storableOnly) as unknown as z.ZodType<Settings>;

const typeDefaults = (type: ObjectType) => {
  const { hubspot, policy } = descriptorOf(type);
  return {
    push: { enabled: true, conditions: noConditions },
    pull: { conditions: noConditions },
    deletionSync: false,
    mergeSync: false,
    brakes: defaultBrakes,
    policy,
    mappings: defaultMappingsOf(type),
    ...(hubspot.required ? {} : { enabled: false }),
    ...ofEachKind(
      parentKindsOf(type),
      () => "if-missing",
      () => false,
    ),
  };
};

/** A fresh installation's choices (BEHAVIOURS.md 0.8). */
export const defaultSettings: Settings = settingsSchema.parse({
  ...Object.fromEntries(listedTypes.map((type) => [type, typeDefaults(type)])),
  automatic: { pull: true, push: true },
  retention: { journalDays: 90 },
});

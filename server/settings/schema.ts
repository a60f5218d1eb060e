import { z } from "zod";
import { conditionsSchemaOf, noConditionsOf } from "./conditions.ts";
import type { Conditions } from "./conditions.ts";
import { defaultMappingsOf } from "./default-mappings.ts";
import { fieldMappingSchema, policySchema } from "./mapping.ts";
import { newOwnerDefault, newOwnerShape } from "./new-owner.ts";
import type { NewOwner } from "./new-owner.ts";
import { ownersSchema } from "./owners.ts";
import {
  defaultProductName,
  productNameSchema,
  recordUrlSchema,
} from "./product.ts";
import { isStorable } from "../storable-text.ts";
import type { TypeRules } from "./type-rules.ts";
import { initialRulesOf, ruleShapeOf } from "./type-rules.ts";
import type { ObjectTypeDescriptor } from "./types/descriptor.ts";
import type { KindFrom, ObjectType, ParentKind } from "./types/index.ts";
import { descriptorOf, listedTypes, parentKindsOf } from "./types/index.ts";

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

const typeSettingsShape = (conditions: z.ZodType<Conditions>) => ({
  push: z.strictObject({
    /** Off: no record of this type is created in HubSpot, by hand neither (BEHAVIOURS.md 0.4). */
    enabled: z.boolean(),
    conditions,
  }),
  pull: z.strictObject({
    conditions,
    /** Off: what was pulled, and never changed by the product, isn't in the product's lists (AP-085). */
    visible: z.boolean().default(true),
  }),
  deletionSync: z.boolean(),
  mergeSync: z.boolean(),
  /** Documents stored before there were brakes have the defaults. */
  brakes: brakesSchema.default(defaultBrakes),
  policy: policySchema,
  mappings: z.array(fieldMappingSchema).max(500),
});

/** Checks that also run if others have found faults, so that one answer names everything that is wrong. */
const always = { when: () => true };

/**
 * A field is mapped once, since its base, its parking and its holding are kept by field; a property is written once.
 * @param value as far as it could be read: the mappings, and any part of one, may be missing
 */
const uniqueMappings = (value: unknown, context: z.RefinementCtx): void => {
  const fields = new Set<unknown>();
  const writers = new Set<unknown>();
  const mappings = isObject(value) ? value["mappings"] : null;
  if (!Array.isArray(mappings)) return;
  mappings.forEach((mapping: unknown, index) => {
    if (!isObject(mapping)) return;
    const { field, property, direction } = mapping;
    if (typeof field !== "string" || typeof property !== "string") return;
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

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const bringSchema = z.enum(["if-missing", "always", "never"]);
/** What the push of a child does with a parent that HubSpot lacks. */
export type BringChoice = z.infer<typeof bringSchema>;

/**
 * What a portal has chosen about the parents of a type's records, under the keys that AssociationKind.settings has: what
 * the push of a child does with a parent that HubSpot lacks (BEHAVIOURS.md 0.2), and whether children of both sides that
 * have no parent are left out (0.3).
 */
type ParentSettings<Type extends ObjectType> = Record<
  KindFrom<Type>["settings"]["bring"],
  BringChoice
> &
  Record<KindFrom<Type>["settings"]["require"], boolean>;

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
  descriptor: Pick<
    ObjectTypeDescriptor,
    "hubspot" | "flows" | "identity" | "fields"
  >,
  kinds: readonly Pick<ParentKind, "settings">[],
) {
  return z
    .strictObject({
      ...typeSettingsShape(conditionsSchemaOf(descriptor)),
      ...(descriptor.hubspot.required ? {} : { enabled: z.boolean() }),
      ...ruleShapeOf(descriptor),
      ...newOwnerShape(descriptor),
      ...ofEachKind(
        kinds,
        () => bringSchema,
        () => z.boolean(),
      ),
    })
    .superRefine(uniqueMappings, always);
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
export type TypeSettings = z.infer<
  z.ZodObject<ReturnType<typeof typeSettingsShape>>
> &
  TypeRules & {
    /** Whether an optional type is synced; required ones are always, and have no such switch. */
    enabled?: boolean;
    /** Which owner a new object gets; absent of a type whose records have no owner. */
    newOwner?: NewOwner;
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
  /** Whether HubSpot users who are no users of the product may pull and push. */
  unknownUsers: z.enum(["allow", "deny"]).default("allow"),
  owners: ownersSchema.default([]),
};

/** What a portal has chosen that is not of one type. */
export type PortalSettings = z.infer<z.ZodObject<typeof portalShape>>;

export type Settings = {
  [Type in ObjectType]: TypeSettings & ParentSettings<Type>;
} & PortalSettings;

/** A schema of the whole document, made from a schema for each type. */
const wholeSchema = (ofType: (type: ObjectType) => z.ZodType) =>
  z
    .strictObject({
      ...Object.fromEntries(listedTypes.map((type) => [type, ofType(type)])),
      ...portalShape,
    })
    .superRefine(storableOnly, always);

const schemaOf = (type: ObjectType) =>
  typeSettingsSchema(descriptorOf(type), parentKindsOf(type));

/** What one portal has chosen. Stored whole, with a version, behind GET|PUT /api/v1/settings. */
export const settingsSchema = wholeSchema(
  schemaOf,
  // The compiler can't know keys that are computed.
) as unknown as z.ZodType<Settings>;

/** A document to save, which may leave out optional types: a program that knows no such type changes nothing of it. */
export type SettingsInput = PortalSettings & Partial<Settings>;

export const settingsInputSchema = wholeSchema((type) =>
  descriptorOf(type).hubspot.required
    ? schemaOf(type)
    : schemaOf(type).optional().meta({
        description: "If left out, what is stored of this type is kept.",
      }),
) as unknown as z.ZodType<SettingsInput>;

/** Returns a document to save with what is stored of the types that it leaves out. */
export const withKeptTypes = (
  sent: SettingsInput,
  stored: Settings,
): Settings => ({
  ...sent,
  // One entry for each type, which the compiler can't know.
  ...(Object.fromEntries(
    listedTypes.map((type) => [type, sent[type] ?? stored[type]]),
  ) as Pick<Settings, ObjectType>),
});

const typeDefaults = (type: ObjectType) => {
  const descriptor = descriptorOf(type);
  const { hubspot, policy } = descriptor;
  return {
    push: { enabled: true, conditions: noConditionsOf(descriptor) },
    pull: { conditions: noConditionsOf(descriptor), visible: true },
    deletionSync: false,
    mergeSync: false,
    brakes: defaultBrakes,
    policy,
    mappings: defaultMappingsOf(type),
    ...(hubspot.required ? {} : { enabled: false }),
    ...initialRulesOf(descriptor),
    ...newOwnerDefault(descriptor),
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

import { z } from "zod";
import { fieldMappingSchema } from "./mapping.ts";
import type { ObjectTypeDescriptor } from "./types/descriptor.ts";

/** Rules that only some types have, because of what these types are. Pure. */

/** By which property new objects in HubSpot say where they come from, and its value; null: by none. */
export const sourceSchema = z
  .strictObject({
    property: fieldMappingSchema.shape.property,
    value: z
      .string()
      .regex(/\S/, "must have a character that isn't white space")
      .nullable()
      .meta({
        description:
          "If null, the product's name. A property with options needs one of them.",
      }),
  })
  .nullable()
  .meta({
    description:
      "The property that new objects in HubSpot get, beside what is mapped, and its value. It isn't sent again afterwards.",
  });
export type Source = z.infer<typeof sourceSchema>;

const matchingSchema = z.enum(["link", "ask"]).meta({
  description:
    "Whether a record and an object with the same email or domain are linked automatically, or once someone confirms it.",
});
export type Matching = z.infer<typeof matchingSchema>;

/** HubSpot has no more of a type. */
const MOST_PIPELINES = 500;

const pipelinesSchema = z
  .array(z.string().min(1).max(200))
  .max(MOST_PIPELINES)
  .nullable()
  .meta({
    description:
      "The ids of the pipelines that sync. Null: all, and those that HubSpot gets later. What is in another pipeline stays in HubSpot and isn't in the workspace.",
  });

const onReselectSchema = z.enum(["new", "restore"]).meta({
  description:
    "What a pipeline that is selected again brings: new records with new ids, or the earlier records with what only the workspace had, if they were removed less than 90 days ago.",
});

/** The field that says whether a record's email is verified. */
export const emailStatusField = "email_status";

/** What a portal has chosen about a type; absent where the type has no such rule. */
export type TypeRules = {
  source?: Source;
  /** Off: an email that isn't verified isn't sent to HubSpot. It's used for matching all the same (BN-021). */
  pushUnverifiedEmails?: boolean;
  matching?: Matching;
  /** Which of HubSpot's pipelines sync, by id; null: all. */
  pipelines?: readonly string[] | null;
  /** What comes of records that were removed with their pipeline, once it's selected again. */
  onReselect?: z.infer<typeof onReselectSchema>;
};

type Rule = {
  readonly schema: z.ZodType;
  /** What a fresh installation has, and what was so before there was the rule. */
  readonly initial: unknown;
  readonly isOf: (descriptor: RuledType) => boolean;
};

type RuledType = Pick<
  ObjectTypeDescriptor,
  "hubspot" | "flows" | "identity" | "fields"
>;

const hasPipelines = ({ hubspot }: RuledType): boolean =>
  hubspot.pipelines !== undefined;

const rules: { readonly [Key in keyof Required<TypeRules>]: Rule } = {
  source: {
    schema: sourceSchema,
    initial: null,
    isOf: ({ flows }) => flows.push,
  },
  pushUnverifiedEmails: {
    schema: z.boolean(),
    initial: true,
    isOf: ({ flows, identity, fields }) =>
      flows.push &&
      identity?.kind === "email" &&
      Object.hasOwn(fields, emailStatusField),
  },
  matching: {
    schema: matchingSchema,
    initial: "link",
    isOf: ({ identity }) => identity !== null,
  },
  pipelines: { schema: pipelinesSchema, initial: null, isOf: hasPipelines },
  onReselect: { schema: onReselectSchema, initial: "new", isOf: hasPipelines },
};

const rulesOf = (descriptor: RuledType): [string, Rule][] =>
  Object.entries(rules).filter(([, rule]) => rule.isOf(descriptor));

/** Returns the schema of each rule that a type has, by its key. A document without it has what was so before it. */
export const ruleShapeOf = (descriptor: RuledType): Record<string, z.ZodType> =>
  Object.fromEntries(
    rulesOf(descriptor).map(([key, { schema, initial }]) => [
      key,
      schema.default(initial),
    ]),
  );

/** Returns what a fresh installation has chosen about a type. */
export const initialRulesOf = (descriptor: RuledType): TypeRules =>
  Object.fromEntries(
    rulesOf(descriptor).map(([key, { initial }]) => [key, initial]),
  );

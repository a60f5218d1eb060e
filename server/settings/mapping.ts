import { z } from "zod";

/**
 * How a value is turned from one side's form into the other's.
 * text: unchanged. email: lower-cased. number, date, datetime, boolean: by value, not by spelling.
 * set: options joined by ";" in HubSpot, an array here. options: pairs of values, many to one allowed in both
 * directions; the first pair that names a value is the one used. owner: an email here, an owner id there.
 */
export const conversionSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.enum([
      "text",
      "email",
      "number",
      "date",
      "datetime",
      "boolean",
      "set",
      "owner",
    ]),
  }),
  z.strictObject({
    kind: z.literal("options"),
    pairs: z
      .array(
        z.strictObject({
          workspace: z.string().min(1),
          hubspot: z.string().min(1),
        }),
      )
      .min(1)
      .max(500),
  }),
]);
export type Conversion = z.infer<typeof conversionSchema>;

/** Who wins where both sides changed a field. newest: the later change; of two at once, HubSpot's. */
export const policySchema = z.enum([
  "initiator",
  "hubspot",
  "workspace",
  "newest",
  "hold",
]);
export type Policy = z.infer<typeof policySchema>;

/** Whether automatic sync replaces a value, or only fills in a blank. What a person clicks replaces it all the same. */
export const writeModeSchema = z.enum(["overwrite", "fill"]);
export type WriteMode = z.infer<typeof writeModeSchema>;

export const fieldMappingSchema = z.strictObject({
  /** A field of the record: a standard one, or a key of `custom`. */
  field: z
    .string()
    .regex(
      /^[a-z][a-z0-9_]{0,99}$/i,
      "must be a field name of letters, digits, and underscores",
    ),
  /** HubSpot's internal property name. */
  property: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,99}$/, "must be the name of a HubSpot property"),
  direction: z.enum(["both", "pull", "push"]),
  /** Absent: the object type's policy. */
  policy: policySchema.optional(),
  /** Absent: overwrite. */
  write: writeModeSchema.optional(),
  /** Whether a blank may overwrite data. */
  clear: z.boolean(),
  conversion: conversionSchema,
});
export type FieldMapping = z.infer<typeof fieldMappingSchema>;

/** A stable name of a conversion: a base value taken under another one says nothing about this one. */
export function conversionKey(conversion: Conversion): string {
  return conversion.kind === "options"
    ? `options:${JSON.stringify(conversion.pairs.map((pair) => [pair.workspace, pair.hubspot]))}`
    : conversion.kind;
}

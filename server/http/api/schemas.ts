import { z } from "zod";
import { isObjectId, objectIdPattern } from "../../settings/object-id.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { listedTypes, primaryKindOf } from "../../settings/types/index.ts";
import { fieldFault } from "../../workspace/fields.ts";
import { syncStatuses } from "../sync-view.ts";

export const typeSchema = z.enum(listedTypes);
export const timeSchema = z.iso.datetime();
export const hubspotIdSchema = z
  .string()
  .regex(objectIdPattern, "isn't an object id")
  .refine(isObjectId, "isn't an object id");
/** An id of ours. Any spelling of a UUID is taken, and compared as Postgres writes it: in lower case. */
export const idSchema = z.guid().toLowerCase();
export const idParams = z.object({ id: idSchema });

/** What a field of a record may hold. */
const fieldValue = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.string())])
  .meta({
    description:
      "A number with more digits than a double keeps is returned as a string, and may be sent as one.",
  });

export const recordSchema = z
  .object({
    id: z.guid(),
    properties: z.record(z.string(), z.unknown()),
    omitted: z.object({ bytes: z.int(), limit: z.int() }).optional().meta({
      description:
        "Only if `properties` is empty because the values are too large: the record was stored before there was a limit, or the response to a batch had no more room. Then read the record by its id.",
    }),
    companyId: z
      .guid()
      .nullable()
      .meta({ description: "The primary company, of a type that has one." }),
    won: z.boolean().nullable().optional().meta({
      description:
        "Of a type with pipelines: whether HubSpot counts its stage as won. Null if its stage isn't one of HubSpot's, or stands for several that end differently.",
    }),
    closed: z.boolean().nullable().optional().meta({
      description: "Of a type with pipelines: the same for closed.",
    }),
    visible: z.boolean().meta({
      description:
        "False if it was only pulled, the product has never changed it, and the settings hide such records: lists leave it out by default.",
    }),
    hubspotId: z.string().nullable(),
    sync: z.object({
      status: z.enum(syncStatuses),
      code: z.string(),
      reason: z.string(),
      pulledAt: timeSchema.nullable(),
      pushedAt: timeSchema.nullable(),
    }),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    deletedAt: timeSchema.nullable(),
  })
  .meta({ id: "Record" });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: "Stable, for programs." }),
    detail: z.string().meta({ description: "A sentence, for people." }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional(),
  })
  .loose()
  .meta({ id: "Problem" });

/** Fields that one request may write of a record. */
const MAX_PROPERTIES = 1_000;

/** Fields of a record to write; null clears. Anything that is no standard field is one of the product's own. */
export function propertiesSchema(type: ObjectType) {
  return z
    .record(z.string(), fieldValue.nullable())
    .superRefine((properties, context) => {
      const named = Object.entries(properties);
      if (named.length > MAX_PROPERTIES) {
        context.addIssue({
          code: "custom",
          message: `may have at most ${MAX_PROPERTIES} fields at once`,
        });
        return;
      }
      for (const [name, value] of named) {
        const message = fieldFault(type, name, value);
        if (message !== null)
          context.addIssue({ code: "custom", path: [name], message });
      }
    });
}

/** A record as it is sent to be created or changed. Only a type whose records have a primary parent names one. */
export function recordInputSchema(type: ObjectType) {
  const properties = propertiesSchema(type);
  return primaryKindOf(type) !== null
    ? z.strictObject({ properties, companyId: idSchema.nullable().optional() })
    : z.strictObject({ properties, companyId: z.null().optional() });
}

export const runSchema = z
  .object({
    id: z.guid(),
    kind: z.enum(["pull", "push", "both", "sweep"]),
    objectType: typeSchema,
    mode: z.enum(["full", "changed", "selection"]),
    state: z.enum(["queued", "running", "paused", "done", "failed"]),
    reason: z.string().nullable(),
    source: z.string(),
    requestedBy: z.string(),
    counts: z.object({
      requested: z.int(),
      created: z.int(),
      updated: z.int(),
      unchanged: z.int(),
      skipped: z.int(),
      held: z.int(),
      failed: z.int(),
    }),
    needsConfirmation: z.int().meta({
      description:
        "Records that weren't changed because the run would have replaced newer values on the other side. The same request with confirm: true replaces them.",
    }),
    expected: z.int().nullable(),
    createdAt: timeSchema,
    startedAt: timeSchema.nullable(),
    endedAt: timeSchema.nullable(),
  })
  .meta({ id: "Run" });

/** A page of a list. */
export function pageOf(item: z.ZodType) {
  return z.object({ results: z.array(item), next: z.string().nullable() });
}

/** `limit` and `cursor`, as every list takes them. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
};

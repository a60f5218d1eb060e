import { z } from "zod";
import { ownerEmailSchema } from "./owner-email.ts";
import type { ObjectTypeDescriptor } from "./types/descriptor.ts";
import { ownerFieldOf } from "./types/owner-field.ts";

/** Which new records take part. Pure. */

type ConditionedType = Pick<ObjectTypeDescriptor, "hubspot" | "fields">;

const shape = {
  stages: z.array(z.string().min(1)).min(1).nullable(),
  emailStatuses: z.array(z.string().min(1)).min(1).nullable(),
  customField: z
    .strictObject({
      field: z.string().min(1),
      values: z.array(z.string().min(1)).min(1),
    })
    .nullable(),
};

/** Conditions that only some types have. */
const ownersSchema = z
  .array(ownerEmailSchema)
  .min(1)
  .nullable()
  .meta({ description: "Only with one of these owners, by email." });
const wonOnlySchema = z.boolean().meta({
  description: "Only if HubSpot counts the stage as won.",
});

/**
 * Every condition that is set must be met; null and false set none. They hold back creations only: what is linked is kept
 * in step whatever they say (AP-008, AP-009, BN-107).
 */
export type Conditions = z.infer<z.ZodObject<typeof shape>> & {
  /** Of types whose records have owners. */
  owners?: string[] | null;
  /** Of types whose objects go through pipelines (BN-111). */
  wonOnly?: boolean;
};

/** Returns the schema of a type's conditions. A document stored before there was a condition has it unset. */
export const conditionsSchemaOf = (
  type: ConditionedType,
): z.ZodType<Conditions> =>
  z.strictObject({
    ...shape,
    ...(ownerFieldOf(type) === null
      ? {}
      : { owners: ownersSchema.default(null) }),
    ...(type.hubspot.pipelines === undefined
      ? {}
      : { wonOnly: wonOnlySchema.default(false) }),
    // The compiler can't know which type it is.
  }) as unknown as z.ZodType<Conditions>;

/** Returns a type's conditions of which none is set: every new record takes part. */
export const noConditionsOf = (type: ConditionedType): Conditions => ({
  stages: null,
  emailStatuses: null,
  customField: null,
  ...(ownerFieldOf(type) === null ? {} : { owners: null }),
  ...(type.hubspot.pipelines === undefined ? {} : { wonOnly: false }),
});

import { z } from "zod";
import { ownerEmailSchema } from "./owner-email.ts";
import type { ObjectTypeDescriptor } from "./types/descriptor.ts";
import { ownerFieldOf } from "./types/owner-field.ts";

/** Which owner an object gets that a push creates for a record without an owner. Pure. */

const newOwnerSchema = z
  .discriminatedUnion("rule", [
    z.strictObject({ rule: z.literal("none") }),
    z.strictObject({ rule: z.literal("sync_user") }),
    z.strictObject({
      rule: z.literal("owner"),
      ownerEmail: ownerEmailSchema,
    }),
  ])
  .meta({
    description:
      "The owner of an object that a push creates, if neither its record nor the person who pushed it has one in HubSpot: none, the sync user, or a chosen owner.",
  });
export type NewOwner = z.infer<typeof newOwnerSchema>;

/** As it was before there was a choice. */
export const defaultNewOwner: NewOwner = { rule: "none" };

type Fields = Pick<ObjectTypeDescriptor, "fields">;

/** The key of a type's settings, in a schema; none for a type without owners. Documents stored before it have the default. */
export const newOwnerShape = (type: Fields) =>
  ownerFieldOf(type) === null
    ? {}
    : { newOwner: newOwnerSchema.default(defaultNewOwner) };

/** The same key with its default. */
export const newOwnerDefault = (type: Fields): { newOwner?: NewOwner } =>
  ownerFieldOf(type) === null ? {} : { newOwner: defaultNewOwner };

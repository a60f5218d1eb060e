import { z } from "zod";
import { MAX_SETTING_LIST } from "./limits.ts";
import { isObjectId } from "./object-id.ts";
import { ownerEmailSchema } from "./owner-email.ts";

/** Which of HubSpot's owners an email of the product is, where HubSpot has that person under another email. Pure. */

const overrideSchema = z.strictObject({
  email: ownerEmailSchema.meta({
    description: "As the product's records have it. Listed once.",
  }),
  ownerId: z.string().refine(isObjectId, "must be the id of an owner").meta({
    description: "HubSpot's id of the owner, as hubspot_owner_id has it.",
  }),
  pulled: z.boolean().default(true).meta({
    description:
      "Whether this owner is pulled as this email: one email of an owner at most. An owner without one is pulled as HubSpot's own email of the owner.",
  }),
});
export type OwnerOverride = z.infer<typeof overrideSchema>;

/** An email is one owner, and an owner is pulled as one email: otherwise a sync could change an owner by itself. */
function eachOnce(overrides: unknown, context: z.RefinementCtx): void {
  if (!Array.isArray(overrides)) return;
  const emails = new Set<string>();
  const pulled = new Set<string>();
  overrides.forEach((each: unknown, index) => {
    const { data: override } = overrideSchema.safeParse(each);
    if (override === undefined) return;
    const { email, ownerId } = override;
    if (emails.has(email))
      context.addIssue({
        code: "custom",
        path: [index, "email"],
        message: "This email has an owner already.",
      });
    if (override.pulled && pulled.has(ownerId))
      context.addIssue({
        code: "custom",
        path: [index, "pulled"],
        message: "This owner is pulled as another email already.",
      });
    emails.add(email);
    if (override.pulled) pulled.add(ownerId);
  });
}

/** The overrides of a document, in an order that means nothing. */
export const ownersSchema = z
  .array(overrideSchema)
  .max(MAX_SETTING_LIST)
  // Also if others have found faults, so that one response names everything that is wrong.
  .superRefine(eachOnce, { when: () => true })
  .meta({
    description:
      "The owner in HubSpot of emails that HubSpot has for nobody, or for somebody else. Any other email is the owner who has it in HubSpot.",
  });

import { z } from "zod";

/** A user of a portal. Super admins may connect apps; users are that unless it is said otherwise. */
export const portalUserSchema = z.strictObject({
  id: z.number().int().positive(),
  email: z.string(),
  firstName: z.string().default(""),
  lastName: z.string().default(""),
  superAdmin: z.boolean().default(true),
});

export type PortalUser = z.infer<typeof portalUserSchema>;

/** Whom a portal has when nobody was named: two admins, so that a second one can install again. */
export function defaultUsers(portalId: number): readonly PortalUser[] {
  return [
    {
      id: portalId * 10 + 1,
      email: `ada.admin@portal-${portalId}.example`,
      firstName: "Ada",
      lastName: "Admin",
      superAdmin: true,
    },
    {
      id: portalId * 10 + 2,
      email: `ben.boss@portal-${portalId}.example`,
      firstName: "Ben",
      lastName: "Boss",
      superAdmin: true,
    },
  ];
}

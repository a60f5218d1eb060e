import { z } from "zod";

/** How many calls an app may make to one portal. Defaults are those of a marketplace app on a paid portal. */
export const limitSettingsSchema = z.union([
  z.literal("unlimited"),
  z.strictObject({
    /** Calls in ten seconds, searches not counted. */
    tenSecondly: z.number().int().min(1).default(110),
    searchPerSecond: z.number().int().min(1).default(5),
    /** Association calls in ten seconds: 100 on free and starter portals, 150 above. */
    associationsTenSecondly: z.number().int().min(1).default(150),
  }),
]);

export type LimitSettings = z.infer<typeof limitSettingsSchema>;

import * as z from "zod/mini";

/** Both sides' values of one field, in full. */
export const wholeValue = z.object({
  field: z.string(),
  label: z.string(),
  workspace: z.nullable(z.string()),
  hubspot: z.nullable(z.string()),
});

export type WholeValue = z.infer<typeof wholeValue>;

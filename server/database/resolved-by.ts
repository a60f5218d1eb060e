import { sql } from "kysely";

/** Returns the columns of an attention entry that is resolved now. */
export const resolvedBy = (by: string) => ({
  state: "resolved" as const,
  resolved_at: sql<Date>`now()`,
  resolved_by: by,
  updated_at: sql<Date>`now()`,
});

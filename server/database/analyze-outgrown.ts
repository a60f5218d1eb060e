import { sql } from "kysely";
import type { Database } from "./database.ts";

/**
 * Tells the planner of tables that have grown several times over since it last looked at them: a millisecond where
 * there are none. Worth asking every few seconds of bulk work (migration 0011 says why).
 */
export async function analyzeOutgrown(database: Database): Promise<void> {
  await database.crossing((db) =>
    sql`select analyze_outgrown_tables()`.execute(db),
  );
}

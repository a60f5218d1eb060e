import { sql } from "kysely";
import type { Database } from "./database.ts";

const APART_MS = 1_000;

/** `performance.now()` when it was last asked for, by database. */
const askedAt = new WeakMap<Database, number>();

/**
 * Tells the planner of tables that have grown several times over since it last looked at them: a millisecond where
 * there are none. Worth asking every few seconds of bulk work (migration 0011 says why); turns ask that may be short, so
 * it's passed over within `apartMs` of the last time.
 */
export async function analyzeOutgrown(
  database: Database,
  { apartMs = APART_MS } = {},
): Promise<void> {
  const now = performance.now();
  if (now - (askedAt.get(database) ?? -Infinity) < apartMs) return;
  askedAt.set(database, now);
  await database.crossing((db) =>
    sql`select analyze_outgrown_tables()`.execute(db),
  );
}

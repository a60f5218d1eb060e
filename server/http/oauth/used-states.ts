import { sql } from "kysely";
import type { Database } from "../../database/database.ts";

/** Marks a state as used; false when it was used before. Old marks are dropped on the way. */
export function useState(
  database: Database,
  nonce: string,
  expiresAt: Date,
): Promise<boolean> {
  return database.crossing(async (db) => {
    await db
      .deleteFrom("oauth_state_used")
      .where("expires_at", "<", sql<Date>`now() - interval '1 hour'`)
      .execute();
    const { numInsertedOrUpdatedRows } = await db
      .insertInto("oauth_state_used")
      .values({ nonce, expires_at: expiresAt })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  });
}

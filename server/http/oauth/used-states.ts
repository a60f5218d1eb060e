import { sql } from "kysely";
import type { Database } from "../../database/database.ts";

/** Marks a state as used; false when it was used before. Old marks are dropped on the way. */
export function useState(
  database: Database,
  nonce: string,
  expiresAt: Date,
): Promise<boolean> {
  return database.crossing(async (db) => {
    await sql`delete from oauth_state_used where expires_at < now() - interval '1 hour'`.execute(
      db,
    );
    const { numAffectedRows } = await sql`
      insert into oauth_state_used (nonce, expires_at) values (${nonce}, ${expiresAt})
      on conflict do nothing`.execute(db);
    return numAffectedRows === 1n;
  });
}

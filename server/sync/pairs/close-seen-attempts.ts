import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";

/**
 * Attempts whose values a read has shown, or whose pair is linked by now: they are open no longer. Answers which of them
 * were until now, so that two workers who see the same tell of it once.
 */
export async function closeSeenAttempts(
  db: Db,
  portalId: PortalId,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .updateTable("attempt")
    .set({ settled_at: sql<Date>`now()`, claimed: false })
    .where("portal_id", "=", portalId)
    .where("id", "=", anyOf(ids))
    .where("settled_at", "is", null)
    .returning("id")
    .execute();
  return new Set(rows.map((row) => row.id));
}

import { sql } from "kysely";
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
  const { rows } = await sql<{ id: string }>`
    update attempt set settled_at = now(), claimed = false
    where portal_id = ${portalId} and id = any (${ids}::uuid[]) and settled_at is null
    returning id`.execute(db);
  return new Set(rows.map((row) => row.id));
}

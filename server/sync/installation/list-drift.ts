import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";

/** Findings that are listed; an account with more has one cause for most of them. */
const MOST_LISTED = 100;
/** Characters of a sentence: each names up to five values, of any length. */
const MOST_TEXT = 600;

/** What of a saved mapping no longer fits HubSpot, as it was last found (drift.ts). */
export type DriftFinding = {
  readonly objectType: ObjectType;
  /** Empty for what concerns the type's mappings together. */
  readonly field: string;
  readonly code: string;
  readonly cause: string;
  readonly fix: string;
  /** How many records are concerned. */
  readonly records: number;
  readonly since: Date;
};

/** Returns the open findings of a portal, and how many there are in all. Index attention_drift. */
export async function listDrift(
  db: Db,
  portalId: PortalId,
): Promise<{
  readonly count: number;
  readonly results: readonly DriftFinding[];
}> {
  const found = sql`from attention where portal_id = ${portalId} and state = 'open' and kind = 'drift'`;
  const { rows: results } = await sql<DriftFinding>`
    select object_type as "objectType", field, code, left(cause, ${MOST_TEXT}) as cause, left(fix, ${MOST_TEXT}) as fix,
      coalesce((details ->> 'records')::int, 0) as records, created_at as since
    ${found} order by object_type, field, code limit ${MOST_LISTED}`.execute(
    db,
  );
  if (results.length < MOST_LISTED) return { count: results.length, results };
  const { rows } = await sql<{
    count: number;
  }>`select count(*)::int as count ${found}`.execute(db);
  return { count: rows[0]?.count ?? results.length, results };
}

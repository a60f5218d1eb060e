import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { isoTime } from "../../database/iso-time.ts";
import type { PortalId } from "../../settings/object-type.ts";

const counted = [
  "requested",
  "created",
  "updated",
  "unchanged",
  "skipped",
  "held",
  "failed",
] as const;

type RunRow = Record<(typeof counted)[number], number> & {
  id: string;
  kind: string;
  object_type: string;
  mode: string;
  state: string;
  state_reason: string;
  source: string;
  requested_by: string;
  expected: number | null;
  needs_confirmation: number;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  at: string;
};

const columns = sql`id, kind, object_type, mode, state, state_reason, source, requested_by, expected,
  case when held = 0 then 0 else (
    select count(*)::int from run_item i
    where i.portal_id = run.portal_id and i.run_id = run.id and i.code = 'would_undo') end as needs_confirmation,
  requested, created, updated, unchanged, skipped, held, failed, created_at, started_at, ended_at, ${isoTime("created_at")} as at`;

/** A run as the API and the card write it. */
export type RunDocument = ReturnType<typeof runDocument>;

function runDocument(row: RunRow) {
  return {
    id: row.id,
    kind: row.kind,
    objectType: row.object_type,
    mode: row.mode,
    state: row.state,
    reason: row.state_reason || null,
    source: row.source,
    requestedBy: row.requested_by,
    counts: Object.fromEntries(counted.map((name) => [name, row[name]])),
    needsConfirmation: row.needs_confirmation,
    expected: row.expected,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

export async function readRun(
  db: Db,
  portalId: PortalId,
  runId: string,
): Promise<RunDocument | null> {
  const { rows } = await sql<RunRow>`
    select ${columns} from run where portal_id = ${portalId} and id = ${runId}::uuid`.execute(
    db,
  );
  return rows[0] ? runDocument(rows[0]) : null;
}

/** Where a page of runs ended: Postgres's own precision, as text. */
export type RunPosition = { at: string; id: string };

/** Runs, the newest first. Index run_latest. */
export async function listRuns(
  db: Db,
  portalId: PortalId,
  limit: number,
  after: RunPosition | null,
): Promise<{ results: RunDocument[]; next: RunPosition | null }> {
  const rest = after
    ? sql`and (created_at < ${after.at}::timestamptz or (created_at = ${after.at}::timestamptz and id > ${after.id}::uuid))`
    : sql``;
  const { rows } = await sql<RunRow>`
    select ${columns} from run where portal_id = ${portalId} ${rest}
    order by created_at desc, id limit ${limit + 1}`.execute(db);
  const last = rows[limit - 1];
  return {
    results: rows.slice(0, limit).map(runDocument),
    next: rows.length > limit && last ? { at: last.at, id: last.id } : null,
  };
}

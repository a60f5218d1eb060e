import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { storableText } from "../../storable-text.ts";
import type { FieldChange, Initiator } from "../model.ts";
import type { Account } from "../decide/plan.ts";
import { isBlank } from "../values/value.ts";

/** The code of a line about an owner whom a person replaced in the workspace: no sync decided that. */
export const OWNER_REASSIGNED = "owner_reassigned";

/** One line of the journal: what was done to one pair, why, and the values before and after. */
export interface JournalLine {
  readonly recordId: RecordId | null;
  readonly objectId: ObjectId | null;
  readonly action:
    | "created"
    | "updated"
    | "linked"
    | "deleted"
    | "restored"
    | "relinked"
    | "unlinked"
    | "associated"
    | "overwritten"
    | "skipped"
    | "failed"
    | "flagged"
    | "erased";
  readonly code: string;
  readonly reason: string;
  readonly changes: readonly FieldChange[];
}

/** Changes whose values before and after differ as a person reads them: no line shows "5 → 5". */
export const realChanges = (changes: readonly FieldChange[]): FieldChange[] =>
  changes.filter(({ before, after }) => shown(before) !== shown(after));

const shown = (value: unknown): string =>
  isBlank(value)
    ? ""
    : typeof value === "string"
      ? storableText(value)
      : toJson(value);

/** A line that is about its changes alone says nothing without any. */
function isEmpty({ action, changes }: JournalLine): boolean {
  return (
    (action === "updated" || action === "overwritten") && changes.length === 0
  );
}

/**
 * Writes a batch of lines in one statement, in the transaction of what they tell of. Leaves out changes whose values
 * before and after are equal, and lines that have nothing else to say.
 */
export async function writeJournal(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    account,
    initiator,
    lines,
  }: {
    readonly account: Account;
    readonly initiator: Initiator;
    readonly lines: readonly JournalLine[];
  },
): Promise<void> {
  const real = lines
    .map((line) => ({ ...line, changes: realChanges(line.changes) }))
    .filter((line) => !isEmpty(line));
  if (real.length === 0) return;
  await sql`
    insert into journal (portal_id, object_type, record_id, object_id, action, source, by_user, initiator, run_id, code, reason, changes)
    select ${portalId}, ${type}, j."recordId", j."objectId", j.action, ${account.source}, ${account.by}, ${initiator},
      ${account.runId}, j.code, j.reason, j.changes
    from jsonb_to_recordset(${toJson(real)}::jsonb)
      as j("recordId" uuid, "objectId" bigint, action text, code text, reason text, changes jsonb)`.execute(
    db,
  );
}

/**
 * Tells once of a record or object that a rule leaves out, and again only when the rule is another one (AC-028).
 * Stores the verdict that the views show as the record's reason.
 */
export async function writeVerdicts(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    account,
    initiator,
    lines,
  }: {
    readonly account: Account;
    readonly initiator: Initiator;
    readonly lines: readonly JournalLine[];
  },
): Promise<void> {
  if (lines.length === 0) return;
  const changed = await storeVerdicts(db, portalId, lines);
  const objects = lines.filter(
    (line) => line.recordId === null && line.objectId !== null,
  );
  const told = await sql<{ object_id: ObjectId; code: string }>`
    select distinct on (object_id) object_id, code from journal
    where portal_id = ${portalId} and object_type = ${type} and object_id = any (${objects.map((line) => line.objectId)}::bigint[])
    order by object_id, id desc`.execute(db);
  const lastCode = new Map(told.rows.map((row) => [row.object_id, row.code]));
  await writeJournal(db, portalId, type, {
    account,
    initiator,
    lines: lines.filter((line) =>
      line.recordId === null
        ? line.objectId !== null && lastCode.get(line.objectId) !== line.code
        : changed.has(line.recordId),
    ),
  });
}

/** Stores why records are not in HubSpot. Answers those of which another reason stood there, or none. */
export async function storeVerdicts(
  db: Db,
  portalId: PortalId,
  lines: readonly Pick<JournalLine, "recordId" | "code" | "reason">[],
): Promise<ReadonlySet<RecordId>> {
  if (lines.length === 0) return new Set();
  const { rows } = await sql<{ recordId: RecordId }>`
    insert into sync_verdict as v (portal_id, record_id, code, reason)
    select ${portalId}, j."recordId", j.code, j.reason
    from jsonb_to_recordset(${toJson(lines)}::jsonb) as j("recordId" uuid, code text, reason text)
    where j."recordId" is not null
    on conflict (portal_id, record_id) do update set code = excluded.code, reason = excluded.reason, at = now()
    where v.code <> excluded.code or v.reason <> excluded.reason
    returning v.record_id as "recordId"`.execute(db);
  return new Set(rows.map((row) => row.recordId));
}

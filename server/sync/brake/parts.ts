import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { Initiator } from "../model.ts";

/** The pairs that an entry holds, page by page. Index attention_parts. */

/** Before every id: a first page is read as the ones after it, by the same plan. */
const lowestId = "00000000-0000-0000-0000-000000000000";

export interface ApprovedPage {
  readonly recordIds: readonly RecordId[];
  readonly objectIds: readonly ObjectId[];
  /** Objects of which an event said that they were deleted. */
  readonly deletedByEvent: ReadonlySet<ObjectId>;
  readonly lastId: string | null;
}

/** The parts that a person's verdict settled, after one of them: from their own side, as it was held. */
export async function decidedPage(
  db: Db,
  portalId: PortalId,
  attentionId: string,
  afterId: string | null,
  limit: number,
): Promise<ApprovedPage> {
  const { rows } = await sql<{
    id: string;
    record_id: RecordId | null;
    object_id: ObjectId | null;
    initiator: Initiator;
    evidence: string | null;
  }>`
    select id, record_id, object_id::text as object_id, initiator, details ->> 'evidence' as evidence from attention
    where portal_id = ${portalId} and part_of = ${attentionId}::uuid and details ? 'choice'
      and id > ${afterId ?? lowestId}::uuid
    order by id limit ${limit}`.execute(db);
  const byRecord = rows.filter(
    (row) => row.object_id === null || row.initiator === "workspace",
  );
  const byObject = rows.filter((row) => !byRecord.includes(row));
  return {
    recordIds: byRecord.flatMap((row) => row.record_id ?? []),
    objectIds: byObject.flatMap((row) => row.object_id ?? []),
    deletedByEvent: new Set(
      byObject.flatMap((row) =>
        row.evidence === "deleted-by-event" ? (row.object_id ?? []) : [],
      ),
    ),
    lastId: rows.at(-1)?.id ?? null,
  };
}

/** In characters: a list of a hundred names must not be a list of a hundred texts. */
const longestName = 500;

export interface HeldPart {
  readonly id: string;
  readonly recordId: RecordId | null;
  readonly objectId: ObjectId | null;
  /** What the record is called, cut after 500 characters; null where the workspace has none, or it has no name. */
  readonly name: string | null;
  readonly state: "open" | "resolved";
  readonly cause: string;
}

/** The list of what waits, or has been decided, with the records' names. */
export async function listParts(
  db: Db,
  portalId: PortalId,
  attentionId: string,
  afterId: string | null,
  limit: number,
): Promise<HeldPart[]> {
  const { rows } = await sql<HeldPart>`
    select p.id, p.record_id as "recordId", p.object_id::text as "objectId", p.state, p.cause,
      left(coalesce(
        nullif(r.properties ->> 'name', ''),
        nullif(concat_ws(' ', nullif(r.properties ->> 'first_name', ''), nullif(r.properties ->> 'last_name', '')), ''),
        nullif(r.properties ->> 'email', ''), nullif(r.properties ->> 'domain', '')), ${longestName}) as name
    from attention p
    left join record r on r.portal_id = p.portal_id and r.id = p.record_id
    where p.portal_id = ${portalId} and p.part_of = ${attentionId}::uuid
      and (p.state = 'open' or p.details ? 'choice')
      and p.id > ${afterId ?? lowestId}::uuid
    order by p.id limit ${limit}`.execute(db);
  return rows;
}

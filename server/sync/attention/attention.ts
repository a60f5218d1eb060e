import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { refreshEntries } from "../brake/entry.ts";
import type { Initiator } from "../model.ts";
import { markBlockedChildrenDirty } from "../recheck/blocked-children.ts";

/** Something for a person: a problem with cause and fix, or a field that is held. */
export interface Notice {
  readonly kind: "problem" | "held";
  readonly code: string;
  readonly recordId: RecordId | null;
  readonly objectId: ObjectId | null;
  /** The field's name, or "" where it concerns the whole pair. */
  readonly field: string;
  readonly cause: string;
  readonly fix: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** It is open since an earlier try, and was not tried this time. */
  readonly stands?: boolean;
  /** The entry of which it is a part, where many wait together. */
  readonly partOf?: string | null;
  /** The side that it comes from, where that is not the pass'. */
  readonly initiator?: Initiator;
}

/** A privacy deletion that HubSpot doesn't confirm. No look at the pair closes it: only a person does. */
export const ERASURE_NOT_CONFIRMED = "erasure_not_confirmed";

/** A pair that was looked at: whatever it had open and is not among the notices is settled by that. */
export interface Looked {
  readonly recordId: RecordId | null;
  readonly objectId: ObjectId | null;
}

/**
 * Brings the open entries of the pairs that were looked at to exactly the notices: new ones open, known ones are
 * refreshed (one entry a pair, kind and field), the others close themselves.
 */
export async function reconcileAttention(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    initiator,
    runId,
    looked,
    notices,
  }: {
    readonly initiator: Initiator;
    readonly runId: string | null;
    readonly looked: readonly Looked[];
    readonly notices: readonly Notice[];
  },
): Promise<void> {
  const page = toJson(notices);
  const entries = new Set(notices.flatMap(({ partOf }) => partOf ?? []));
  if (looked.length > 0) {
    const { rows: closed } = await sql<{
      record_id: RecordId | null;
      part_of: string | null;
    }>`
      update attention a set state = 'resolved', resolved_at = now(), resolved_by = 'sync'
      from jsonb_to_recordset(${toJson(looked)}::jsonb) as l("recordId" uuid, "objectId" bigint)
      where a.portal_id = ${portalId} and a.object_type = ${type} and a.state = 'open' and a.code <> ${ERASURE_NOT_CONFIRMED}
        and (a.record_id = l."recordId" or (a.record_id is null and a.object_id = l."objectId"))
        and not exists (
          select from jsonb_to_recordset(${page}::jsonb) as n(kind text, field text, "recordId" uuid, "objectId" bigint)
          where n.kind = a.kind and n.field = a.field
            and (n."recordId" = a.record_id or (n."recordId" is null and n."objectId" = a.object_id))
        )
      returning a.record_id, a.part_of`.execute(db);
    for (const { part_of } of closed)
      if (part_of !== null) entries.add(part_of);
    await markBlockedChildrenDirty(
      db,
      portalId,
      type,
      closed.flatMap((row) => row.record_id ?? []),
    );
  }
  await openAttention(db, portalId, type, { initiator, runId, notices });
  await refreshEntries(db, portalId, [...entries]);
}

/** Opens the notices, or refreshes those that are open. A repeated failure counts as another try. */
export async function openAttention(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    initiator,
    runId,
    notices,
  }: {
    readonly initiator: Initiator;
    readonly runId: string | null;
    readonly notices: readonly Notice[];
  },
): Promise<void> {
  if (notices.length === 0) return;
  await sql`
    insert into attention as a (portal_id, kind, code, object_type, record_id, object_id, field, cause, fix, details, initiator, run_id, tries, part_of)
    select ${portalId}, n.kind, n.code, ${type}, n."recordId", n."objectId", n.field, n.cause, n.fix, n.details, coalesce(n.initiator, ${initiator}), ${runId},
      case when n.stands then 0 else 1 end, n."partOf"
    from jsonb_to_recordset(${toJson(notices)}::jsonb)
      as n(kind text, code text, "recordId" uuid, "objectId" bigint, field text, cause text, fix text, details jsonb, stands boolean, initiator text, "partOf" uuid)
    on conflict (portal_id, object_type, coalesce(record_id::text, 'object ' || object_id), field, kind) where state = 'open'
    do update set code = excluded.code, cause = excluded.cause, fix = excluded.fix, details = excluded.details,
      part_of = excluded.part_of, initiator = case when excluded.part_of is null then a.initiator else excluded.initiator end,
      object_id = coalesce(excluded.object_id, a.object_id), updated_at = now(),
      tries = a.tries + case when excluded.kind = 'problem' then excluded.tries else 0 end`.execute(
    db,
  );
}

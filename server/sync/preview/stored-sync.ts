import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { boundedProperties } from "../../workspace/stored-bytes.ts";
import type { Properties } from "../model.ts";

/** What is stored of a record's sync: all that a card can show if HubSpot wasn't read. */

/** The record or object of a card. */
export type Subject =
  | { readonly objectType: ObjectType; readonly objectId: ObjectId }
  | { readonly objectType: ObjectType; readonly recordId: RecordId };

/** A record's sync status, as cards and the API's views name it. */
export type Status =
  | "in_sync"
  | "changes_waiting"
  | "held"
  | "problem"
  | "not_synced"
  | "not_checked"
  | "paused"
  | "setting_up"
  | "disconnected";

export interface StoredSync {
  readonly status: Status;
  readonly code: string;
  readonly reason: string;
  readonly revision: number;
  /** The product has changed it since it was synced. */
  readonly waits: boolean;
  /** When the two sides were last compared, as far as we know. */
  readonly knownAt: Date | null;
}

type StoredRow = StoredSync & {
  readonly id: RecordId;
  readonly properties: Properties;
  readonly objectId: ObjectId | null;
  readonly linked: boolean;
};

export async function findRecord(
  db: Db,
  portalId: PortalId,
  subject: Subject,
): Promise<StoredRow | null> {
  const id =
    "recordId" in subject
      ? sql`select coalesce(
          (select record_id from record_alias where portal_id = ${portalId} and old_id = ${subject.recordId}::uuid),
          ${subject.recordId}::uuid)`
      : sql`select record_id from link
          where portal_id = ${portalId} and object_type = ${subject.objectType} and state not in ('merged-away', 'given-up', 'unselected') and object_id = coalesce(
            (select object_id from object_alias
              where portal_id = ${portalId} and object_type = ${subject.objectType} and old_id = ${subject.objectId}::bigint),
            ${subject.objectId}::bigint)
          order by (state = 'live') desc, ended_at desc nulls last limit 1`;
  const { rows } = await sql<StoredRow>`
    select r.id, ${boundedProperties("r")} as properties, r.revision, s.object_id::text as "objectId", s.object_id is not null as linked,
      s.status, s.code, s.reason, greatest(s.pulled_at, s.pushed_at, c.as_of) as "knownAt",
      exists (select from dirty d where d.portal_id = r.portal_id and d.record_id = r.id) as waits
    from record r
    join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id
    left join pull_cursor c on c.portal_id = r.portal_id and c.object_type = r.object_type
    where r.portal_id = ${portalId} and r.object_type = ${subject.objectType} and r.id = (${id})`.execute(
    db,
  );
  return rows[0] ?? null;
}

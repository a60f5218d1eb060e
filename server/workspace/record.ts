import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { ObjectType, RecordId } from "../settings/object-type.ts";
import { descriptorOf } from "../settings/types/index.ts";
import { isTooLarge, storedBytes } from "./stored-bytes.ts";
import { isVisible } from "./visibility.ts";

/** A record with what is known of its sync, as product and API see it. */
export type RecordView = {
  id: RecordId;
  objectType: ObjectType;
  properties: Readonly<Record<string, unknown>>;
  /**
   * The bytes of the values, if `properties` is empty because they were left out: the record is older than the limit
   * and exceeds it, or the answer had no more room. Else null.
   */
  omittedBytes: number | null;
  companyId: RecordId | null;
  /** What HubSpot says of its stage, null where it doesn't; null of a type without pipelines. */
  ends: { won: boolean | null; closed: boolean | null } | null;
  /** False: a product's lists leave it out (visibility.ts). */
  visible: boolean;
  hubspotId: string | null;
  sync: {
    status: string;
    code: string;
    reason: string;
    pulledAt: Date | null;
    pushedAt: Date | null;
  };
  createdAt: Date;
  updatedAt: Date;
  deletedAt: Date | null;
};

export type RecordRow = {
  id: string;
  object_type: ObjectType;
  properties: Record<string, unknown>;
  omitted_bytes: number | null;
  company_id: string | null;
  won: boolean | null;
  closed: boolean | null;
  visible: boolean;
  object_id: string | null;
  status: string;
  code: string;
  reason: string;
  pulled_at: Date | null;
  pushed_at: Date | null;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
};

const omitted = sql`(r.without_room or ${isTooLarge("r")})`;

/**
 * The select list behind RecordRow, of a record `r`, which has a column `without_room`: whether its values are left out
 * for want of room, its sync_status `s`, and its stage `st` (joinStage).
 */
export const recordColumns: RawBuilder<unknown> = sql`
  st.won, st.closed,
  r.id, r.object_type, case when ${omitted} then '{}' else r.properties end as properties,
  case when ${omitted} then ${storedBytes("r")} end as omitted_bytes, r.company_id, ${isVisible} as visible, r.created_at, r.updated_at, r.deleted_at,
  s.object_id::text as object_id, s.status, s.code, s.reason, s.pulled_at, s.pushed_at`;

/** Joins to a record `r` of a type what HubSpot says of its stage, as its view does (define_type_view). */
export const joinStage = (type: ObjectType): RawBuilder<unknown> =>
  hasStages(type)
    ? sql`left join workspace_stages() st on st.object_type = ${type}
        and st.pipeline = workspace_text(r.properties, 'pipeline') and st.stage = workspace_text(r.properties, 'stage')`
    : sql`left join (select null::boolean as won, null::boolean as closed) st on true`;

const hasStages = (type: ObjectType): boolean =>
  descriptorOf(type).hubspot.pipelines !== undefined;

export function recordView(row: RecordRow): RecordView {
  return {
    id: row.id,
    objectType: row.object_type,
    properties: row.properties,
    omittedBytes: row.omitted_bytes,
    companyId: row.company_id,
    ends: hasStages(row.object_type)
      ? { won: row.won, closed: row.closed }
      : null,
    visible: row.visible,
    hubspotId: row.object_id,
    sync: {
      status: row.status,
      code: row.code,
      reason: row.reason,
      pulledAt: row.pulled_at,
      pushedAt: row.pushed_at,
    },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  };
}

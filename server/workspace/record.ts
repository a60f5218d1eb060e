import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { ObjectType, RecordId } from "../settings/object-type.ts";

/** A record with what is known of its sync, as product and API see it. */
export type RecordView = {
  id: RecordId;
  objectType: ObjectType;
  properties: Readonly<Record<string, unknown>>;
  companyId: RecordId | null;
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
  company_id: string | null;
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

/** The select list behind RecordRow, of a record `r` and its sync_status `s`. */
export const recordColumns: RawBuilder<unknown> = sql`
  r.id, r.object_type, r.properties, r.company_id, r.created_at, r.updated_at, r.deleted_at,
  s.object_id::text as object_id, s.status, s.code, s.reason, s.pulled_at, s.pushed_at`;

export function recordView(row: RecordRow): RecordView {
  return {
    id: row.id,
    objectType: row.object_type,
    properties: row.properties,
    companyId: row.company_id,
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

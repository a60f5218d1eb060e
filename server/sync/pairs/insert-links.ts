import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { Account } from "../decide/plan.ts";
import type { Base, Parked } from "../model.ts";
import { recheckChildrenOfLinked } from "../recheck/recheck-children.ts";

export interface LinkRow {
  readonly recordId: RecordId;
  readonly objectId: ObjectId;
  readonly base: Base;
  readonly parked: Readonly<Record<string, Parked>>;
  /** HubSpot's clock, ISO. */
  readonly seen: string | null;
  readonly pulled: boolean;
  readonly pushed: boolean;
  /** The kinds whose edges need nothing of HubSpot any more. */
  readonly edgesSettled: readonly string[];
}

/** Makes live links. One that exists already, by an earlier life of this batch, stays as it is. */
export async function insertLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  account: Account,
  rows: readonly LinkRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const by = account.by === "" ? account.source : account.by;
  await sql`
    insert into link (portal_id, object_type, record_id, object_id, base, parked, seen_at, edges_settled,
      pulled_at, pulled_by, pushed_at, pushed_by)
    select ${portalId}, ${type}, n."recordId", n."objectId", n.base, n.parked, n.seen, n."edgesSettled",
      case when n.pulled then now() end, case when n.pulled then ${by} end,
      case when n.pushed then now() end, case when n.pushed then ${by} end
    from jsonb_to_recordset(${toJson(rows)}::jsonb)
      as n("recordId" uuid, "objectId" bigint, base jsonb, parked jsonb, seen timestamptz, "edgesSettled" text[],
        pulled boolean, pushed boolean)`.execute(db);
  await db
    .deleteFrom("sync_verdict")
    .where("portal_id", "=", portalId)
    .where("record_id", "=", anyOf(rows.map((row) => row.recordId)))
    .execute();
  await recheckChildrenOfLinked(db, portalId, type, rows);
}

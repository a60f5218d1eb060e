import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import type { HubSpotObject } from "../hubspot/gateway.ts";
import type { PortalId, RecordId } from "../settings/object-type.ts";
import type { ParentKind } from "../settings/types/index.ts";
import type { StatusOf } from "./ask.ts";
import type { ParentStatus } from "./model.ts";
import { parentsHere } from "./stored-edges.ts";
import type { StoredRecord } from "./stored-state.ts";
import { isBlank } from "./value.ts";

/** For records that belong to nothing. */
export const noParents: StatusOf = () => [];

/** Of each kind, the objects of a batch that have a parent in HubSpot, as far as lists have shown. */
export type ObjectsWithParent = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Loads what is known of the records' parents: whether one has a parent on either side, and whether a parent has a
 * problem of its own and is not in HubSpot, which blocks its children (AP-103). One query a batch and kind.
 */
export async function loadParentStatus(
  db: Db,
  portalId: PortalId,
  kinds: readonly ParentKind[],
  records: readonly StoredRecord[],
  objectsWithParent: ObjectsWithParent,
): Promise<StatusOf> {
  const statuses: ((
    record: StoredRecord | null,
    object: HubSpotObject | null,
  ) => ParentStatus)[] = [];
  for (const kind of kinds) {
    const rows = await loadParents(
      db,
      portalId,
      kind,
      records.map((record) => record.id),
    );
    const has = new Set(rows.map((row) => row.child_id));
    const blocked = new Map(
      rows.flatMap((row) =>
        row.code === null
          ? []
          : [
              [
                row.child_id,
                { code: row.code, cause: row.cause ?? "" },
              ] as const,
            ],
      ),
    );
    const listed = objectsWithParent.get(kind.name);
    const property = kind.primary?.property ?? null;
    statuses.push((record, object) => ({
      kind,
      has:
        (record !== null && has.has(record.id)) ||
        (object !== null &&
          (listed?.has(object.id) === true ||
            (property !== null && !isBlank(object.properties[property])))),
      blockedBy: record === null ? null : (blocked.get(record.id) ?? null),
    }));
  }
  return (record, object) => statuses.map((status) => status(record, object));
}

interface ParentRow {
  readonly child_id: RecordId;
  readonly code: string | null;
  readonly cause: string | null;
}

/** The children that have a parent, and the problem that blocks them where there is one: of a primary parent only, where the kind has one. */
async function loadParents(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  childIds: readonly RecordId[],
): Promise<ParentRow[]> {
  if (childIds.length === 0) return [];
  const { rows } = await sql<ParentRow>`
    select e.child_id, p.code, p.cause
    from (${parentsHere(portalId, kind, childIds)}) e
    left join lateral (
      select a.code, a.cause from attention a
      where (e.is_primary or ${kind.primary === null}::boolean)
        and a.portal_id = ${portalId} and a.record_id = e.parent_id and a.state = 'open' and a.kind = 'problem'
        and not exists (select from link l where l.portal_id = ${portalId} and l.record_id = e.parent_id and l.state = 'live')
      limit 1
    ) p on true`.execute(db);
  return rows;
}

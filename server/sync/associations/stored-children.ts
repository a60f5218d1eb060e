import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { PortalId, RecordId } from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";

/**
 * The records of a kind that belong to parents in the workspace, deleted ones included, each with its parent. `is`
 * compares with the parents: `= id`, or `= any (ids)`, which is a walk by indexes also where a table has no statistics
 * yet. Indexes record_by_company, association_to.
 */
export const childrenHere = (
  portalId: PortalId,
  kind: ParentKind,
  is: RawBuilder<unknown>,
): RawBuilder<{ id: RecordId; parent_id: RecordId }> => {
  const further = sql<{ id: RecordId; parent_id: RecordId }>`
    select from_id as id, to_id as parent_id from association
    where portal_id = ${portalId} and to_id ${is} and from_type = ${sql.lit(kind.from)}`;
  return kind.primary === null
    ? further
    : sql`
      select id, company_id as parent_id from record
      where portal_id = ${portalId} and company_id ${is} and object_type = ${sql.lit(kind.from)}
      union
      ${further}`;
};

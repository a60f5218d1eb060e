import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { PortalId, RecordId } from "../settings/object-type.ts";
import type { ParentKind } from "../settings/types/index.ts";

/**
 * The ids of the records of a kind that belong to parents in the workspace, deleted ones included. `is` compares with the
 * parents: `= id`, or `= any (ids)`. Indexes record_by_company, association_to.
 */
export const childrenHere = (
  portalId: PortalId,
  kind: ParentKind,
  is: RawBuilder<unknown>,
): RawBuilder<{ id: RecordId }> => {
  const further = sql<{ id: RecordId }>`
    select from_id as id from association
    where portal_id = ${portalId} and to_id ${is} and from_type = ${sql.lit(kind.from)}`;
  return kind.primary === null
    ? further
    : sql`
      select id from record
      where portal_id = ${portalId} and company_id ${is} and object_type = ${sql.lit(kind.from)}
      union
      ${further}`;
};

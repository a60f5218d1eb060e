import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { ObjectType, PortalId } from "../settings/object-type.ts";

/**
 * Whether a row `r` of `record` is visible in the product, as SQL. Hidden are records that came from HubSpot and that the
 * product has never changed, of the types for which the portal chose that (AP-085). The views say the same
 * (define_type_view). What is hidden is synced like all others.
 */
export const isVisible: RawBuilder<boolean> = visibleIf(
  sql`select from installation i where i.portal_id = r.portal_id and r.object_type = any (i.hidden_types)`,
);

/** The same for the rows of one type: the portal's choice is looked up once, and not for each row. */
export const isVisibleOf = (
  portalId: PortalId,
  type: ObjectType,
): RawBuilder<boolean> =>
  visibleIf(
    sql`select from installation i where i.portal_id = ${portalId} and ${type} = any (i.hidden_types)`,
  );

/** @param hiddenType a query that has a row if the record's type is hidden */
function visibleIf(hiddenType: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(r.origin <> 'hubspot' or r.taken_over or not exists (${hiddenType}))`;
}

import type { RawBuilder } from "kysely";
import { sql } from "kysely";

// As a subquery of its own, it is computed once, and not for each user.
const email = sql`(select canonical_identity('email', i.sync_user_email))`;

/**
 * A subquery for columns `u` of the product's user who is the sync user of an installation `i`: the one whom an admin has
 * chosen, otherwise the one who connected HubSpot. Null if that person is no user of the product.
 */
export const syncUserOf = (
  columns: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`
  select ${columns} from workspace_user u
  where u.portal_id = i.portal_id
    and (u.id = i.sync_user_choice
      or (i.sync_user_choice is null and (u.email = ${email} or u.hubspot_user_id = i.sync_user_id)))
  order by (u.hubspot_user_id = i.sync_user_id) desc nulls last limit 1`;

/** The same for the one whom an admin has chosen; null if none was. */
export const chosenSyncUserOf = (
  columns: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`
  select ${columns} from workspace_user u
  where u.portal_id = i.portal_id and u.id = i.sync_user_choice`;

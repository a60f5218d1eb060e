import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { listedTypes } from "../../settings/types/index.ts";
import { queueReturn } from "./installation-moves.ts";
import { loadTypes } from "./portal-types.ts";

/**
 * Stores which types a portal doesn't sync, so that the view of sync statuses needs no rule of its own, and lets those
 * that are synced again catch up. It changes with the settings, and with the scopes that HubSpot grants; a build that
 * knows more types is followed by housekeeping.
 */
export async function followTypes(db: Db, portalId: PortalId): Promise<void> {
  const { enabled } = await loadTypes(db, portalId);
  const off = listedTypes.filter((type) => !enabled.includes(type));
  const { rows } = await sql<{ before: ObjectType[] }>`
    with before as (
      select off_types from installation where portal_id = ${portalId} and off_types <> ${off}::text[] for update
    )
    update installation i set off_types = ${off}::text[] from before where i.portal_id = ${portalId}
    returning before.off_types as before`.execute(db);
  const returned = rows.flatMap(({ before }) =>
    enabled.filter((type) => before.includes(type)),
  );
  await queueReturn(db, portalId, returned);
}

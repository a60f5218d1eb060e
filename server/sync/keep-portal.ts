import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import type { HubSpot } from "../hubspot/hubspot.ts";
import type { PortalId } from "../settings/object-type.ts";
import { preparePortal } from "./prepare-portal.ts";

/** Properties, options and owners change seldom; about eight calls each time. */
const MAX_AGE_MINUTES = 60;

/**
 * Reads a portal's definitions again once they are an hour old, and makes up for what could not be prepared at install.
 * Answers whether it did. For upkeep: bulk priority, and nothing for a portal that is not connected.
 */
export async function keepPortal(
  {
    database,
    hubspot,
  }: { database: Database; hubspot: Pick<HubSpot, "portal"> },
  portalId: PortalId,
  {
    maxAgeMinutes = MAX_AGE_MINUTES,
    signal,
  }: { maxAgeMinutes?: number; signal?: AbortSignal } = {},
): Promise<boolean> {
  const { rows } = await database.inPortal(portalId, (db) =>
    sql`
      select from installation
      where portal_id = ${portalId} and state not in ('disconnected', 'uninstalled')
        and coalesce(definitions_read_at < now() - ${maxAgeMinutes} * interval '1 minute', true)`.execute(
      db,
    ),
  );
  if (rows.length === 0) return false;
  await preparePortal(database, hubspot.portal(portalId), portalId, {
    priority: "bulk",
    ...(signal ? { signal } : {}),
  });
  return true;
}

import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import type { Capability, CapabilityMissingError } from "../hubspot/errors.ts";
import type { PortalId } from "../settings/object-type.ts";

/** What is switched off in a portal, by capability. */
export type MissingCapabilities = Readonly<
  Partial<
    Record<
      Capability,
      { reason: string; scopes: readonly string[]; since: string }
    >
  >
>;

/** Remembers that HubSpot does not allow something to this installation, since when and why. */
export async function missCapability(
  db: Db,
  portalId: PortalId,
  error: CapabilityMissingError,
): Promise<void> {
  const entry = {
    reason: error.body.message,
    scopes: error.scopes,
    since: new Date().toISOString(),
  };
  await sql`
    update installation set
      missing_capabilities = jsonb_build_object(${error.capability}::text, ${JSON.stringify(entry)}::jsonb) || missing_capabilities,
      updated_at = now()
    where portal_id = ${portalId} and not missing_capabilities ? ${error.capability}`.execute(
    db,
  );
}

/** Forgets it again, once it has been seen to work. */
export async function regainCapability(
  db: Db,
  portalId: PortalId,
  capabilities: readonly string[],
): Promise<void> {
  await sql`
    update installation set missing_capabilities = missing_capabilities - ${capabilities}::text[], updated_at = now()
    where portal_id = ${portalId} and missing_capabilities ?| ${capabilities}::text[]`.execute(
    db,
  );
}

import type { SyncCapability } from "../../hubspot/errors.ts";
import type { CallOptions } from "../../hubspot/gateway.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { loadMissing, restoreCapabilities } from "./capabilities.ts";
import type { HubSpot } from "../../hubspot/hubspot.ts";
import type { Database } from "../../database/database.ts";
import { syncCapabilities } from "./pure/missing-scope.ts";

/**
 * Asks HubSpot of each scope that sync lacks whether it has been granted, one least call a capability and none where
 * nothing is missing. What is allowed again resumes. HubSpot's refusals to answer (WaitError …) are thrown.
 */
export async function checkScopes(
  engine: {
    readonly database: Database;
    readonly hubspot: Pick<HubSpot, "portal">;
  },
  portalId: PortalId,
  options: CallOptions,
): Promise<void> {
  const missing = await engine.database.inPortal(portalId, (db) =>
    loadMissing(db, portalId),
  );
  const gateway = engine.hubspot.portal(portalId);
  const granted: SyncCapability[] = [];
  for (const capability of syncCapabilities) {
    if (missing[capability] === undefined) continue;
    if (await gateway.isAllowed(capability, options)) granted.push(capability);
  }
  if (granted.length === 0) return;
  await engine.database.inPortal(portalId, (db) =>
    restoreCapabilities(db, portalId, granted),
  );
}

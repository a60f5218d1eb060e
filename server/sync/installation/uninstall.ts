import type { Database } from "../../database/database.ts";
import { DisconnectedError, GoneError } from "../../hubspot/errors.ts";
import type { HubSpot } from "../../hubspot/hubspot.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { forgetInstallation } from "./installation-moves.ts";

/**
 * Uninstalls the app in HubSpot and forgets the tokens. A portal that HubSpot has uninstalled already, or whose
 * connection is dead, is only forgotten. Throws when HubSpot cannot be reached: the tokens are then still needed.
 */
export async function uninstall(
  database: Database,
  hubspot: Pick<HubSpot, "portal" | "forget">,
  portalId: PortalId,
  by: string,
): Promise<void> {
  try {
    await hubspot.portal(portalId).uninstall({ priority: "interactive" });
  } catch (error) {
    if (!(error instanceof DisconnectedError || error instanceof GoneError))
      throw error;
  }
  await database.inPortal(portalId, (db) =>
    forgetInstallation(db, portalId, by),
  );
  hubspot.forget(portalId);
}

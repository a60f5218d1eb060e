import type { Database } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { CapabilityMissingError } from "../../hubspot/errors.ts";
import type { CallOptions, Gateway } from "../../hubspot/gateway.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { addMissingCapability } from "./capabilities.ts";

/** Reads the details of a HubSpot account, and keeps them: its time zone says which day a time of HubSpot's is on. */
export async function readAccount(
  database: Database,
  gateway: Gateway,
  portalId: PortalId,
  options: CallOptions,
): Promise<void> {
  try {
    const account = await gateway.accountDetails(options);
    await database.inPortal(portalId, (db) =>
      db
        .updateTable("installation")
        .set({ account: toJson(account) })
        .where("portal_id", "=", portalId)
        .execute(),
    );
  } catch (error) {
    if (!(error instanceof CapabilityMissingError)) throw error;
    await database.inPortal(portalId, (db) =>
      addMissingCapability(db, portalId, error),
    );
  }
}

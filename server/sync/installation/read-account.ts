import { sql } from "kysely";
import type { Database } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { makeLaneDue } from "../../database/make-lane-due.ts";
import { CapabilityMissingError } from "../../hubspot/errors.ts";
import type {
  AccountDetails,
  CallOptions,
  Gateway,
} from "../../hubspot/gateway.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/types/index.ts";
import { markParkedDirty } from "../recheck/mark-parked-dirty.ts";
import { addMissingCapability } from "./capabilities.ts";

const currenciesOf = (account: Partial<AccountDetails> | null | undefined) =>
  [account?.companyCurrency ?? "", ...(account?.additionalCurrencies ?? [])]
    .toSorted()
    .join();

/**
 * Reads the details of a HubSpot account, and keeps them: its time zone says which day a time of HubSpot's is on, its
 * currencies say which ones deals can have.
 */
export async function readAccount(
  database: Database,
  gateway: Gateway,
  portalId: PortalId,
  options: CallOptions,
): Promise<void> {
  try {
    const account = await gateway.accountDetails(options);
    await database.inPortal(portalId, async (db) => {
      const { rows } = await sql<{ account: Partial<AccountDetails> | null }>`
        select account from installation where portal_id = ${portalId}`.execute(
        db,
      );
      await db
        .updateTable("installation")
        .set({ account: toJson(account) })
        .where("portal_id", "=", portalId)
        .execute();
      if (currenciesOf(rows[0]?.account) === currenciesOf(account)) return;
      // A currency that HubSpot rejected may be there now.
      for (const type of objectTypes) await markParkedDirty(db, portalId, type);
      await makeLaneDue(db, "dirty", portalId);
    });
  } catch (error) {
    if (!(error instanceof CapabilityMissingError)) throw error;
    await database.inPortal(portalId, (db) =>
      addMissingCapability(db, portalId, error),
    );
  }
}

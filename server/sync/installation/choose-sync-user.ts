import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/object-type.ts";
import { maySyncAs } from "../people/pure/may-sync-as.ts";
import { readUser } from "../people/users.ts";
import { markParkedDirty } from "../recheck/mark-parked-dirty.ts";

export type SyncUserChoice =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: "user_not_found" }
  | {
      readonly ok: false;
      readonly code: "not_eligible";
      readonly reason: string;
    };

/**
 * Makes a user of the product the sync user (AP-027), or with null the one who connected HubSpot. Owner changes that the
 * former sync user had no permission for are looked at again. The connection to HubSpot stays as it is.
 */
export async function chooseSyncUser(
  db: Db,
  portalId: PortalId,
  userId: string | null,
): Promise<SyncUserChoice> {
  if (userId !== null) {
    const user = await readUser(db, userId);
    if (user === null) return { ok: false, code: "user_not_found" };
    const refusal = maySyncAs(user);
    if (refusal !== null)
      return { ok: false, code: "not_eligible", reason: refusal };
  }
  await sql`
    update installation set sync_user_choice = ${userId}::uuid, updated_at = now()
    where portal_id = ${portalId}`.execute(db);
  for (const type of objectTypes) await markParkedDirty(db, portalId, type);
  return { ok: true };
}

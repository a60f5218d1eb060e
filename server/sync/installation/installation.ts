import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { MissingCapabilities } from "./capabilities.ts";
import type {
  CopiedFrom,
  InstallationState,
  InstallationStatus,
} from "./installation-state.ts";
import { chosenSyncUserOf, syncUserOf } from "../people/sync-user.ts";
import { typeColumns, typesOf } from "./portal-types.ts";
import type { TypeColumns } from "./portal-types.ts";

/** Whether counterpart_record_id exists on a type, and if not, why. */
export type UniqueProperty =
  { exists: true } | { exists: false; code: string; reason: string };

export type Installation = InstallationStatus & {
  portalId: PortalId;
  stateSince: Date;
  stateReason: string;
  scopes: readonly string[];
  /** Who connected HubSpot, and is the sync user unless another one was chosen. */
  syncUser: { id: number; email: string };
  /** The user of the product whom an admin has chosen as the sync user; null if none was. */
  chosenSyncUser: { id: string; email: string; name: string } | null;
  /** The sync user is a user of the product, and was deactivated there. */
  syncUserInactive: boolean;
  uniqueProperty: Readonly<Partial<Record<ObjectType, UniqueProperty>>>;
  missingCapabilities: MissingCapabilities;
  account: Readonly<Record<string, unknown>>;
  definitionsReadAt: Date | null;
  sweptAt: Date | null;
  sweepResult: unknown;
  createdAt: Date;
};

/** The portal's installation, or null when the app was never installed there. */
export async function readInstallation(
  db: Db,
  portalId: PortalId,
): Promise<Installation | null> {
  const { rows } = await sql<InstallationRow>`
    select ${typeColumns(portalId)}, state, copied_from, state_since, state_reason, window_ends_at, first_pull_ended, sync_user_id, sync_user_email,
      unique_property, missing_capabilities, account, definitions_read_at, swept_at, sweep_result, created_at,
      coalesce((${syncUserOf(sql`not u.active`)}), false) as sync_user_inactive,
      (${chosenSyncUserOf(sql`jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name)`)}) as chosen_sync_user
    from installation i where portal_id = ${portalId}`.execute(db);
  const row = rows[0];
  return row
    ? {
        portalId,
        state: row.state,
        copiedFrom: row.copied_from,
        stateSince: row.state_since,
        stateReason: row.state_reason,
        windowEndsAt: row.window_ends_at,
        firstPullEnded: row.first_pull_ended,
        types: typesOf(row),
        scopes: row.scopes,
        syncUser: { id: row.sync_user_id, email: row.sync_user_email },
        chosenSyncUser: row.chosen_sync_user,
        syncUserInactive: row.sync_user_inactive,
        uniqueProperty: row.unique_property,
        missingCapabilities: row.missing_capabilities,
        account: row.account,
        definitionsReadAt: row.definitions_read_at,
        sweptAt: row.swept_at,
        sweepResult: row.sweep_result,
        createdAt: row.created_at,
      }
    : null;
}

type InstallationRow = TypeColumns & {
  state: InstallationState;
  copied_from: CopiedFrom | null;
  state_since: Date;
  state_reason: string;
  window_ends_at: Date;
  first_pull_ended: Partial<Record<ObjectType, string>>;
  sync_user_id: number;
  sync_user_email: string;
  sync_user_inactive: boolean;
  chosen_sync_user: Installation["chosenSyncUser"];
  unique_property: Partial<Record<ObjectType, UniqueProperty>>;
  missing_capabilities: MissingCapabilities;
  account: Record<string, unknown>;
  definitions_read_at: Date | null;
  swept_at: Date | null;
  sweep_result: unknown;
  created_at: Date;
};

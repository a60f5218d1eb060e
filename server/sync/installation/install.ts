import { sql } from "kysely";
import type { StoredKey } from "../../database/api-key.ts";
import type { Database, Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/object-type.ts";
import { markParkedDirty } from "../recheck/mark-parked-dirty.ts";
import { createSettings } from "../../settings/store.ts";
import { restoreCapabilities } from "./capabilities.ts";
import { queueFirstPulls, queueReconnection } from "./installation-moves.ts";
import type {
  InstallationState,
  InstallationStatus,
} from "./installation-state.ts";
import { changeState, stateToResume } from "./installation-state.ts";
import { followTypes } from "./follow-types.ts";
import { loadTypes } from "./portal-types.ts";

/** What an OAuth grant brings to an installation. Tokens are sealed already. */
export type Grant = {
  portalId: PortalId;
  appId: number;
  syncUser: { id: number; email: string };
  scopes: readonly string[];
  accessToken: string;
  accessExpiresAt: Date;
  refreshToken: string;
  /** Of the key that a portal without a valid one gets. */
  apiKey: StoredKey;
};

/**
 * Stores a grant: a new installation, a connection taken up again, or another sync user for one that runs (AP-111).
 * Links, settings and cursors of an earlier installation stay, and what they need next is queued in the same transaction:
 * what a missing scope had switched off is tried again, and so is a first pull that was refused.
 * A new one is setting up, be its window of no length: endSetupWindow goes on from there.
 * A connection that is made again keeps the product's API key: the product must not stop working because an admin
 * reconnects. Only an installation that is new, or that was uninstalled, gets the grant's key (`keyIsNew`).
 */
export async function install(
  database: Database,
  grant: Grant,
  windowHours: number,
): Promise<{ state: InstallationState; keyIsNew: boolean }> {
  const { portalId } = grant;
  return database.inPortal(portalId, async (db) => {
    await createSettings(db, portalId, grant.syncUser.email);
    if (await insertInstallation(db, grant, windowHours)) {
      await followTypes(db, portalId);
      return { state: "setting-up", keyIsNew: true };
    }
    const before = await takeGrant(db, grant);
    await followTypes(db, portalId);
    // Another sync user may have other permissions.
    for (const type of objectTypes) await markParkedDirty(db, portalId, type);
    const state =
      before.state === "disconnected" || before.state === "uninstalled"
        ? await reconnect(db, portalId, before)
        : before.state;
    await restoreCapabilities(db, portalId, "all");
    await queueFirstPulls(db, portalId, "install");
    return { state, keyIsNew: before.keyIsNew };
  });
}

async function reconnect(
  db: Db,
  portalId: PortalId,
  before: Granted,
): Promise<InstallationState> {
  const standing = {
    ...before,
    types: await loadTypes(db, portalId),
  };
  const state = before.held ? "held" : stateToResume(standing, new Date());
  await changeState(db, portalId, [before.state], state, "connected again");
  if (state === "active") await queueReconnection(db, portalId);
  return state;
}

async function insertInstallation(
  db: Db,
  grant: Grant,
  windowHours: number,
): Promise<boolean> {
  const { rows } = await sql<{ portal_id: number }>`
    insert into installation (portal_id, app_id, state, state_reason, window_ends_at, scopes, sync_user_id,
      sync_user_email, access_token, access_expires_at, refresh_token, api_key_hash, api_key_hint, api_key_made_at)
    values (${grant.portalId}, ${grant.appId}, 'setting-up', 'installed', now() + ${windowHours} * interval '1 hour',
      ${grant.scopes}::text[], ${grant.syncUser.id}, ${grant.syncUser.email}, ${grant.accessToken},
      ${grant.accessExpiresAt}, ${grant.refreshToken}, ${grant.apiKey.hash}, ${grant.apiKey.hint}, now())
    on conflict (portal_id) do nothing
    returning portal_id`.execute(db);
  return rows.length === 1;
}

type Granted = Pick<
  InstallationStatus,
  "state" | "windowEndsAt" | "firstPullEnded"
> & {
  held: boolean;
  keyIsNew: boolean;
};

// The tokens are this database's own, also where it was a copy, and may be used.
// The generation grows, so that a refresh under way with the old tokens can neither overwrite these nor disconnect.
async function takeGrant(db: Db, grant: Grant): Promise<Granted> {
  const { rows } = await sql<{
    state: InstallationState;
    window_ends_at: Date;
    first_pull_ended: InstallationStatus["firstPullEnded"];
    held: boolean;
    key_is_new: boolean;
  }>`
    update installation set
      app_id = ${grant.appId}, scopes = ${grant.scopes}::text[],
      sync_user_id = ${grant.syncUser.id}, sync_user_email = ${grant.syncUser.email},
      access_token = ${grant.accessToken}, access_expires_at = ${grant.accessExpiresAt},
      refresh_token = ${grant.refreshToken}, token_generation = token_generation + 1,
      api_key_hash = case when state = 'uninstalled' then ${grant.apiKey.hash} else api_key_hash end,
      api_key_hint = case when state = 'uninstalled' then ${grant.apiKey.hint} else api_key_hint end,
      api_key_made_at = case when state = 'uninstalled' then now() else api_key_made_at end,
      uninstalled_at = null, copied_from = null, updated_at = now()
    where portal_id = ${grant.portalId}
    returning state, window_ends_at, first_pull_ended, state = 'disconnected' and resume_state is null as held,
      state = 'uninstalled' as key_is_new`.execute(db);
  const row = rows[0];
  if (!row)
    throw new Error("The installation was removed while it was stored.");
  return {
    state: row.state,
    windowEndsAt: row.window_ends_at,
    firstPullEnded: row.first_pull_ended,
    held: row.held,
    keyIsNew: row.key_is_new,
  };
}

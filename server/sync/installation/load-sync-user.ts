import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Permission } from "../people/pure/permissions.ts";
import { syncUserOf } from "../people/sync-user.ts";
import { readUser } from "../people/users.ts";
import { isFormerUser } from "./definitions.ts";

/** The sync user of a portal, and what is known of that person. */
export type SyncUser = {
  /** The user of the product whom an admin has chosen; null: the one who connected HubSpot. */
  readonly chosenId: string | null;
  /** The user of the product who that is; null if it is none. */
  readonly userId: string | null;
  readonly email: string;
  readonly connectedBy: string;
  /** What the user may do; null: somebody who is no user of the product. */
  readonly permissions: readonly Permission[] | null;
  readonly inWorkspace: "active" | "inactive" | "unknown";
  readonly inHubSpot: "active" | "inactive";
};

type Row = {
  sync_user_id: number;
  sync_user_email: string;
  user: {
    id: string;
    email: string;
    permissions: Permission[];
    active: boolean;
    isChosen: boolean;
  } | null;
};

/** Returns who the sync user is (syncUserOf). The portal has an installation. */
export async function loadSyncUser(
  db: Db,
  portalId: PortalId,
): Promise<SyncUser> {
  const { rows } = await sql<Row>`
    select i.sync_user_id, i.sync_user_email,
      (${syncUserOf(sql`jsonb_build_object('id', u.id, 'email', u.email, 'permissions', u.permissions, 'active', u.active,
        'isChosen', i.sync_user_choice is not null)`)}) as user
    from installation i where i.portal_id = ${portalId}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error("This portal has no installation.");
  const { user, sync_user_email: connectedBy } = row;
  const isChosen = user?.isChosen === true;
  const isFormer = isChosen
    ? (await readUser(db, user.id))?.hubspotOwnerId === null
    : await isFormerUser(db, portalId, {
        id: row.sync_user_id,
        email: connectedBy,
      });
  return {
    chosenId: isChosen ? user.id : null,
    userId: user?.id ?? null,
    email: isChosen ? user.email : connectedBy,
    connectedBy,
    permissions: user?.permissions ?? null,
    inWorkspace:
      user === null ? "unknown" : user.active ? "active" : "inactive",
    inHubSpot: isFormer ? "inactive" : "active",
  };
}

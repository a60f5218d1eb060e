import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf, listedTypes } from "../../settings/types/index.ts";
import { ownerFieldOf } from "../../settings/types/owner-field.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { loadSyncUser } from "../../sync/installation/load-sync-user.ts";
import type { SyncUser } from "../../sync/installation/load-sync-user.ts";
import { listUsers } from "../../sync/people/users.ts";
import { ownerPermissionOf } from "../../sync/people/pure/permissions.ts";

/** People that are offered at once. */
const OFFERED = 25;

/** Who the sync user is, why, and what that means (AP-027, AP-110). */
export const syncUserSchema = z.object({
  /** Null: the user who connected HubSpot is the sync user. */
  chosenId: z.guid().nullable(),
  email: z.string(),
  active: z.boolean(),
  connectedBy: z.string(),
  lines: z.array(z.object({ sentence: z.string() })),
});

/** People who can be the sync user. */
export const syncUserChoicesSchema = z.object({
  results: z.array(
    z.object({ id: z.guid(), email: z.string(), name: z.string() }),
  ),
  more: z.boolean(),
});

/** Returns the sync user of a portal in words. */
export async function readSyncUser(
  db: Db,
  portalId: PortalId,
): Promise<z.infer<typeof syncUserSchema>> {
  const syncUser = await loadSyncUser(db, portalId);
  const { chosenId, email, connectedBy, inWorkspace, inHubSpot } = syncUser;
  return {
    chosenId,
    email,
    active: inWorkspace !== "inactive" && inHubSpot !== "inactive",
    connectedBy,
    lines: [
      chosenId === null
        ? `${email} connected HubSpot, and no other sync user is chosen.`
        : `${email} is chosen as the sync user. Counterpart calls HubSpot with the connection of ${connectedBy}.`,
      ...inactivity(syncUser),
      ...listedTypes
        .filter((type) => ownerFieldOf(descriptorOf(type)) !== null)
        .map((type) => ownerLine(type, syncUser)),
    ].map((sentence) => ({ sentence })),
  };
}

function inactivity({ email, inWorkspace, inHubSpot }: SyncUser): string[] {
  return [
    ...(inHubSpot === "inactive"
      ? [
          `${email} is no longer active in HubSpot. Sync still works. New records in HubSpot don't get this user as their owner.`,
        ]
      : []),
    ...(inWorkspace === "inactive"
      ? [
          `${email} is deactivated in the workspace. Sync still works, and this user's permissions still count.`,
        ]
      : []),
  ];
}

function ownerLine(type: ObjectType, { permissions }: SyncUser): string {
  const { singular, plural } = descriptorOf(type).names;
  return permissions === null || permissions.includes(ownerPermissionOf(type))
    ? `Owners of ${plural} that change in HubSpot are pulled.`
    : `Owners of ${plural} that change in HubSpot aren't pulled, because the sync user doesn't have permission to assign ${singular} owners.`;
}

/** Returns people who can be the sync user: active ones who are owners in HubSpot. */
export async function readSyncUserChoices(
  db: Db,
  query: string | undefined,
): Promise<z.infer<typeof syncUserChoicesSchema>> {
  const { users, more } = await listUsers(db, {
    limit: OFFERED,
    after: null,
    query,
    owning: true,
  });
  return {
    results: users.map(({ id, email, name }) => ({ id, email, name })),
    more,
  };
}

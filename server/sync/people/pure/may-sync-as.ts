import type { WorkspaceUser } from "../users.ts";

/**
 * Returns why a user can't become the sync user, or null. New objects are the sync user's by default, so it has to be
 * somebody whom HubSpot lists as an owner. Pure.
 */
export function maySyncAs({
  email,
  active,
  hubspotOwnerId,
}: Pick<WorkspaceUser, "email" | "active" | "hubspotOwnerId">): string | null {
  if (!active) return `${email} is deactivated. Activate this user first.`;
  return hubspotOwnerId === null
    ? `HubSpot has no active owner for ${email}. Link this user to HubSpot first.`
    : null;
}

import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { loadSyncUser } from "../../sync/installation/load-sync-user.ts";
import type { NamedOwner } from "../../sync/installation/owners-by-id.ts";
import { ownersById } from "../../sync/installation/owners-by-id.ts";
import {
  defaultPermissions,
  permissionChoices,
  permissions,
} from "../../sync/people/pure/permissions.ts";
import type { WorkspaceUser } from "../../sync/people/users.ts";
import { listUsers } from "../../sync/people/users.ts";
import { readCursor, writeCursor } from "../api/cursor.ts";
import { pageQuery } from "../api/schemas.ts";
import { peopleQuery } from "../api/users.ts";

/** People that the page shows at once. */
const PAGE = 25;

/** What the page asks for: a page of people, of all or of those that are searched for. */
export const peopleInput = z.object({
  q: peopleQuery,
  cursor: pageQuery.cursor,
});

const personSchema = z.object({
  id: z.guid(),
  email: z.string(),
  name: z.string(),
  permissions: z.array(z.enum(permissions)),
  active: z.boolean(),
  isSyncUser: z.boolean(),
  /** Who the person is in HubSpot, or why nobody. */
  hubspot: z.object({ sentence: z.string(), isOwner: z.boolean() }),
});

/** A page of people by email, and everything that a person can be permitted. */
export const peopleSchema = z.object({
  permissions: z.array(
    z.object({
      permission: z.enum(permissions),
      label: z.string(),
      sentence: z.string(),
      /** Whether a new person has it unless somebody chooses otherwise. */
      usual: z.boolean(),
    }),
  ),
  results: z.array(personSchema),
  next: z.string().nullable(),
});

/** Returns a page of a portal's people as the settings page shows them. */
export async function readPeople(
  db: Db,
  portalId: PortalId,
  { q, cursor }: z.output<typeof peopleInput>,
): Promise<z.infer<typeof peopleSchema>> {
  const after = readCursor(z.string(), cursor);
  const { users, more } = await listUsers(db, { limit: PAGE, after, query: q });
  const owners = await ownersById(
    db,
    portalId,
    users.flatMap(({ hubspotOwnerId }) => hubspotOwnerId ?? []),
  );
  const syncUser = await loadSyncUser(db, portalId);
  return {
    permissions: permissionChoices.map((choice) => ({
      ...choice,
      usual: defaultPermissions.includes(choice.permission),
    })),
    results: users.map((user) => ({
      id: user.id,
      email: user.email,
      name: user.name,
      permissions: [...user.permissions],
      active: user.active,
      isSyncUser: user.id === syncUser.userId,
      hubspot: inHubSpot(user, owners.get(user.hubspotOwnerId ?? "")),
    })),
    next: more ? writeCursor(users.at(-1)?.email) : null,
  };
}

function inHubSpot(
  { email, hubspotUserId }: WorkspaceUser,
  owner: NamedOwner | undefined,
): z.infer<typeof personSchema>["hubspot"] {
  if (owner !== undefined)
    return {
      isOwner: true,
      sentence:
        owner.email === email
          ? `Owner ${owner.name} in HubSpot.`
          : `Owner ${owner.name} (${owner.email}) in HubSpot.`,
    };
  return {
    isOwner: false,
    sentence:
      hubspotUserId === null
        ? "HubSpot has no active owner with this email."
        : "A HubSpot user, but not an active owner in HubSpot.",
  };
}

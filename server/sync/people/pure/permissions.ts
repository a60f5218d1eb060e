import type { ObjectType } from "../../../settings/types/index.ts";
import { descriptorOf, listedTypes } from "../../../settings/types/index.ts";
import { ownerFieldOf } from "../../../settings/types/owner-field.ts";

/**
 * What a user of the product can be permitted. The database's workspace_permissions() says the same; a test compares them.
 * A type with owners brings a permission of its own. Users that are there don't have it, so the migration of such a type
 * grants it to those who are to have it, the sync user first of all.
 */

/** To change the owner of a type's records. */
export type OwnerPermission = `assign_${ObjectType}_owner`;

export type Permission = "push" | "pull" | "settings" | OwnerPermission;

const ownedTypes: readonly ObjectType[] = listedTypes.filter(
  (type) => ownerFieldOf(descriptorOf(type)) !== null,
);

/** Returns the permission to change the owner of a type's records. */
export const ownerPermissionOf = (type: ObjectType): OwnerPermission =>
  `assign_${type}_owner`;

/** Every permission, in the order in which people read them. */
export const permissions: readonly [Permission, ...Permission[]] = [
  "push",
  "pull",
  ...ownedTypes.map(ownerPermissionOf),
  "settings",
];

/**
 * The permissions of a user for whom none were named: everything that someone who is no user may do, so that adding a user
 * takes nothing away.
 */
export const defaultPermissions: readonly Permission[] = permissions.filter(
  (permission) => permission !== "settings",
);

/** Every permission with its name and what it is for, as an admin reads them who grants one; in the same order. */
export const permissionChoices: readonly {
  readonly permission: Permission;
  readonly label: string;
  readonly sentence: string;
}[] = [
  {
    permission: "push",
    label: "Push",
    sentence:
      "Push to HubSpot. This includes retries, choices, and approvals that write to HubSpot.",
  },
  {
    permission: "pull",
    label: "Pull",
    sentence:
      "Pull from HubSpot. This includes retries, choices, and approvals that write to the workspace.",
  },
  ...ownedTypes.map((type) => {
    const { singular, plural } = descriptorOf(type).names;
    return {
      permission: ownerPermissionOf(type),
      label: `Assign ${singular} owners`,
      sentence: `Change the owners of ${plural} in the workspace. If this is the sync user, owners of ${plural} that change in HubSpot are pulled too.`,
    };
  }),
  {
    permission: "settings",
    label: "Settings",
    sentence: "Change settings, people, and the connection to HubSpot.",
  },
];

/** Returns what a permission allows, after "permission to". */
export function allowedBy(permission: Permission): string {
  const owned = ownedTypes.find(
    (type) => ownerPermissionOf(type) === permission,
  );
  if (owned !== undefined)
    return `assign ${descriptorOf(owned).names.singular} owners`;
  return permission === "settings" ? "change the settings" : permission;
}

import { describe, expect, test } from "vitest";
import {
  actorName,
  personNamed,
  refusalOfActor,
  refusalToSave,
  theProduct,
} from "../../../../server/sync/people/pure/actor.ts";
import type { Actor } from "../../../../server/sync/people/pure/actor.ts";
import {
  allowedBy,
  defaultPermissions,
  permissionChoices,
  permissions,
} from "../../../../server/sync/people/pure/permissions.ts";
import type { Permission } from "../../../../server/sync/people/pure/permissions.ts";
import { neededPermission } from "../../../../server/sync/attention/pure/needed-permission.ts";

const email = "Ada@People.example";
const user = (
  may: readonly Permission[] = permissions,
  active = true,
): Actor => ({
  kind: "person",
  email,
  hubspotUserId: 7,
  user: { permissions: may, active },
});
const stranger: Actor = {
  kind: "person",
  email,
  hubspotUserId: null,
  user: null,
};

describe("AP-117 an actor", () => {
  test("is permitted exactly what a user's permissions name", () => {
    for (const permission of permissions) {
      expect(refusalOfActor(user([permission]), permission, "deny")).toBeNull();
      expect(
        refusalOfActor(
          user(permissions.filter((other) => other !== permission)),
          permission,
          "allow",
        ),
      ).toEqual({
        code: "no_permission",
        reason: `${email} doesn't have permission to ${allowedBy(permission)}.`,
        remedy: "An admin can grant this permission.",
      });
    }
  });

  test("who is deactivated is permitted nothing, whatever the permissions", () => {
    for (const permission of permissions)
      expect(
        refusalOfActor(user(permissions, false), permission, "allow"),
      ).toMatchObject({ code: "inactive_user" });
  });

  test("whom the product doesn't know may push and pull, unless the settings deny that", () => {
    for (const permission of permissions) {
      const isSync = permission === "push" || permission === "pull";
      expect(refusalOfActor(stranger, permission, "allow") === null).toBe(
        isSync,
      );
      expect(refusalOfActor(stranger, permission, "deny")).toMatchObject({
        code: "unknown_user",
      });
    }
  });

  test("that is the product may do everything", () => {
    for (const permission of permissions)
      expect(refusalOfActor(theProduct, permission, "deny")).toBeNull();
    expect(refusalToSave(theProduct, { id: 8, email: "" })).toBeNull();
  });

  test("is offered every permission, in their order, each with its own name", () => {
    expect(permissionChoices.map(({ permission }) => permission)).toEqual(
      permissions,
    );
    expect(new Set(permissionChoices.map(({ label }) => label)).size).toBe(
      permissions.length,
    );
  });

  test("has a name from which only a person is told", () => {
    expect(personNamed(actorName(user()))).toBe(email);
    for (const name of [actorName(theProduct), "", "sync", "operator"])
      expect(personNamed(name)).toBeNull();
  });
});

const nobody = { id: 8, email: "" };
const connected = { id: 8, email: "ADA@people.example" };

test.each([
  ["with the permission", user(["settings"]), nobody, true],
  ["without the permission", user(defaultPermissions), nobody, false],
  ["who connected HubSpot, by email", user([]), connected, true],
  ["who connected HubSpot, by id", user([]), { id: 7, email: "" }, true],
  ["who connected HubSpot, and is unknown", stranger, connected, true],
  [
    "who connected HubSpot, and is deactivated",
    user(permissions, false),
    connected,
    false,
  ],
  ["whom nobody knows", stranger, nobody, false],
  [
    "who is a super admin in HubSpot",
    { ...stranger, isSuperAdmin: true },
    nobody,
    true,
  ],
  [
    "who is a super admin in HubSpot, and is deactivated",
    { ...user([], false), isSuperAdmin: true },
    nobody,
    false,
  ],
  [
    "who is no super admin",
    { ...user([]), isSuperAdmin: false },
    nobody,
    false,
  ],
  [
    "of whom HubSpot doesn't say it",
    { ...user([]), isSuperAdmin: null },
    nobody,
    false,
  ],
] as [string, Actor, { id: number; email: string }, boolean][])(
  "settings may be changed by a user, or not: one %s",
  (_who, actor, syncUser, may) => {
    expect(refusalToSave(actor, syncUser) === null).toBe(may);
  },
);

test.each([
  ["domain_conflict", "workspace", "retry", "push"],
  ["unknown_owner", "hubspot", "retry", "pull"],
  ["conflict_held", "hubspot", "workspace", "push"],
  ["conflict_held", "workspace", "hubspot", "pull"],
  ["domain_conflict", "hubspot", "link_existing", "push"],
  ["mass_deletion", "hubspot", "approve", "pull"],
  ["mass_deletion", "hubspot", "workspace", "pull"],
  ["mass_update", "workspace", "refuse", "push"],
] as const)(
  "%s that comes from %s: %s takes the permission to %s",
  (code, initiator, choice, permission) => {
    expect(neededPermission({ code, initiator }, choice)).toBe(permission);
  },
);

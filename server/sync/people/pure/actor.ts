import type { ObjectType } from "../../../settings/types/index.ts";
import { canonicalEmail } from "../../values/identity.ts";
import type { Permission } from "./permissions.ts";
import { allowedBy, ownerPermissionOf } from "./permissions.ts";

/** Who asks for something, and whether that person may have it. Pure. */

/** A user of the product, as far as it matters for what the user may do. */
export type Permitted = {
  readonly permissions: readonly Permission[];
  readonly active: boolean;
};

/**
 * A person who clicked on a card, or whom a request of the product names; or the product, for nobody in particular. What
 * Counterpart does by itself asks for nothing.
 */
export type Actor =
  | { readonly kind: "product" }
  | {
      readonly kind: "person";
      /** As HubSpot or the product spells it. */
      readonly email: string;
      /** HubSpot's id of the person; null if it isn't known. */
      readonly hubspotUserId: number | null;
      /** Null: a HubSpot user who is no user of the product. */
      readonly user: Permitted | null;
      /** Whether HubSpot says so; null if it was asked and didn't say, absent if it wasn't asked. */
      readonly isSuperAdmin?: boolean | null;
    };

export const theProduct: Actor = { kind: "product" };

const PRODUCT = "API";

/** Returns how the journal, runs, and versions name an actor: a person's email, or "API". */
export const actorName = (actor: Actor): string =>
  actor.kind === "person" ? actor.email : PRODUCT;

/** Returns the email in a name that actorName() made, or null: only a person's name has an @. */
export const personNamed = (name: string): string | null =>
  name.includes("@") ? name : null;

/** Why a person may not do something, and who can change that. */
export type ActorRefusal = {
  readonly code: "unknown_user" | "inactive_user" | "no_permission";
  readonly reason: string;
  readonly remedy: string;
};

/**
 * Returns why an actor may not do something, or null. The product may do everything.
 * @param unknownUsers whether HubSpot users who are no users of the product may pull and push
 */
export function refusalOfActor(
  actor: Actor,
  permission: Permission,
  unknownUsers: "allow" | "deny",
): ActorRefusal | null {
  if (actor.kind === "product") return null;
  const { email, user } = actor;
  if (
    user === null &&
    unknownUsers === "allow" &&
    (permission === "push" || permission === "pull")
  )
    return null;
  return (
    refusalOfUser(actor) ??
    (user?.permissions.includes(permission) === true
      ? null
      : {
          code: "no_permission",
          reason: `${email} doesn't have permission to ${allowedBy(permission)}.`,
          remedy: "An admin can grant this permission.",
        })
  );
}

/** Returns why a person may do nothing, or null: no user of the product, or one who was deactivated. */
export function refusalOfUser(actor: Actor): ActorRefusal | null {
  if (actor.kind === "product") return null;
  const { email, user } = actor;
  if (user === null)
    return {
      code: "unknown_user",
      reason: `${email} isn't a known user.`,
      remedy: "An admin can add this user.",
    };
  return user.active
    ? null
    : {
        code: "inactive_user",
        reason: `${email} is deactivated.`,
        remedy: "An admin can activate this user.",
      };
}

/**
 * Returns why an actor may not change settings, or null. The user who connected HubSpot may, and so may HubSpot's super
 * admins, with or without the permission, unless deactivated.
 */
export function refusalToSave(
  actor: Actor,
  syncUser: { readonly id: number; readonly email: string },
): ActorRefusal | null {
  if (actor.kind === "product") return null;
  const connected = isSyncUser(actor, syncUser);
  const refusal =
    (connected || actor.isSuperAdmin === true) && actor.user?.active !== false
      ? null
      : refusalOfActor(actor, "settings", "deny");
  if (refusal === null) return null;
  return {
    ...refusal,
    remedy: [
      refusal.remedy,
      ...(connected || syncUser.email === ""
        ? []
        : [`${syncUser.email}, who connected HubSpot, can change settings.`]),
      ...(actor.isSuperAdmin === null
        ? [
            "HubSpot didn't say whether this user is a super admin. Try again in a moment.",
          ]
        : []),
    ].join(" "),
  };
}

/**
 * Returns why an actor may not give all records of one owner to another, or null: the permission to assign owners of the
 * type is needed. The user who connected HubSpot has it as long as that person is no user of the product, as for owners
 * that HubSpot changes.
 */
export const refusalToAssign = (
  actor: Actor,
  type: ObjectType,
  syncUser: { readonly id: number; readonly email: string },
): ActorRefusal | null =>
  actor.kind === "person" && actor.user === null && isSyncUser(actor, syncUser)
    ? null
    : refusalOfActor(actor, ownerPermissionOf(type), "deny");

const isSyncUser = (
  actor: Extract<Actor, { kind: "person" }>,
  syncUser: { readonly id: number; readonly email: string },
): boolean =>
  actor.hubspotUserId === syncUser.id ||
  canonicalEmail(actor.email) === canonicalEmail(syncUser.email);

import type { NewOwner } from "../new-owner.ts";
import type { PortalSettings } from "../schema.ts";
import type { ObjectType } from "../types/index.ts";
import { descriptorOf } from "../types/index.ts";
import type { Choice } from "./change.ts";
import { choice } from "./change.ts";
import { shown } from "./wording.ts";

/** What the choices about people mean, in sentences. Pure. */

export const unknownUsersChoices = (
  unknownUsers: PortalSettings["unknownUsers"],
): readonly Choice[] => [
  choice(
    "unknownUsers",
    unknownUsers,
    `HubSpot users who aren't users of the product ${unknownUsers === "allow" ? "can" : "can't"} pull and push.`,
  ),
];

export const newOwnerChoices = (
  newOwner: NewOwner,
  type: ObjectType,
): readonly Choice[] => [
  choice(
    `${type}.newOwner`,
    newOwner,
    `${descriptorOf(type).names.label.plural}: by default, a new ${type} in HubSpot gets ${ownerOf(newOwner)}.`,
    newOwner.rule === "owner" ? newOwner.ownerEmail : newOwner.rule,
  ),
];

function ownerOf(newOwner: NewOwner): string {
  switch (newOwner.rule) {
    case "none":
      return "no owner";
    case "sync_user":
      return "the sync user as its owner";
    case "owner":
      return `${shown(newOwner.ownerEmail)} as its owner`;
  }
}

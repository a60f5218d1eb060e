import type { ObjectType } from "../../../settings/types/index.ts";
import { descriptorOf } from "../../../settings/types/index.ts";
import type { Movement } from "../../model.ts";

/** What the brake says to a person. Pure. */

export const heldCodes = {
  delete: "mass_deletion",
  create: "mass_creation",
  update: "mass_update",
} as const;
export type HeldCode = (typeof heldCodes)[keyof typeof heldCodes];

export const isHeldCode = (code: string): code is HeldCode =>
  Object.values<string>(heldCodes).includes(code);

const places = {
  to_workspace: { from: "HubSpot", to: "the workspace" },
  to_hubspot: { from: "the workspace", to: "HubSpot" },
} as const;

const participles = { create: "created", update: "updated" } as const;

/** Why one record waits. */
export function itemSentence(
  type: ObjectType,
  { flow, action }: Movement,
): string {
  const { from, to } = places[flow];
  return action === "delete"
    ? `Deletions to approve: this ${type} was deleted in ${from}, along with many others. It was kept in ${to} until someone decides.`
    : `Approval pending: many ${descriptorOf(type).names.plural} would be ${participles[action]} in ${to} at once, including this one.`;
}

export const itemFix = "Approve or refuse all of them in Needs attention.";

/** The one entry for all of them: what happened, and what to do. */
export function entryText(
  type: ObjectType,
  { flow, action }: Movement,
  { count, live }: { readonly count: number; readonly live: number },
): { readonly cause: string; readonly fix: string } {
  const { from, to } = places[flow];
  const { plural } = descriptorOf(type).names;
  const number = (n: number): string => n.toLocaleString("en-US");
  switch (action) {
    case "delete":
      return {
        cause: `${number(count)} of ${number(live)} linked ${plural} were deleted in ${from}. None of them has been deleted in ${to}.`,
        fix: `Review them in ${from}, then approve the deletions or keep the ${flow === "to_workspace" ? "records" : `${plural} in HubSpot`}.`,
      };
    case "create":
      return {
        cause: `${number(count)} ${plural} would be created in ${to}. None of them has been created yet.`,
        fix: `Review them, then approve the creations or refuse them.`,
      };
    case "update":
      return {
        cause: `${number(count)} ${plural} would be updated in ${to}. None of them has been updated yet.`,
        fix: `Review them, then approve the updates or refuse them.`,
      };
  }
}

/** What an approval would do to one record: for the list of them. */
export const itemAction = ({ flow, action }: Movement): string =>
  `${action}_in_${flow === "to_workspace" ? "workspace" : "hubspot"}`;

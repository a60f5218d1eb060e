import type { Owner } from "../../../hubspot/gateway.ts";
import type { OwnerOverride } from "../../../settings/owners.ts";
import { canonicalEmail } from "../../values/identity.ts";
import type { MappedOwner } from "../../values/owner-map.ts";
import type { SettingsWarning } from "./settings-warning.ts";

/** What HubSpot's owners, as last read, say against the owners in a document of settings. Pure. */

/** Returns an owner's name with the email that HubSpot has, or the email alone. */
export const ownerNamed = ({ firstName, lastName, email }: Owner): string => {
  const name = `${firstName} ${lastName}`.trim();
  return name === "" ? email : email === "" ? name : `${name} (${email})`;
};

/**
 * Returns the places of owners that don't work. Nothing is said if no owners were ever read.
 * @param mapped as these overrides map them
 */
export function ownerFaults(
  mapped: readonly MappedOwner[],
  overrides: readonly OwnerOverride[],
): SettingsWarning[] {
  if (mapped.length === 0) return [];
  const byId = new Map(mapped.map((each) => [each.owner.id, each]));
  const nameless = new Map(
    mapped
      .filter(({ owner, pulledAs }) => !owner.archived && pulledAs === null)
      .map(({ owner }) => [owner.email, owner]),
  );
  return overrides.flatMap(({ email, ownerId }, index): SettingsWarning[] => {
    const owner = byId.get(ownerId)?.owner;
    const robbed = nameless.get(canonicalEmail(email));
    return [
      ...(owner === undefined
        ? [
            {
              path: ["owners", index, "ownerId"],
              message: `HubSpot has no owner ${ownerId}. Choose one of HubSpot's owners.`,
            },
          ]
        : owner.archived
          ? [
              {
                path: ["owners", index, "ownerId"],
                message: `${ownerNamed(owner)} is no longer active in HubSpot. Choose another owner.`,
              },
            ]
          : []),
      ...(robbed === undefined
        ? []
        : [
            {
              path: ["owners", index, "email"],
              message: `${ownerNamed(robbed)} has this email in HubSpot, and has no other one then. List another email for this owner too.`,
            },
          ]),
    ];
  });
}

/**
 * Returns the faults of a document that the stored one doesn't have: these can't be saved. Others are warnings, because an
 * owner who was chosen may have left since.
 */
export function newOwnerFaults(
  before: readonly SettingsWarning[],
  after: readonly SettingsWarning[],
  overrides: {
    readonly before: readonly OwnerOverride[];
    readonly after: readonly OwnerOverride[];
  },
): SettingsWarning[] {
  const key = (
    { path: [, index], message }: SettingsWarning,
    of: readonly OwnerOverride[],
  ): string => JSON.stringify([of[Number(index)], message]);
  const known = new Set(before.map((fault) => key(fault, overrides.before)));
  return after.filter((fault) => !known.has(key(fault, overrides.after)));
}

import type { Owner } from "../../hubspot/gateway.ts";
import type { OwnerOverride } from "../../settings/owners.ts";
import type { Owners } from "../model.ts";
import { canonicalEmail } from "./identity.ts";

/** Which of HubSpot's owners an email of the product is, and as which email an owner is pulled. Pure. */

/**
 * Why an email is an owner: the settings say so; HubSpot has the owner under this email; or the user with this email has
 * linked the owner's HubSpot user. In this order.
 */
export type OwnerMatch = "override" | "email" | "link";

export interface MappedOwner {
  readonly owner: Owner;
  /**
   * The emails that are this owner, once each. A former owner has only those that the settings name: records with such an
   * email can't be pushed.
   */
  readonly emails: readonly {
    readonly email: string;
    readonly by: OwnerMatch;
  }[];
  /** The email that the workspace gets for this owner; null: none, so this owner can't be pulled. */
  readonly pulledAs: string | null;
}

/**
 * Returns every owner of HubSpot with the product's emails of that owner. An email is one active owner at most, and an
 * active owner is pulled as an email that is this very owner, so that what is pulled is never pushed as somebody else: as
 * the email that the settings name, or else as the owner's own, unless the settings give this one to another owner.
 * @param owners in one order each time: the first active one with an email, or of a linked user, has it
 * @param links the emails of the users who are known to be a HubSpot user, by the id of that user
 */
export function mapOwners(
  owners: readonly Owner[],
  links: ReadonlyMap<string, string>,
  overrides: readonly OwnerOverride[],
): readonly MappedOwner[] {
  const chosen = Map.groupBy(
    overrides.map((each) => ({ ...each, email: canonicalEmail(each.email) })),
    ({ ownerId }) => ownerId,
  );
  const ownerIds = new Map(
    [...chosen.values()].flat().map(({ email, ownerId }) => [email, ownerId]),
  );
  // The first active owner of each email that the settings don't mention.
  const owned = new Map<string, Owner>();
  for (const owner of owners)
    if (isPerson(owner) && !owner.archived && !ownerIds.has(owner.email))
      if (!owned.has(owner.email)) owned.set(owner.email, owner);
  const isFree = (email: string | undefined): email is string =>
    email !== undefined && !ownerIds.has(email) && !owned.has(email);
  // The first active owner of each linked user.
  const linked = new Map<string, Owner>();
  for (const owner of owners) {
    const link = links.get(owner.userId ?? "");
    if (!owner.archived && isFree(link) && !linked.has(link))
      linked.set(link, owner);
  }
  return owners.map((owner) => {
    const { id, email, archived, userId } = owner;
    const named = chosen.get(id) ?? [];
    const link = links.get(userId ?? "");
    const isOthers = !archived && (ownerIds.get(email) ?? id) !== id;
    return {
      owner,
      emails: [
        ...named.map((each) => matched(each.email, "override")),
        ...(owned.get(email) === owner ? [matched(email, "email")] : []),
        ...(link !== undefined && linked.get(link) === owner
          ? [matched(link, "link")]
          : []),
      ],
      pulledAs:
        named.find(({ pulled }) => pulled)?.email ??
        (isPerson(owner) && !isOthers ? email : null),
    };
  });
}

/** A queue has no email. */
const isPerson = ({ email }: Owner): boolean => email !== "";

const matched = (email: string, by: OwnerMatch) => ({ email, by });

/** Returns what conversions need of the map. Only active owners can be assigned; former ones can still be read. */
export function ownersOf(mapped: readonly MappedOwner[]): Owners {
  const idByEmail: Record<string, string> = {};
  const emailById: Record<string, string> = {};
  const withoutEmail: string[] = [];
  for (const { owner, emails, pulledAs } of mapped) {
    if (pulledAs !== null) emailById[owner.id] = pulledAs;
    else if (owner.email !== "") withoutEmail.push(owner.id);
    if (!owner.archived)
      for (const { email } of emails) idByEmail[email] = owner.id;
  }
  return { idByEmail, emailById, withoutEmail };
}

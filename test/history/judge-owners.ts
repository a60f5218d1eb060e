import type { OwnerOverride } from "../../server/settings/owners.ts";
import { ownerField } from "./fields.ts";
import { plain } from "./ground.ts";
import type { Ground } from "./ground.ts";
import { formerIds, isHeldUp, livePairs } from "./live-pairs.ts";
import type { LivePair } from "./live-pairs.ts";

/** Whose an email is, and what must hold of owners because of it. The rule is written here once more, on purpose. Pure. */

export interface PortalOwner {
  readonly id: string;
  /** HubSpot's own email of the owner. No two owners have the same. */
  readonly email: string;
  /** The owner's user left at some time, so that what the server knew of the owner then isn't certain. */
  readonly hasLeft: boolean;
}

/** Who owned what in a history, and by which settings. */
export interface OwnerDeeds {
  readonly owners: readonly PortalOwner[];
  /** The overrides of every document that was in force, oldest first. */
  readonly documents: readonly (readonly OwnerOverride[])[];
  /** The document in force when somebody last gave it an owner: by side, type, and id. */
  readonly typedAt: ReadonlyMap<string, number>;
  /** Every email that was typed as an owner in the workspace, plain. */
  readonly typedEmails: ReadonlySet<string>;
}

export const noOwners: OwnerDeeds = {
  owners: [],
  documents: [[]],
  typedAt: new Map(),
  typedEmails: new Set(),
};

type Overrides = readonly OwnerOverride[];

const namedBy = (overrides: Overrides, email: string) =>
  overrides.find((one) => plain(one.email) === email)?.ownerId;

/** The email as which the settings have an owner pulled; undefined if they don't say. */
const pulledByName = (overrides: Overrides, id: string): string | undefined => {
  const named = overrides.find((one) => one.ownerId === id && one.pulled);
  return named && plain(named.email);
};

/** Whether an email is this owner by a document: as the settings say, or as HubSpot does where the settings don't. */
function isOwner(
  email: string,
  { id, email: own, hasLeft }: PortalOwner,
  overrides: Overrides,
): boolean {
  const named = namedBy(overrides, email);
  return (
    named === id ||
    (email === own &&
      (named === undefined ||
        // Whoever has it now, it's still how the records of a former owner name that one.
        (hasLeft && pulledByName(overrides, id) === undefined)))
  );
}

/** The email that the workspace gets for an owner by a document; undefined: none. */
function pulledAs(
  { id, email, hasLeft }: PortalOwner,
  overrides: Overrides,
): string | undefined {
  const named = pulledByName(overrides, id);
  if (named !== undefined) return named;
  return hasLeft || (namedBy(overrides, email) ?? id) === id
    ? email
    : undefined;
}

const ownersOf = ({ record, object }: Pick<LivePair, "record" | "object">) => ({
  here: plain(record.properties[ownerField[0]]),
  there: plain(object.properties[ownerField[1]]),
});

/**
 * The owner is the same on both sides, by the settings that were in force since somebody typed the one or the other: what
 * is saved later changes no owner by itself. What nobody typed there, the workspace has as an email by which that owner is
 * pulled.
 */
export function ownersAgree(ground: Ground, deeds: OwnerDeeds): string[] {
  return livePairs(ground).flatMap((pair) => {
    const { link, record, object } = pair;
    const { here, there } = ownersOf(pair);
    if (
      (here === "" && there === "") ||
      isHeldUp(ground, link.object_type, record.id, object.id) ||
      ground.attention.some(
        (open) => open.record_id === record.id && open.field === ownerField[0],
      )
    )
      return [];
    const owner = deeds.owners.find(({ id }) => id === there);
    const documents = inForce(ground, pair, deeds);
    const isSame =
      owner !== undefined &&
      here !== "" &&
      documents.some((document) => isOwner(here, owner, document)) &&
      (deeds.typedEmails.has(here) ||
        deeds.documents.some((document) => pulledAs(owner, document) === here));
    return isSame
      ? []
      : [
          `${link.object_type} ${record.id}/${object.id}: the owner is "${here}" here and "${there}" in HubSpot, by ${JSON.stringify(documents)}`,
        ];
  });
}

/** The documents by which a pair may have its owner. A pass that was under way began under the one before. */
function inForce(
  ground: Ground,
  pair: LivePair,
  { documents, typedAt }: OwnerDeeds,
): readonly Overrides[] {
  const { link, record, object } = pair;
  const former = formerIds(ground, pair);
  // A merge may have brought an owner that was typed earlier.
  if (former.records.length + former.objects.length > 0) return documents;
  const last = Math.max(
    typedAt.get(`workspace ${link.object_type} ${record.id}`) ?? 0,
    typedAt.get(`hubspot ${link.object_type} ${object.id}`) ?? 0,
  );
  return documents.slice(Math.max(0, last - 1));
}

/** Nobody is asked about an owner whom the newest settings, or HubSpot, know on both sides. */
export function ownerEntriesHaveTheirCause(
  ground: Ground,
  { owners, documents }: OwnerDeeds,
): string[] {
  const newest = documents.at(-1) ?? [];
  const canBePushed = (email: string): boolean =>
    owners.some(
      (owner) =>
        !owner.hasLeft &&
        (namedBy(newest, email) ??
          owners.find((one) => one.email === email)?.id) === owner.id,
    );
  const canBePulled = (id: string): boolean =>
    owners.some(
      (owner) => owner.id === id && pulledAs(owner, newest) !== undefined,
    );
  return livePairs(ground).flatMap((pair) => {
    const { record } = pair;
    const { here, there } = ownersOf(pair);
    const isOpen = ground.attention.some(
      (open) => open.record_id === record.id && open.code === "unknown_owner",
    );
    return isOpen &&
      (here === "" || canBePushed(here)) &&
      (there === "" || canBePulled(there))
      ? [
          `${record.object_type} ${record.id}: unknown_owner is open, but "${here}" is an owner, and so is "${there}"`,
        ]
      : [];
  });
}

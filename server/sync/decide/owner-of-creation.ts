import type { FieldMapping } from "../../settings/mapping.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { ownerFieldOf } from "../../settings/types/owner-field.ts";
import type { RecordState, Rules, Trigger } from "../model.ts";
import { canonicalEmail } from "../values/identity.ts";
import { canonical, holdsNothing, own } from "../values/value.ts";

/** Whose an object is that a push creates. */
export type OwnerOfCreation =
  | {
      /** From where the owner comes: the record, the person who pushes, or the portal's rule. */
      readonly of: "record" | "person" | "sync_user" | "rule";
      /** The owner's email. */
      readonly email: string;
    }
  | {
      readonly of: "nobody";
      /** Whom the rule names, although HubSpot has no active owner with this email; null: it names nobody. */
      readonly unknown: string | null;
    };

/** Returns the mapping that carries a type's owner to HubSpot; undefined if none does. */
export const ownerMapping = (
  { settings }: Pick<Rules, "settings">,
  objectType: RecordState["objectType"],
): FieldMapping | undefined => {
  const owner = ownerFieldOf(descriptorOf(objectType));
  return settings[objectType].mappings.find(
    ({ conversion, property, direction }) =>
      conversion.kind === "owner" &&
      property === owner?.property &&
      direction !== "pull",
  );
};

/**
 * Returns which owner a new object gets, and why: the record's own; without one, the person's who pushes it, if that
 * person owns objects in HubSpot; otherwise as the portal's rule says (AP-023, AP-033, BN-017). Null if no mapping carries
 * owners to HubSpot. Pure.
 */
export function ownerOfCreation(
  rules: Pick<Rules, "settings" | "owners" | "syncUser">,
  { objectType, properties }: Pick<RecordState, "objectType" | "properties">,
  { person }: Pick<Trigger, "person">,
): OwnerOfCreation | null {
  const mapping = ownerMapping(rules, objectType);
  if (mapping === undefined) return null;
  const { conversion, field } = mapping;
  const value = own(properties, field);
  if (!holdsNothing(conversion, value))
    return { of: "record", email: canonical(conversion, value) };
  const isOwner = (email: string): boolean =>
    own(rules.owners.idByEmail, email) !== undefined;
  const pusher = canonicalEmail(person ?? "");
  if (isOwner(pusher)) return { of: "person", email: pusher };
  const { newOwner } = rules.settings[objectType];
  if (newOwner === undefined || newOwner.rule === "none")
    return { of: "nobody", unknown: null };
  const [of, email] =
    newOwner.rule === "sync_user"
      ? (["sync_user", rules.syncUser?.email ?? ""] as const)
      : (["rule", canonicalEmail(newOwner.ownerEmail)] as const);
  return isOwner(email)
    ? { of, email }
    : { of: "nobody", unknown: email === "" ? null : email };
}

const because = {
  record: "as in the workspace",
  person: "who pushed it",
  sync_user: "the sync user",
  rule: "as the settings say",
} as const;

/** Returns whose a new object is, as a sentence for the journal; "" if it is nobody's because nobody was named. */
export function ownerSentence(owner: OwnerOfCreation | null): string {
  if (owner === null) return "";
  if (owner.of !== "nobody")
    return `Owner: ${owner.email}, ${because[owner.of]}.`;
  return owner.unknown === null
    ? ""
    : `It has no owner, because HubSpot has no active owner ${owner.unknown}.`;
}

import type { Json } from "../acceptance/world.ts";
import type { EntityType } from "./steps.ts";

/** Events that HubSpot has not sent, about an object that lives. None of them may change anything. */

export interface Forged {
  readonly events: readonly Json[];
  /** What a card's request has behind its address. */
  readonly query?: string;
  readonly status: number;
}

/** HubSpot gives no object this id. */
const NOBODY = 999_999_999_999;

/** By number; each claims something else of the object. */
export function forgedOf(
  which: number,
  type: EntityType,
  id: number,
  appId: number,
): Forged {
  const erasure: Json = {
    subscriptionType: `${type}.privacyDeletion`,
    objectId: id,
  };
  const merge: Json = {
    subscriptionType: `${type}.merge`,
    primaryObjectId: id,
    newObjectId: id,
  };
  const all: readonly Forged[] = [
    // A card signs with the same secret.
    {
      events: [erasure],
      query: `?userId=1&portalId=1&userEmail=a@b.example&appId=${appId}`,
      status: 401,
    },
    { events: [{ ...erasure, appId: appId + 1 }], status: 200 },
    {
      events: [
        { subscriptionType: `${type}.deletion`, objectId: id, occurredAt: 1 },
      ],
      status: 200,
    },
    { events: [{ ...merge, mergedObjectIds: [NOBODY] }], status: 200 },
    {
      events: [
        { ...merge, mergedObjectIds: ["x"] },
        { ...erasure, objectId: -id },
        {
          subscriptionType: `${type}.associationChange`,
          fromObjectId: id,
          toObjectId: "12345678901234567890",
        },
      ],
      status: 200,
    },
  ];
  const forged = all[which % all.length];
  if (forged === undefined) throw new RangeError("no such event");
  return forged;
}

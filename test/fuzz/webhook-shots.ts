import { identity } from "../acceptance/world.ts";
import { mutate } from "./mutate.ts";
import type { Random } from "./random.ts";
import { writeJson } from "./raw-json.ts";
import type { Shot, Target } from "./shot.ts";

const kinds = [
  "creation",
  "deletion",
  "restore",
  "privacyDeletion",
  "propertyChange",
  "merge",
  "associationChange",
] as const;

const typeIds = { contact: "0-1", company: "0-2", deal: "0-3" } as const;
const types = ["contact", "company", "deal"] as const;

const associations = [
  ["CONTACT_TO_COMPANY", "0-1", "0-2"],
  ["DEAL_TO_CONTACT", "0-3", "0-1"],
  ["COMPANY_TO_DEAL", "0-2", "0-3"],
].map(([associationType, fromObjectTypeId, toObjectTypeId]) => ({
  associationType,
  fromObjectTypeId,
  toObjectTypeId,
}));

/** A body of one to five valid events of either spelling, changed in some places. */
export function webhookShot(target: Target, random: Random): Shot {
  const events = Array.from({ length: 1 + random.below(5) }, () =>
    validEvent(target, random),
  );
  const known = [...target.objectIds, ...target.recordIds];
  const body = random.chance(0.9) ? mutate(events, random, known) : events;
  return {
    client: "webhook",
    method: "POST",
    path: "/webhooks/hubspot",
    headers: { "content-type": "application/json" },
    body: Buffer.from(writeJson(body)),
  };
}

function validEvent(target: Target, random: Random): Record<string, unknown> {
  const kind = random.pick(kinds);
  const generic = random.chance(0.7);
  const objectId = Number(random.pick(target.objectIds));
  const type = random.pick(types);
  return {
    eventId: random.below(1_000_000),
    subscriptionId: 1,
    portalId: random.chance(0.9) ? target.portalId : target.otherPortalId,
    appId: identity.appId,
    occurredAt: Date.now() - random.below(100_000),
    [random.chance(0.8) ? "subscriptionType" : "eventType"]:
      `${generic ? "object" : type}.${kind}`,
    objectId,
    ...(generic ? { objectTypeId: typeIds[type] } : {}),
    ...detailsOf(kind, objectId, target, random),
    attemptNumber: 0,
    changeSource: "CRM_UI",
    sourceId: "userId:7",
  };
}

function detailsOf(
  kind: (typeof kinds)[number],
  objectId: number,
  target: Target,
  random: Random,
): Record<string, unknown> {
  switch (kind) {
    case "creation":
      return { changeFlag: "CREATED" };
    case "deletion":
      return { changeFlag: "DELETED" };
    case "restore":
    case "privacyDeletion":
      return {};
    case "propertyChange":
      return { propertyName: "firstname", propertyValue: "Ada" };
    case "merge":
      return {
        primaryObjectId: objectId,
        mergedObjectIds: [Number(random.pick(target.objectIds))],
        newObjectId: objectId + 1_000_000,
        numberOfPropertiesMoved: 3,
      };
    case "associationChange":
      return {
        ...random.pick(associations),
        fromObjectId: objectId,
        toObjectId: Number(random.pick(target.objectIds)),
        associationRemoved: random.chance(0.5),
        isPrimaryAssociation: random.chance(0.5),
      };
  }
}

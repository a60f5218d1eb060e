import type { PortalEvent } from "../crm/events.ts";
import type { Subscription } from "./subscriptions.ts";

/** How a portal writes its notifications, where HubSpot's documents and recordings disagree. */
export type NotificationStyle = {
  readonly webhookTypeField: "subscriptionType" | "eventType";
  readonly mergeEventNamesNewId: boolean;
};

/** One notification without its attempt number, which each delivery adds. */
export type Notification = Readonly<Record<string, unknown>>;

export type Addressee = {
  readonly portalId: number;
  readonly appId: number;
  readonly eventId: number;
};

/** Writes an event as recorded deliveries have it (generic ones) or as the documentation's samples do (classic ones). */
export function notificationOf(
  event: PortalEvent,
  subscription: Subscription,
  addressee: Addressee,
  style: NotificationStyle,
): Notification {
  return {
    eventId: addressee.eventId,
    subscriptionId: subscription.subscriptionId,
    portalId: addressee.portalId,
    appId: addressee.appId,
    occurredAt: event.occurredAt,
    [style.webhookTypeField]: subscription.subscriptionType,
    objectId: Number(event.objectId),
    ...(subscription.generic ? { objectTypeId: event.objectTypeId } : {}),
    ...details(event, subscription, style),
    changeSource: event.changeSource,
    sourceId: event.sourceId,
  };
}

function details(
  event: PortalEvent,
  subscription: Subscription,
  style: NotificationStyle,
): Notification {
  switch (event.kind) {
    case "creation":
      return { changeFlag: subscription.generic ? "CREATED" : "NEW" };
    case "deletion":
      return { changeFlag: "DELETED" };
    case "restore":
    case "privacyDeletion":
      return {};
    case "propertyChange":
      return {
        propertyName: event.propertyName,
        propertyValue: event.propertyValue,
        isSensitive: false,
      };
    case "merge":
      return {
        primaryObjectId: Number(event.primaryObjectId),
        mergedObjectIds: event.mergedObjectIds.map(Number),
        ...(style.mergeEventNamesNewId ||
        event.newObjectId !== event.primaryObjectId
          ? { newObjectId: Number(event.newObjectId) }
          : {}),
        numberOfPropertiesMoved: event.numberOfPropertiesMoved,
      };
    case "associationChange":
      return {
        associationType: event.associationType,
        fromObjectId: Number(event.fromObjectId),
        toObjectId: Number(event.toObjectId),
        associationRemoved: event.associationRemoved,
        isPrimaryAssociation: event.isPrimaryAssociation,
        ...(subscription.generic
          ? {
              fromObjectTypeId: event.fromObjectTypeId,
              toObjectTypeId: event.toObjectTypeId,
              associationTypeId: event.associationTypeId,
              associationCategory: event.associationCategory,
            }
          : {}),
      };
  }
}

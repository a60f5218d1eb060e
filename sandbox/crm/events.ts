/** Who makes a change, as webhooks name it: `sourceId` is `userId:7` for a HubSpot user, the app's id for an integration. */
export type Actor = {
  readonly changeSource: ChangeSource;
  readonly sourceId: string;
  readonly userId?: number;
};

export type ChangeSource =
  | "CRM_UI"
  | "INTEGRATION"
  | "IMPORT"
  | "MERGE_OBJECTS"
  | "API"
  | "AUTOMATION_PLATFORM"
  | "CALCULATED";

type EventBase = {
  /** HubSpot's type id: `0-1`. */
  readonly objectTypeId: string;
  readonly objectId: string;
  /** Milliseconds by the portal's clock. */
  readonly occurredAt: number;
  readonly changeSource: ChangeSource;
  readonly sourceId: string;
};

export type LifecycleEvent = EventBase & {
  readonly kind: "creation" | "deletion" | "restore" | "privacyDeletion";
};

export type PropertyChangeEvent = EventBase & {
  readonly kind: "propertyChange";
  readonly propertyName: string;
  readonly propertyValue: string;
};

/** `objectId` is `primaryObjectId`. `newObjectId` equals it in a portal where merging keeps the id. */
export type MergeEvent = EventBase & {
  readonly kind: "merge";
  readonly primaryObjectId: string;
  readonly mergedObjectIds: readonly string[];
  readonly newObjectId: string;
  readonly numberOfPropertiesMoved: number;
};

/** One direction of one association; the portal emits one for each direction. `objectId` is `fromObjectId`. */
export type AssociationChangeEvent = EventBase & {
  readonly kind: "associationChange";
  readonly fromObjectId: string;
  readonly toObjectId: string;
  readonly fromObjectTypeId: string;
  readonly toObjectTypeId: string;
  readonly associationTypeId: number;
  readonly associationCategory: string;
  /** As webhooks name it: `CONTACT_TO_COMPANY`. */
  readonly associationType: string;
  readonly associationRemoved: boolean;
  readonly isPrimaryAssociation: boolean;
};

/** Everything that happens in a portal, in the order in which it happened. */
export type PortalEvent =
  LifecycleEvent | PropertyChangeEvent | MergeEvent | AssociationChangeEvent;

export type PortalEventListener = (event: PortalEvent) => void;

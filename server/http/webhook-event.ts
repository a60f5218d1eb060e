import type { ObjectType } from "../settings/object-type.ts";
import { objectTypeOf, objectTypes } from "../settings/object-type.ts";
import { objectIdOf } from "../settings/object-id.ts";
import { idFault } from "../sync/values/event-ids.ts";

/** What an event is about, in the words of the inbox. */
export type EventKind =
  | "creation"
  | "deletion"
  | "merge"
  | "restore"
  | "propertyChange"
  | "associationChange"
  | "privacyDeletion";

const kinds: ReadonlySet<string> = new Set<EventKind>([
  "creation",
  "deletion",
  "merge",
  "restore",
  "propertyChange",
  "associationChange",
  "privacyDeletion",
]);

/** The columns by which the inbox finds an event. */
export type RoutedEvent = {
  portalId: number;
  kind: EventKind;
  objectType: ObjectType;
  objectId: string;
  /** Milliseconds since 1970, HubSpot's clock. */
  occurredAt: number;
};

export type EventVerdict =
  | RoutedEvent
  /** Not for us; or without the portal under which it could be kept. */
  | { ignored: "not_understood" | "another_app" | "not_synced" }
  /** Kept for operators; the reason has none of the event's values. */
  | { setAside: string; portalId: number };

/**
 * Reads the routing of one event, of either of HubSpot's spellings: `subscriptionType` or `eventType`,
 * `object.creation` with an `objectTypeId`, or the classic `contact.creation`. Both name the app; one that names none is
 * not understood.
 */
export function routeEvent(event: unknown, appId: number): EventVerdict {
  if (typeof event !== "object" || event === null)
    return { ignored: "not_understood" };
  const fields = event as Readonly<Record<string, unknown>>;
  const portalId = fields["portalId"];
  if (!isId(portalId)) return { ignored: "not_understood" };
  const setAside = (reason: string): EventVerdict => ({
    setAside: reason,
    portalId,
  });
  if (!isId(fields["appId"])) return setAside("appId isn't an app id");
  if (fields["appId"] !== appId) return { ignored: "another_app" };

  const type = fields["subscriptionType"] ?? fields["eventType"];
  const [subject = "", kind = ""] = typeof type === "string" ? split(type) : [];
  if (!isKind(kind)) return setAside("the type of event is unknown");
  const objectType = typeOf(subject, kind, fields);
  if (objectType === undefined) return { ignored: "not_synced" };
  const { occurredAt } = fields;
  if (
    typeof occurredAt !== "number" ||
    !(occurredAt >= 0 && occurredAt <= MAX_DATE_MS)
  )
    return setAside("occurredAt isn't a time");
  const objectId = objectIdOf(idOf(kind, fields));
  const fault =
    idFault(kind, fields) ??
    (objectId === null ? "objectId isn't an object id" : null);
  if (fault !== null || objectId === null) return setAside(fault ?? "");
  return { portalId, kind, objectType, objectId, occurredAt };
}

/** The last moment that a Date can be; Postgres keeps it too. */
const MAX_DATE_MS = 8.64e15;

/** `contact.creation` in two; at the first dot. */
function split(type: string): [subject: string, kind: string] {
  const dot = type.indexOf(".");
  return dot < 0 ? ["", ""] : [type.slice(0, dot), type.slice(dot + 1)];
}

function idOf(
  kind: string,
  fields: Readonly<Record<string, unknown>>,
): unknown {
  if (kind === "merge")
    return (
      fields["newObjectId"] ?? fields["primaryObjectId"] ?? fields["objectId"]
    );
  if (kind === "associationChange")
    return fields["fromObjectId"] ?? fields["objectId"];
  return fields["objectId"];
}

function typeOf(
  subject: string,
  kind: EventKind,
  fields: Readonly<Record<string, unknown>>,
): ObjectType | undefined {
  const typeId =
    kind === "associationChange"
      ? (fields["fromObjectTypeId"] ?? fields["objectTypeId"])
      : fields["objectTypeId"];
  if (typeof typeId === "string") return objectTypeOf(typeId);
  return objectTypes.find((type) => type === subject);
}

function isKind(kind: string): kind is EventKind {
  return kinds.has(kind);
}

/** Portals and apps have small ids, which HubSpot writes as numbers. */
function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

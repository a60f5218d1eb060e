import type { ObjectType } from "../settings/object-type.ts";
import { objectTypeOf, objectTypes } from "../settings/object-type.ts";

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
  RoutedEvent | { ignored: "not_understood" | "not_synced" };

/**
 * Reads the routing of one event, of either of HubSpot's spellings: `subscriptionType` or `eventType`,
 * `object.creation` with an `objectTypeId`, or the classic `contact.creation`.
 */
export function routeEvent(event: unknown): EventVerdict {
  if (typeof event !== "object" || event === null)
    return { ignored: "not_understood" };
  const fields = event as Readonly<Record<string, unknown>>;
  const type = fields["subscriptionType"] ?? fields["eventType"];
  if (typeof type !== "string") return { ignored: "not_understood" };
  const dot = type.indexOf(".");
  const subject = type.slice(0, dot);
  const kind = type.slice(dot + 1);
  const portalId = fields["portalId"];
  const occurredAt = fields["occurredAt"];
  const objectId = digits(idOf(kind, fields));
  if (
    dot < 0 ||
    !isKind(kind) ||
    objectId === null ||
    !isId(portalId) ||
    typeof occurredAt !== "number" ||
    !(occurredAt >= 0 && occurredAt <= MAX_DATE_MS)
  )
    return { ignored: "not_understood" };
  const objectType = typeOf(subject, kind, fields);
  if (objectType === undefined) return { ignored: "not_synced" };
  return { portalId, kind, objectType, objectId, occurredAt };
}

/** The last moment that a Date can be; Postgres keeps it too. */
const MAX_DATE_MS = 8.64e15;

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

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** An id as the database takes it; HubSpot writes it as a number, some senders as text. */
function digits(value: unknown): string | null {
  if (isId(value)) return String(value);
  return typeof value === "string" && /^[1-9]\d{0,17}$/.test(value)
    ? value
    : null;
}

import type { ObjectId, ObjectType } from "../../settings/object-type.ts";
import type { TypeFlow } from "../../settings/types/descriptor.ts";
import { associationKinds, descriptorOf } from "../../settings/types/index.ts";
import { idsIn } from "../values/event-ids.ts";
import { syncedType } from "./inbox-row.ts";
import type { InboxRow } from "./inbox-row.ts";

/** An object that is to be looked at because of an event, and whether its associations are. */
export interface Concern {
  readonly type: ObjectType;
  readonly objectId: ObjectId;
  readonly edges: boolean;
}

/** The flows that events of these kinds belong to; those of all others belong to the pull. */
const flowsOfKinds: ReadonlyMap<string, TypeFlow> = new Map([
  ["deletion", "delete"],
  ["merge", "merge"],
  ["restore", "restore"],
]);

/** Which objects an event speaks of. An association is looked at from its child; a merge names several ids. */
export function concerns(
  row: Pick<InboxRow, "kind" | "object_type" | "object_id" | "event">,
): Concern[] {
  if (row.kind === "associationChange") {
    const ends = endsOf(row.event);
    return associationKinds.flatMap((kind): Concern[] => {
      const [objectId] = isBetween(ends, kind.from, kind.to)
        ? idsIn(row.event, "fromObjectId")
        : isBetween(ends, kind.to, kind.from)
          ? idsIn(row.event, "toObjectId")
          : [];
      return objectId === undefined
        ? []
        : [{ type: kind.from, objectId, edges: true }];
    });
  }
  const type = syncedType(row.object_type);
  const flow = flowsOfKinds.get(row.kind) ?? "pull";
  if (type === undefined || !descriptorOf(type).flows[flow]) return [];
  const ids = new Set([
    row.object_id,
    ...(row.kind === "merge"
      ? [
          ...idsIn(row.event, "primaryObjectId"),
          ...idsIn(row.event, "newObjectId"),
          ...idsIn(row.event, "mergedObjectIds"),
        ]
      : []),
  ]);
  return [...ids].map((objectId) => ({
    type,
    objectId,
    edges: ["creation", "look", "merge", "restore"].includes(row.kind),
  }));
}

/** Between which types an association is, as its event says: by HubSpot's type ids, or by the name of its kind. */
interface Ends {
  readonly from: string;
  readonly to: string;
  readonly name: string;
}

function endsOf(event: InboxRow["event"]): Ends {
  const text = (name: string): string => {
    const value = event[name];
    return typeof value === "string" ? value : "";
  };
  return {
    from: text("fromObjectTypeId"),
    to: text("toObjectTypeId"),
    name: text("associationType").toUpperCase(),
  };
}

/**
 * Both ends count: a contact's association with a deal is none with a company. An end that the event leaves out is taken
 * from the name of its kind, and fits anything if there is none.
 */
function isBetween(
  { from, to, name }: Ends,
  fromType: ObjectType,
  toType: ObjectType,
): boolean {
  const first = descriptorOf(fromType).hubspot;
  const second = descriptorOf(toType).hubspot;
  if (from !== "" && from !== first.typeId) return false;
  if (to !== "" && to !== second.typeId) return false;
  if (from !== "" && to !== "") return true;
  return name === ""
    ? from !== "" || to !== ""
    : name.startsWith(`${first.eventName}_TO_${second.eventName}`);
}

import type { ObjectId, RecordId } from "../../../settings/object-type.ts";
import type { LinkState } from "../../model.ts";
import type { StoredAttempt, StoredState } from "../stored-state.ts";

/** What is stored of a batch, by the record or object that it belongs to. Pure. */
export interface StoredIndex {
  readonly linksOfRecord: (id: RecordId) => readonly LinkState[];
  readonly linksOfObject: (id: ObjectId) => readonly LinkState[];
  readonly attemptsOf: (id: RecordId) => readonly StoredAttempt[];
  readonly heldOf: (id: RecordId) => StoredState["held"];
}

/** Sorts a batch's state once, so that no pair looks through all of it. Each list keeps the order of the state's. */
export function indexStored({
  links,
  attempts,
  held,
}: Pick<StoredState, "links" | "attempts" | "held">): StoredIndex {
  const byRecord = Map.groupBy(links, ({ recordId }) => recordId);
  const byObject = Map.groupBy(links, ({ objectId }) => objectId);
  const attemptsByRecord = Map.groupBy(attempts, ({ recordId }) => recordId);
  const heldByRecord = Map.groupBy(held, ({ recordId }) => recordId);
  return {
    linksOfRecord: (id) => byRecord.get(id) ?? [],
    linksOfObject: (id) => byObject.get(id) ?? [],
    attemptsOf: (id) => attemptsByRecord.get(id) ?? [],
    heldOf: (id) => heldByRecord.get(id) ?? [],
  };
}

/** The link of a pair that ended: of both its sides, or of the one that it has. */
export function endedLinkOf(
  index: StoredIndex,
  record: RecordId | null,
  object: ObjectId | null,
): LinkState | null {
  const links =
    record !== null
      ? index.linksOfRecord(record)
      : object !== null
        ? index.linksOfObject(object)
        : [];
  return (
    links.find(
      (link) =>
        link.state !== "live" &&
        (record === null || object === null || link.objectId === object),
    ) ?? null
  );
}

import type { ObjectId, ObjectType } from "../../../settings/object-type.ts";
import type { LinkState, RecordState } from "../../model.ts";
import type { StoredRecord } from "../stored-state.ts";

/** A stored record as matching and decide see it. Pure. */

export const recordState = (
  type: ObjectType,
  record: StoredRecord,
): RecordState => ({
  id: record.id,
  objectType: type,
  properties: record.properties,
  omittedBytes: record.omittedBytes,
  unloadedBytes: record.unloadedBytes,
  companyId: record.companyId,
  revision: record.revision,
  deletedAt: record.deletedAt,
});

const revivableStates: readonly LinkState["state"][] = [
  "object-deleted",
  "record-deleted",
  "unselected",
];

/** The objects of a record's links that a deletion or a removal ended: if record and object are there, one was restored. */
export const revivableObjects = (links: readonly LinkState[]): ObjectId[] =>
  links
    .filter(({ state }) => revivableStates.includes(state))
    .map(({ objectId }) => objectId);

import type { ObjectId, ObjectType } from "../../../settings/object-type.ts";
import type { LinkState, RecordState } from "../../model.ts";
import type { StoredRecord, StoredState } from "../stored-state.ts";

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
];

/** The objects of its links that ended with a deletion: if one is back, it was restored. */
export const revivableObjects = (
  stored: StoredState,
  record: StoredRecord,
): ObjectId[] =>
  stored.links
    .filter(
      (link) =>
        link.recordId === record.id && revivableStates.includes(link.state),
    )
    .map((link) => link.objectId);

import type {
  ObjectId,
  ObjectType,
  RecordId,
} from "../settings/object-type.ts";
import type { MatchConflict } from "./model.ts";

/** A record that may need an object, as matching sees it. */
export interface RecordCandidate {
  readonly id: RecordId;
  /** Canonical email or domain; null without one. */
  readonly identity: string | null;
  /** counterpart_record_id values that its own creations carried, its id among them. */
  readonly creationKeys: readonly string[];
  /** The object of its live link. */
  readonly linkedTo: ObjectId | null;
  /** Objects that stood in links of it that have ended: the dead do not match again by key. */
  readonly formerObjects: readonly ObjectId[];
  /** Among those, the ones that were deleted: if one is back, it was restored, and its link revives. */
  readonly revivable: readonly ObjectId[];
  /** Object of the company already associated, for companies: preferred among several of one domain. */
  readonly preferredObjects: readonly ObjectId[];
  /** Oldest first decides who keeps a doubled identity. */
  readonly createdAt: number;
}

/** An object that may need a record. */
export interface ObjectCandidate {
  readonly id: ObjectId;
  /** Primary first, then additional ones. */
  readonly identities: readonly string[];
  /** Its counterpart_record_id. */
  readonly creationKey: string | null;
  readonly linkedTo: RecordId | null;
}

export interface Assignment {
  readonly record: RecordId | null;
  readonly object: ObjectId | null;
  readonly by: "link" | "revived" | "creation-key" | "identity" | "none";
  readonly conflict: MatchConflict | null;
  readonly ambiguous: readonly ObjectId[];
}

/** Lowest object id first; ids are digits without leading zeros, so the shorter is the smaller. */
export const byObjectId = (left: ObjectId, right: ObjectId): number =>
  left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);

/**
 * Matching over a whole batch (DESIGN.md, "Matching and creating without doubles"): each record gets at most one
 * object and each object at most one record. Order: link; restored link; creation key; email or domain. Pure.
 */
export function assign(
  objectType: ObjectType,
  records: readonly RecordCandidate[],
  objects: readonly ObjectCandidate[],
): Assignment[] {
  const taken = new Map<ObjectId, RecordId>();
  const found = new Map<RecordId, Assignment>();
  const give = (
    record: RecordId,
    object: ObjectId,
    by: Assignment["by"],
    ambiguous: readonly ObjectId[] = [],
  ): void => {
    taken.set(object, record);
    found.set(record, { record, object, by, conflict: null, ambiguous });
  };

  for (const object of objects)
    if (object.linkedTo !== null) taken.set(object.id, object.linkedTo);
  for (const record of records)
    if (record.linkedTo !== null) give(record.id, record.linkedTo, "link");

  const present = new Set(objects.map((object) => object.id));
  for (const record of records) {
    if (found.has(record.id)) continue;
    const back = record.revivable.find(
      (id) => present.has(id) && !taken.has(id),
    );
    if (back !== undefined) give(record.id, back, "revived");
  }

  const byCreationKey = new Map(
    objects.flatMap((object) =>
      object.creationKey === null || taken.has(object.id)
        ? []
        : [[object.creationKey, object.id] as const],
    ),
  );
  for (const record of records) {
    if (found.has(record.id)) continue;
    const object = record.creationKeys
      .map((key) => byCreationKey.get(key))
      .find((id) => id !== undefined);
    if (object !== undefined && !taken.has(object))
      give(record.id, object, "creation-key");
  }

  const byIdentity = new Map<string, ObjectCandidate[]>();
  for (const object of objects) {
    for (const identity of new Set(object.identities)) {
      byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), object]);
    }
  }
  const oldestFirst = [...records].sort(
    (left, right) =>
      left.createdAt - right.createdAt || (left.id < right.id ? -1 : 1),
  );
  for (const record of oldestFirst) {
    if (found.has(record.id) || record.identity === null) continue;
    const all = byIdentity.get(record.identity) ?? [];
    const candidates = all.filter(
      (object) => !record.formerObjects.includes(object.id),
    );
    const match = matchByIdentity(objectType, record, candidates, taken);
    if (match.object === null) {
      if (match.conflict !== null)
        found.set(record.id, { record: record.id, by: "none", ...match });
    } else {
      give(record.id, match.object, "identity", match.ambiguous);
    }
  }

  const assignments = records.map(
    (record): Assignment =>
      found.get(record.id) ?? {
        record: record.id,
        object: null,
        by: "none",
        conflict: null,
        ambiguous: [],
      },
  );
  for (const object of objects) {
    if (!taken.has(object.id)) {
      assignments.push({
        record: null,
        object: object.id,
        by: "none",
        conflict: null,
        ambiguous: [],
      });
    }
  }
  return assignments;
}

interface Match {
  readonly object: ObjectId | null;
  readonly conflict: MatchConflict | null;
  readonly ambiguous: readonly ObjectId[];
}

function matchByIdentity(
  objectType: ObjectType,
  record: RecordCandidate,
  candidates: readonly ObjectCandidate[],
  taken: ReadonlyMap<ObjectId, RecordId>,
): Match {
  if (candidates.length === 0)
    return { object: null, conflict: null, ambiguous: [] };
  const ids = candidates.map((object) => object.id).sort(byObjectId);
  const free = ids.filter((id) => !taken.has(id));
  const refuse = (code: MatchConflict["code"], message: string): Match => ({
    object: null,
    conflict: { code, message, objectIds: ids },
    ambiguous: [],
  });

  if (objectType === "contact") {
    if (free.length === 0) {
      return refuse(
        "duplicate_email",
        "Contact not pushed. A contact with this email already exists in HubSpot and belongs to another record.",
      );
    }
    if (ids.length > 1) {
      return refuse(
        "ambiguous_email",
        "Contact not pushed. More than one contact in HubSpot has this email.",
      );
    }
    return { object: free[0] ?? null, conflict: null, ambiguous: [] };
  }
  const preferred = free.find((id) => record.preferredObjects.includes(id));
  const chosen = preferred ?? free[0];
  if (chosen === undefined) {
    return refuse(
      "domain_conflict",
      "Company not pushed. A different company with this domain already exists in HubSpot.",
    );
  }
  return {
    object: chosen,
    conflict: null,
    ambiguous: free.length > 1 && preferred === undefined ? free : [],
  };
}

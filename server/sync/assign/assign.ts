import type {
  ObjectId,
  ObjectType,
  RecordId,
} from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { MatchConflict } from "../model.ts";

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
  /** Among those, the ones that a person gave to another record: they are there, but not for this one. */
  readonly givenUp: readonly ObjectId[];
  /** For companies, those that its contacts belong to in HubSpot: preferred among several of one domain. */
  readonly preferredObjects: readonly ObjectId[];
  /** Objects of other records with this identity, which HubSpot may not show on them. */
  readonly heldElsewhere?: readonly HeldIdentity[];
  /** Oldest first decides who keeps a doubled identity. */
  readonly createdAt: number;
}

/** An object that is linked to another record of the same identity. */
export interface HeldIdentity {
  readonly object: ObjectId;
  readonly holder: RecordId;
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

  // The order in which rows were loaded decides nothing.
  const oldestFirst = [...records].sort(
    (left, right) =>
      left.createdAt - right.createdAt || (left.id < right.id ? -1 : 1),
  );
  const lowestFirst = [...objects].sort((left, right) =>
    byObjectId(left.id, right.id),
  );
  for (const object of objects)
    if (object.linkedTo !== null) taken.set(object.id, object.linkedTo);
  const linkedObjects = new Set<ObjectId>();
  for (const { id, linkedTo } of oldestFirst) {
    if (linkedTo === null || linkedObjects.has(linkedTo)) continue;
    linkedObjects.add(linkedTo);
    give(id, linkedTo, "link");
  }

  const present = new Set(objects.map((object) => object.id));
  for (const record of oldestFirst) {
    if (found.has(record.id)) continue;
    const back = record.revivable.find(
      (id) => present.has(id) && !taken.has(id),
    );
    if (back !== undefined) give(record.id, back, "revived");
  }

  for (const record of oldestFirst) {
    if (found.has(record.id)) continue;
    const made = lowestFirst.find(
      ({ id, creationKey }) =>
        creationKey !== null &&
        record.creationKeys.includes(creationKey) &&
        !record.givenUp.includes(id) &&
        !taken.has(id),
    );
    if (made !== undefined) give(record.id, made.id, "creation-key");
  }

  // A primary email goes before an additional one, over the whole batch.
  const primary = byIdentity(lowestFirst, ([first]) =>
    first === undefined ? [] : [first],
  );
  for (const candidates of [primary, byIdentity(lowestFirst, (all) => all)]) {
    for (const record of oldestFirst) {
      if (found.has(record.id) || record.identity === null) continue;
      const match = matchByIdentity(
        objectType,
        record,
        (candidates.get(record.identity) ?? []).filter(
          (id) =>
            !record.formerObjects.includes(id) || record.givenUp.includes(id),
        ),
        taken,
      );
      if (match.object !== null)
        give(record.id, match.object, "identity", match.ambiguous);
      else if (match.conflict !== null)
        found.set(record.id, { record: record.id, by: "none", ...match });
    }
  }
  for (const record of oldestFirst) {
    if (found.has(record.id)) continue;
    const conflict = conflictElsewhere(objectType, record);
    if (conflict !== null)
      found.set(record.id, {
        record: record.id,
        object: null,
        by: "none",
        conflict,
        ambiguous: [],
      });
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

/** The conflict over an identity whose objects don't show it; null without one. */
function conflictElsewhere(
  objectType: ObjectType,
  { heldElsewhere = [] }: RecordCandidate,
): MatchConflict | null {
  const { identity } = descriptorOf(objectType);
  if (identity === null || heldElsewhere.length === 0) return null;
  return {
    code: identity.taken,
    message: conflictMessage(objectType, identity.taken),
    objectIds: heldElsewhere.map(({ object }) => object),
    holders: Object.fromEntries(
      heldElsewhere.map(({ object, holder }) => [object, holder]),
    ),
  };
}

/** Object ids by each of the identities that count, lowest first. */
function byIdentity(
  objects: readonly ObjectCandidate[],
  counting: (identities: readonly string[]) => readonly string[],
): ReadonlyMap<string, readonly ObjectId[]> {
  const grouped = new Map<string, ObjectId[]>();
  for (const object of objects) {
    for (const identity of new Set(counting(object.identities))) {
      const ids = grouped.get(identity);
      if (ids === undefined) grouped.set(identity, [object.id]);
      else ids.push(object.id);
    }
  }
  return grouped;
}

interface Match {
  readonly object: ObjectId | null;
  readonly conflict: MatchConflict | null;
  readonly ambiguous: readonly ObjectId[];
}

function matchByIdentity(
  objectType: ObjectType,
  record: RecordCandidate,
  ids: readonly ObjectId[],
  taken: ReadonlyMap<ObjectId, RecordId>,
): Match {
  if (ids.length === 0) return { object: null, conflict: null, ambiguous: [] };
  const free = ids.filter(
    (id) => !taken.has(id) && !record.givenUp.includes(id),
  );
  const refuse = (code: MatchConflict["code"], message: string): Match => ({
    object: null,
    conflict: {
      code,
      message,
      objectIds: ids,
      holders: Object.fromEntries(
        ids.flatMap((id) => {
          const holder = taken.get(id);
          return holder === undefined ? [] : [[id, holder]];
        }),
      ),
    },
    ambiguous: [],
  });

  const { identity } = descriptorOf(objectType);
  if (identity === null) return { object: null, conflict: null, ambiguous: [] };
  const { several, taken: takenCode } = identity;
  if (several.choose === "none" && free.length > 0)
    return ids.length > 1
      ? refuse(several.code, conflictMessage(objectType, several.code))
      : { object: free[0] ?? null, conflict: null, ambiguous: [] };
  const preferred = free.filter((id) => record.preferredObjects.includes(id));
  const choice = preferred.length > 0 ? preferred : free;
  const [chosen] = choice;
  if (chosen === undefined) {
    return refuse(takenCode, conflictMessage(objectType, takenCode));
  }
  return {
    object: chosen,
    conflict: null,
    ambiguous: choice.length > 1 ? choice : [],
  };
}

function conflictMessage(
  type: ObjectType,
  code: Exclude<MatchConflict["code"], "linked_elsewhere">,
): string {
  const { label, singular } = descriptorOf(type).names;
  const notPushed = `${label.singular} not pushed.`;
  switch (code) {
    case "duplicate_email":
      return `${notPushed} A ${singular} with this email already exists in HubSpot and is linked to another ${singular} in the workspace.`;
    case "ambiguous_email":
      return `${notPushed} More than one ${singular} in HubSpot has this email.`;
    case "domain_conflict":
      return `${notPushed} A different ${singular} with this domain already exists in HubSpot.`;
  }
}

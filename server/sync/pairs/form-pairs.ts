import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  RecordId,
} from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { assign } from "../assign/assign.ts";
import type {
  Assignment,
  HeldIdentity,
  ObjectCandidate,
  RecordCandidate,
} from "../assign/assign.ts";
import type { BatchRequest, StatusOf } from "./batch-request.ts";
import { bringsBack } from "../decide/pipelines.ts";
import type { LinkState, ObjectReading, Pair } from "../model.ts";
import { identitiesOf } from "./object-identity.ts";
import type { KeyOf } from "./object-identity.ts";
import { objectState } from "./object-state.ts";
import type { PreferredObjects } from "./preferred-objects.ts";
import { endedLinkOf, indexStored } from "./pure/index-stored.ts";
import type { StoredIndex } from "./pure/index-stored.ts";
import { recordState, revivableObjects } from "./pure/stored-record.ts";
import type { ReadResult } from "./read-objects.ts";
import type { StoredRecord, StoredState } from "./stored-state.ts";

/** Matches the batch and hands out its pairs; candidates that were only loaded for matching are left out. */
export async function formPairs(
  ask: BatchRequest,
  appId: number,
  {
    stored,
    objects,
    gone,
    keyOf,
    parentStatus,
    preferred,
    sameIdentity,
    settings,
  }: {
    readonly settings: Settings;
    readonly stored: StoredState;
    readonly objects: ReadonlyMap<ObjectId, HubSpotObject>;
    readonly gone: ReadResult["gone"];
    readonly keyOf: KeyOf;
    readonly parentStatus: (
      records: readonly StoredRecord[],
      objects: readonly HubSpotObject[],
    ) => Promise<StatusOf>;
    readonly preferred: PreferredObjects;
    readonly sameIdentity: ReadonlyMap<RecordId, readonly HeldIdentity[]>;
  },
): Promise<Pair[]> {
  const { objectType: type } = ask;
  const askedRecords = new Set(
    ask.recordIds.map((id) => stored.recordAliases.get(id) ?? id),
  );
  const liveByRecord = new Map<RecordId, LinkState>();
  const liveByObject = new Map<ObjectId, LinkState>();
  for (const link of stored.links) {
    if (link.state !== "live") continue;
    liveByRecord.set(link.recordId, link);
    liveByObject.set(link.objectId, link);
  }
  const index = indexStored(stored);

  // A record that was deleted before its creation had landed still owns the object that came of it.
  const landed = new Set(
    [...objects.values()].flatMap((object) => keyOf(object) ?? []),
  );
  const keysOf = (record: StoredRecord): string[] => [
    record.id,
    ...index
      .attemptsOf(record.id)
      .flatMap((attempt) => attempt.creationKey ?? []),
  ];
  const records = [...stored.records.values()].filter(
    (record) =>
      record.deletedAt === null ||
      liveByRecord.has(record.id) ||
      (index.linksOfRecord(record.id).length === 0 &&
        keysOf(record).some((key) => landed.has(key))),
  );
  const assignments = assign(
    type,
    records.map((record): RecordCandidate => {
      const links = index.linksOfRecord(record.id);
      const former = links.filter(({ state }) => state !== "live");
      return {
        id: record.id,
        identity: record.deletedAt === null ? record.identity : null,
        creationKeys: keysOf(record),
        linkedTo: liveByRecord.get(record.id)?.objectId ?? null,
        formerObjects: former.map((link) => link.objectId),
        revivable: revivableObjects(links),
        givenUp: former
          .filter((link) => link.state === "given-up")
          .map((link) => link.objectId),
        preferredObjects: preferred.get(record.id) ?? [],
        heldElsewhere: sameIdentity.get(record.id) ?? [],
        createdAt: record.createdAt,
      };
    }),
    [...objects.values()].map((object): ObjectCandidate => ({
      id: object.id,
      identities: identitiesOf(type, object),
      creationKey: keyOf(object),
      linkedTo: liveByObject.get(object.id)?.recordId ?? null,
    })),
  );

  const askedObjects = new Set([
    ...ask.objectIds,
    ...ask.objects.map(({ id }) => id),
  ]);
  const askedIds = new Set(ask.objectIds);
  const concerned = assignments.filter(
    ({ record, object }) =>
      (record !== null && askedRecords.has(record)) ||
      (object !== null &&
        (askedObjects.has(object) ||
          objects.get(object)?.mergedIds.some((id) => askedIds.has(id)) ===
            true)) ||
      (object !== null && gone.has(object)),
  );
  // What is known of a parent matters to a child that is yet to be linked.
  const statusOf = await parentStatus(
    concerned.flatMap(({ record }) =>
      record === null || liveByRecord.has(record)
        ? []
        : (stored.records.get(record) ?? []),
    ),
    concerned.flatMap(({ object }) =>
      object === null || liveByObject.has(object)
        ? []
        : (objects.get(object) ?? []),
    ),
  );
  // Objects of which a record was paired with another one.
  const passedOver = new Set(
    assignments.flatMap(({ object, ambiguous }) =>
      ambiguous.filter((id) => id !== object),
    ),
  );
  return concerned.map((assignment) =>
    pairOf(type, assignment, {
      passedOver,
      stored,
      objects,
      gone,
      known: {
        live: liveByRecord,
        index,
        statusOf,
        appId,
        settings,
      },
    }),
  );
}

function pairOf(
  type: ObjectType,
  assignment: Assignment,
  {
    passedOver,
    stored,
    objects,
    gone,
    known,
  }: {
    readonly passedOver: ReadonlySet<ObjectId>;
    readonly stored: StoredState;
    readonly objects: ReadonlyMap<ObjectId, HubSpotObject>;
    readonly gone: ReadResult["gone"];
    readonly known: {
      live: ReadonlyMap<RecordId, LinkState>;
      index: StoredIndex;
      statusOf: StatusOf;
      appId: number;
      settings: Settings;
    };
  },
): Pair {
  const link =
    (assignment.record === null
      ? undefined
      : known.live.get(assignment.record)) ??
    endedLinkOf(known.index, assignment.record, assignment.object);
  const object =
    assignment.object === null
      ? null
      : (objects.get(assignment.object) ?? null);
  const isBack =
    link !== null &&
    (link.state === "object-deleted" ||
      (object !== null &&
        bringsBack(known.settings, type, link, object.properties)));
  const recordId =
    assignment.record ??
    (isBack ? deletedRecordOf(link, stored, known.live) : null);
  const record =
    recordId === null ? null : (stored.records.get(recordId) ?? null);
  return {
    objectType: type,
    record: record === null ? null : recordState(type, record),
    ...readingOf(assignment.object, object, gone, known.appId),
    link,
    attempts: recordId === null ? [] : known.index.attemptsOf(recordId),
    held: recordId === null ? [] : known.index.heldOf(recordId),
    conflict: conflictAsOf(assignment, objects),
    ambiguous: assignment.ambiguous,
    ...(assignment.by === "identity" ? { guessed: true } : {}),
    ...(assignment.record === null && passedOver.has(assignment.object ?? "")
      ? { candidate: true }
      : {}),
    parents: known.statusOf(record, object),
  };
}

/** What HubSpot said of the object that a pair names, if it was asked. */
function readingOf(
  id: ObjectId | null,
  object: HubSpotObject | null,
  gone: ReadResult["gone"],
  appId: number,
): ObjectReading {
  if (object !== null)
    return { reading: "there", object: objectState(object, appId) };
  if (id === null) return { reading: "none", object: null };
  return { reading: gone.get(id) ?? "not-asked", object: null };
}

function conflictAsOf(
  { conflict }: Assignment,
  objects: ReadonlyMap<ObjectId, HubSpotObject>,
): Pair["conflict"] {
  if (conflict === null) return null;
  const asOf = Object.fromEntries(
    conflict.objectIds.flatMap((id) => {
      const object = objects.get(id);
      return object === undefined ? [] : [[id, object.updatedAt.toISOString()]];
    }),
  );
  return { ...conflict, asOf };
}

/** An object that is back brings along the record that was deleted with it: decide says whether it is restored. */
function deletedRecordOf(
  link: LinkState,
  stored: StoredState,
  live: ReadonlyMap<RecordId, LinkState>,
): RecordId | null {
  if (live.has(link.recordId)) return null;
  const deletedAt = stored.records.get(link.recordId)?.deletedAt ?? null;
  return deletedAt === null ? null : link.recordId;
}

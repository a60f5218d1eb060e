import type { Db } from "../../database/database.ts";
import { TooManyBytesError } from "../../hubspot/errors.ts";
import type {
  Gateway,
  HubSpotObject,
  ReadQuery,
} from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import type { Identity } from "../../settings/types/descriptor.ts";
import type { BatchRequest } from "./batch-request.ts";
import { decideCreateObject } from "../decide/decide-create-object.ts";
import { EMAIL_UNVERIFIED } from "../decide/unverified-email.ts";
import type { Engine } from "../engine.ts";
import {
  contestedProperty,
  creationKeyProperty,
  identityKeyOf,
  identityOf,
} from "../values/identity.ts";
import type { Pair, Rules } from "../model.ts";
import { isOfItsTime } from "./open-creations.ts";
import type { OpenCreation } from "./open-creations.ts";
import { PASS_BYTES, PassTooLarge } from "./pass-bytes.ts";
import { indexStored } from "./pure/index-stored.ts";
import type { StoredIndex } from "./pure/index-stored.ts";
import { recordState, revivableObjects } from "./pure/stored-record.ts";
import { wantedProperties } from "./rules.ts";
import { sql } from "kysely";
import type {
  StoredAttempt,
  StoredRecord,
  StoredState,
} from "./stored-state.ts";

export interface ReadResult {
  readonly found: readonly HubSpotObject[];
  readonly gone: ReadonlyMap<
    ObjectId,
    "archived" | "deleted-by-event" | "missing"
  >;
}

/**
 * What HubSpot holds of a batch: what is linked or asked for, and what may be an unlinked record's own already. Throws
 * PassTooLarge if that is more than a pass works on, and the batch is not alone.
 */
export async function readObjects(
  engine: Engine,
  portalId: PortalId,
  {
    ask,
    rules,
    stored,
    asked,
    known,
    open,
    alone,
  }: {
    readonly ask: BatchRequest;
    readonly rules: Rules;
    readonly stored: StoredState;
    readonly asked: readonly ObjectId[];
    readonly known: ReadonlyMap<ObjectId, HubSpotObject>;
    /** Creations that can be recognized only by the history of their objects. */
    readonly open: readonly OpenCreation[];
    /** The batch cannot be halved. */
    readonly alone: boolean;
  },
): Promise<ReadResult> {
  const gateway = engine.hubspot.portal(portalId);
  const { objectType: type, priority } = ask;
  const properties = wantedProperties(rules, type);
  const live = stored.links.filter((link) => link.state === "live");
  const linkedRecords = new Set(live.map((link) => link.recordId));
  const index = indexStored(stored);
  const askedRecords = new Set(ask.recordIds);
  const unlinked = [...stored.records.values()].filter(
    (record) =>
      askedRecords.has(record.id) &&
      record.deletedAt === null &&
      !linkedRecords.has(record.id),
  );

  const ids = new Set<ObjectId>([
    ...asked,
    ...ask.hints,
    ...live.map((link) => link.objectId),
  ]);
  for (const record of unlinked) {
    for (const id of revivableObjects(index.linksOfRecord(record.id)))
      ids.add(id);
    for (const { made } of creationsOf(index, record))
      if (typeof made === "string") ids.add(made);
  }
  for (const id of known.keys()) ids.delete(id);

  const found = new Map<ObjectId, HubSpotObject>();
  const gone = new Map<ObjectId, "archived" | "deleted-by-event" | "missing">();
  if (ids.size > 0) {
    const sentTo = [...stored.attempts, ...open].flatMap(({ sent }) =>
      Object.keys(sent),
    );
    const answers = await withinPass(
      gateway.read(
        type,
        [...ids],
        {
          properties,
          ...(sentTo.length > 0 ? { history: [...new Set(sentTo)] } : {}),
          ...roomOf(alone),
        },
        { priority },
      ),
    );
    for (const [id, object] of answers) {
      if (object === null)
        gone.set(
          id,
          ask.deletedByEvent.has(id) ? "deleted-by-event" : "missing",
        );
      else found.set(object.id, object);
    }
    const missing = [...gone.keys()].filter((id) => gone.get(id) === "missing");
    if (missing.length > 0) {
      const archived = await gateway.read(
        type,
        missing,
        { properties: [], archived: true },
        { priority },
      );
      for (const [id, object] of archived)
        if (object?.archived === true) gone.set(id, "archived");
    }
  }

  if (ask.trigger.initiator === "workspace") {
    const candidates = unlinked.filter((record) =>
      mayBecomeAnObject(ask, rules, index, record),
    );
    for (const object of await withinPass(
      lookUp(
        engine,
        portalId,
        ask,
        identitiesToLookUp(type, index, candidates),
        {
          properties,
          ...roomOf(alone),
        },
      ),
    )) {
      if (!known.has(object.id)) found.set(object.id, object);
    }
  }
  return { found: [...found.values()], gone };
}

const roomOf = (alone: boolean): { readonly mostBytes?: number } =>
  alone ? {} : { mostBytes: PASS_BYTES };

async function withinPass<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof TooManyBytesError ? new PassTooLarge() : error;
  }
}

/** Asked of decide itself: only a record that would be created is worth a look-up. */
function mayBecomeAnObject(
  ask: BatchRequest,
  rules: Rules,
  index: StoredIndex,
  record: StoredRecord,
): boolean {
  const pair: Pair = {
    objectType: ask.objectType,
    record: recordState(ask.objectType, record),
    reading: "none",
    object: null,
    link: index.linksOfRecord(record.id)[0] ?? null,
    attempts: [],
    held: [],
    conflict: null,
    ambiguous: [],
    parents: [],
  };
  const { outcome, code } = decideCreateObject(rules, pair, ask.trigger);
  // An email that isn't sent may still lead to an object.
  return outcome === "created" || code === EMAIL_UNVERIFIED;
}

/** A record's creations that are not settled: with the object that HubSpot answered with, or with what was sent. */
const creationsOf = (
  index: StoredIndex,
  { id }: StoredRecord,
): StoredAttempt[] =>
  index.attemptsOf(id).filter(({ operation }) => operation === "create");

/** The records' emails or domains, and those that a creation sent which may have been carried out: another one since. */
const identitiesToLookUp = (
  type: ObjectType,
  index: StoredIndex,
  records: readonly StoredRecord[],
): string[] => [
  ...new Set(
    records.flatMap((record) => [
      ...(record.identity === null ? [] : [record.identity]),
      ...creationsOf(index, record).flatMap(
        ({ sent }) => identityOf(type, sent[contestedProperty(type)]?.h) ?? [],
      ),
    ]),
  ),
];

/** Objects that may be the records' own already: by email or domain. */
async function lookUp(
  engine: Engine,
  portalId: PortalId,
  ask: BatchRequest,
  identities: readonly string[],
  query: ReadQuery,
): Promise<HubSpotObject[]> {
  const key = identityKeyOf(ask.objectType);
  if (key === null || identities.length === 0) return [];
  const read = key.unique
    ? await lookUpByValue(engine, portalId, { ask, key, identities, query })
    : await lookUpBySearch(engine, portalId, ask, identities, query);
  return [...read.values()].filter((object) => object !== null);
}

const lookUpByValue = (
  engine: Engine,
  portalId: PortalId,
  {
    ask: { objectType, priority },
    key: { property },
    identities,
    query,
  }: {
    readonly ask: BatchRequest;
    readonly key: Identity;
    readonly identities: readonly string[];
    readonly query: ReadQuery;
  },
): ReturnType<Gateway["read"]> =>
  engine.hubspot
    .portal(portalId)
    .read(
      objectType,
      identities,
      { ...query, idProperty: property },
      { priority },
    );

/**
 * The search index lags: what it names may be deleted, merged away, or have another domain by now, and what was created
 * or changed a moment ago it does not name. What was seen before is known without it.
 */
async function lookUpBySearch(
  engine: Engine,
  portalId: PortalId,
  { objectType: type, priority }: BatchRequest,
  identities: readonly string[],
  query: ReadQuery,
): ReturnType<Gateway["read"]> {
  const gateway = engine.hubspot.portal(portalId);
  const indexed = await gateway.searchByIdentity(type, identities, [], {
    priority,
  });
  const named = [
    ...new Set([
      ...indexed.map((object) => object.id),
      ...(await engine.database.inPortal(portalId, (db) =>
        objectsKnownBy(db, portalId, type, identities),
      )),
    ]),
  ];
  return named.length === 0
    ? new Map()
    : gateway.read(type, named, query, { priority });
}

/**
 * Objects of the live records that have one of these identities, and those last seen with one as an additional one.
 * Indexes record_by_identity, object_by_identity.
 */
async function objectsKnownBy(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  identities: readonly string[],
): Promise<ObjectId[]> {
  const { rows } = await sql<{ object_id: ObjectId }>`
    select l.object_id from record r
    join link l on l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live'
    where r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null
      and r.identity = any (${identities}::text[])
    union
    select object_id from object_identity
    where portal_id = ${portalId} and object_type = ${type} and identity = any (${identities}::text[])`.execute(
    db,
  );
  return rows.map((row) => row.object_id);
}

/** What became of creations whose response was lost. */
export interface OpenCreationsRead {
  /** Objects that came of them. */
  readonly found: readonly HubSpotObject[];
  /** Objects that came of them and were deleted before anything linked them, by the creation's key. */
  readonly archived: ReadonlyMap<string, ObjectId>;
}

/**
 * Returns the objects of creations whose response is lost or yet to come, asked for by counterpart_record_id: an
 * unlinked record that has one is matched with nothing else first. No call without such a creation; a second one for
 * those that HubSpot does not show, which HubSpot may have executed, and whose objects somebody may have deleted since.
 */
export async function readOpenCreations(
  engine: Engine,
  portalId: PortalId,
  {
    ask,
    rules,
    stored,
    alone,
  }: {
    readonly ask: BatchRequest;
    readonly rules: Rules;
    readonly stored: StoredState;
    readonly alone: boolean;
  },
): Promise<OpenCreationsRead> {
  const none = { found: [], archived: new Map<string, ObjectId>() };
  if (!rules.uniqueProperty) return none;
  const linked = new Set(
    stored.links.flatMap((link) =>
      link.state === "live" ? [link.recordId] : [],
    ),
  );
  const open = stored.attempts.filter(
    ({ operation, recordId, creationKey }) =>
      operation === "create" && creationKey !== null && !linked.has(recordId),
  );
  if (open.length === 0) return none;
  const keysOf = (attempts: readonly StoredAttempt[]): string[] =>
    attempts.flatMap(({ creationKey }) => creationKey ?? []);
  const gateway = engine.hubspot.portal(portalId);
  const { objectType: type, priority } = ask;
  const byKey = await withinPass(
    gateway.read(
      type,
      keysOf(open),
      {
        properties: wantedProperties(rules, type),
        idProperty: creationKeyProperty,
        ...roomOf(alone),
      },
      { priority },
    ),
  );
  const unseen = open.filter(
    ({ creationKey, underWay }) =>
      underWay !== true && (byKey.get(creationKey ?? "") ?? null) === null,
  );
  const archived =
    unseen.length === 0
      ? new Map<string, HubSpotObject | null>()
      : await gateway.read(
          type,
          keysOf(unseen),
          { properties: [], idProperty: creationKeyProperty, archived: true },
          { priority },
        );
  return {
    found: [...byKey.values()].filter((object) => object !== null),
    archived: new Map(
      unseen.flatMap((attempt): [string, ObjectId][] => {
        const key = attempt.creationKey ?? "";
        const object = archived.get(key) ?? null;
        return object?.archived === true &&
          isOfItsTime(object, attempt) &&
          // Of an earlier creation of the same record, under the same key.
          !stored.links.some(({ objectId }) => objectId === object.id)
          ? [[key, object.id]]
          : [];
      }),
    ),
  };
}

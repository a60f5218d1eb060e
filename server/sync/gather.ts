import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import type { HubSpotObject, Priority } from "../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../settings/object-type.ts";
import { assign } from "./assign.ts";
import type { Assignment, ObjectCandidate, RecordCandidate } from "./assign.ts";
import { decideCreateObject } from "./decide-create-object.ts";
import type { Engine } from "./engine.ts";
import { identityKeys, identityOf } from "./identity.ts";
import type {
  CompanyStanding,
  LinkState,
  ObjectState,
  Pair,
  RecordState,
  Rules,
  Trigger,
} from "./model.ts";
import { UNIQUE_PROPERTY } from "./prepare-portal.ts";
import { loadRules, wantedProperties } from "./rules.ts";
import { settleMerges } from "./settle-merges.ts";
import { loadStoredState } from "./stored-state.ts";
import type { StoredRecord, StoredState, Wanted } from "./stored-state.ts";

/** Which records and objects to look at, at most 100 of them together, and on whose account. */
export interface Ask {
  readonly objectType: ObjectType;
  readonly recordIds: readonly RecordId[];
  readonly objectIds: readonly ObjectId[];
  /** Objects that a page brought along; not read again. */
  readonly objects: readonly HubSpotObject[];
  /** Objects of which an event says that they were deleted. */
  readonly deletedByEvent: ReadonlySet<ObjectId>;
  /** Objects that a refusal named as holding a record's identity: candidates like any other. */
  readonly hints: readonly ObjectId[];
  readonly trigger: Trigger;
  readonly priority: Priority;
}

export interface Gathered {
  readonly rules: Rules;
  readonly pairs: readonly Pair[];
  readonly stored: StoredState;
  /** What HubSpot answered, by the id that it answered with. */
  readonly objects: ReadonlyMap<ObjectId, HubSpotObject>;
  /** Asked ids for which HubSpot has nothing, and no link knows them either. */
  readonly unknownObjects: readonly ObjectId[];
}

/**
 * Loads both sides of a batch, with links, bases, open attempts and held fields, in a fixed number of queries and
 * calls; settles merges on the way; matches; and hands out pairs. Nothing here decides.
 */
export async function gather(
  engine: Engine,
  portalId: PortalId,
  ask: Ask,
  companyStanding: (
    records: readonly StoredRecord[],
    objects: readonly HubSpotObject[],
  ) => Promise<StandingOf>,
): Promise<Gathered> {
  const { objectType: type } = ask;
  const objects = new Map(ask.objects.map((object) => [object.id, object]));
  const inPortal = <T>(work: (db: Db) => Promise<T>): Promise<T> =>
    engine.database.inPortal(portalId, work);

  const first = await inPortal(async (db) => {
    const asked = await followObjectAliases(db, portalId, type, ask.objectIds);
    return {
      asked,
      rules: await loadRules(db, portalId, type),
      stored: await loadStoredState(
        db,
        portalId,
        type,
        wantedFor(ask, asked, [...objects.values()]),
      ),
    };
  });
  const { rules } = first;
  let { stored } = first;

  const read = await readObjects(
    engine,
    portalId,
    ask,
    rules,
    stored,
    first.asked,
    objects,
  );
  for (const object of read.found) objects.set(object.id, object);

  const merged = [...objects.values()].some(
    (object) => object.mergedIds.length > 0,
  );
  // Objects of live links bring nothing to match: what was loaded with their records stands, and apply checks that it
  // still does. That is every batch of mere updates, and a read of a card.
  const live = new Set(
    stored.links.flatMap(({ state, objectId }) =>
      state === "live" ? [objectId] : [],
    ),
  );
  if (merged || read.found.some(({ id }) => !live.has(id))) {
    const found = [...objects.values()];
    stored = await inPortal(async (db) => {
      if (merged) {
        await settleMerges(db, portalId, type, rules.settings, found);
        await engine.checkpoint("merge-decided");
      }
      return loadStoredState(
        db,
        portalId,
        type,
        wantedFor(ask, first.asked, found),
      );
    });
  }

  const pairs = await formPairs(
    ask,
    rules,
    stored,
    objects,
    read.gone,
    companyStanding,
  );
  const linked = new Set(stored.links.map((link) => link.objectId));
  return {
    rules,
    pairs,
    stored,
    objects,
    unknownObjects: first.asked.filter(
      (id) => read.gone.has(id) && !linked.has(id),
    ),
  };
}

export type StandingOf = (
  record: StoredRecord | null,
  object: HubSpotObject | null,
) => CompanyStanding;

async function followObjectAliases(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  ids: readonly ObjectId[],
): Promise<ObjectId[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ old_id: ObjectId; object_id: ObjectId }>`
    select old_id, object_id from object_alias
    where portal_id = ${portalId} and object_type = ${type} and old_id = any (${ids}::bigint[])`.execute(
    db,
  );
  const aliases = new Map(rows.map((row) => [row.old_id, row.object_id]));
  return [...new Set(ids.map((id) => aliases.get(id) ?? id))];
}

function wantedFor(
  ask: Ask,
  asked: readonly ObjectId[],
  objects: readonly HubSpotObject[],
): Wanted {
  return {
    recordIds: ask.recordIds,
    objectIds: [
      ...new Set([
        ...asked,
        ...objects.flatMap((object) => [object.id, ...object.mergedIds]),
      ]),
    ],
    identities: [
      ...new Set(
        objects.flatMap((object) => identitiesOf(ask.objectType, object)),
      ),
    ],
    creationKeys: objects.flatMap((object) => creationKeyOf(object) ?? []),
  };
}

/** A contact's email, then its additional ones; a company's domain. Canonical. */
function identitiesOf(type: ObjectType, object: HubSpotObject): string[] {
  const first = object.properties[identityKeys[type].property];
  const more =
    type === "contact"
      ? (object.properties["hs_additional_emails"] ?? "").split(";")
      : [];
  return [first, ...more].flatMap((value) => identityOf(type, value) ?? []);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function creationKeyOf(object: HubSpotObject): string | null {
  const key = object.properties[UNIQUE_PROPERTY] ?? "";
  return uuid.test(key) ? key.toLowerCase() : null;
}

interface ReadResult {
  readonly found: readonly HubSpotObject[];
  readonly gone: ReadonlyMap<
    ObjectId,
    "archived" | "deleted-by-event" | "missing"
  >;
}

async function readObjects(
  engine: Engine,
  portalId: PortalId,
  ask: Ask,
  rules: Rules,
  stored: StoredState,
  asked: readonly ObjectId[],
  known: ReadonlyMap<ObjectId, HubSpotObject>,
): Promise<ReadResult> {
  const gateway = engine.hubspot.portal(portalId);
  const { objectType: type, priority } = ask;
  const properties = wantedProperties(rules, type);
  const live = stored.links.filter((link) => link.state === "live");
  const linkedRecords = new Set(live.map((link) => link.recordId));
  const unlinked = [...stored.records.values()].filter(
    (record) =>
      ask.recordIds.includes(record.id) &&
      record.deletedAt === null &&
      !linkedRecords.has(record.id),
  );

  const ids = new Set<ObjectId>([
    ...asked,
    ...ask.hints,
    ...live.map((link) => link.objectId),
  ]);
  for (const record of unlinked)
    for (const id of revivableObjects(stored, record)) ids.add(id);
  for (const id of known.keys()) ids.delete(id);

  const found = new Map<ObjectId, HubSpotObject>();
  const gone = new Map<ObjectId, "archived" | "deleted-by-event" | "missing">();
  if (ids.size > 0) {
    const sentTo = stored.attempts.flatMap((attempt) =>
      Object.keys(attempt.sent),
    );
    const answers = await gateway.read(
      type,
      [...ids],
      {
        properties,
        ...(sentTo.length > 0 ? { history: [...new Set(sentTo)] } : {}),
      },
      { priority },
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
      mayBecomeAnObject(ask, rules, stored, record),
    );
    for (const object of await lookUp(
      engine,
      portalId,
      ask,
      rules,
      candidates,
      stored,
      properties,
    )) {
      if (!known.has(object.id)) found.set(object.id, object);
    }
  }
  return { found: [...found.values()], gone };
}

const revivableStates: readonly LinkState["state"][] = [
  "object-deleted",
  "record-deleted",
];

const revivableObjects = (
  stored: StoredState,
  record: StoredRecord,
): ObjectId[] =>
  stored.links
    .filter(
      (link) =>
        link.recordId === record.id && revivableStates.includes(link.state),
    )
    .map((link) => link.objectId);

/** Asked of decide itself: only a record that would be created is worth a look-up. */
function mayBecomeAnObject(
  ask: Ask,
  rules: Rules,
  stored: StoredState,
  record: StoredRecord,
): boolean {
  const pair: Pair = {
    objectType: ask.objectType,
    record: recordState(ask.objectType, record),
    object: null,
    objectGone: null,
    link: stored.links.find((link) => link.recordId === record.id) ?? null,
    attempts: [],
    held: [],
    conflict: null,
    ambiguous: [],
    company: { has: true, blockedBy: null },
  };
  return decideCreateObject(rules, pair, ask.trigger).outcome === "created";
}

/** Objects that may be the records' own already: by creation key, then by email or domain. */
async function lookUp(
  engine: Engine,
  portalId: PortalId,
  ask: Ask,
  rules: Rules,
  records: readonly StoredRecord[],
  stored: StoredState,
  properties: readonly string[],
): Promise<HubSpotObject[]> {
  if (records.length === 0) return [];
  const gateway = engine.hubspot.portal(portalId);
  const { objectType: type, priority } = ask;
  const ids = new Set(records.map((record) => record.id));
  const keys = stored.attempts
    .filter(
      (attempt) => attempt.operation === "create" && ids.has(attempt.recordId),
    )
    .flatMap((attempt) => attempt.creationKey ?? []);
  const identities = [
    ...new Set(records.flatMap((record) => record.identity ?? [])),
  ];

  const found: HubSpotObject[] = [];
  if (keys.length > 0 && rules.uniqueProperty) {
    const byKey = await gateway.read(
      type,
      keys,
      { properties, idProperty: UNIQUE_PROPERTY },
      { priority },
    );
    for (const object of byKey.values())
      if (object !== null) found.push(object);
  }
  if (identities.length > 0 && type === "contact") {
    const byEmail = await gateway.read(
      type,
      identities,
      { properties, idProperty: "email" },
      { priority },
    );
    for (const object of byEmail.values())
      if (object !== null) found.push(object);
  }
  if (identities.length > 0 && type === "company") {
    const indexed = await gateway.findCompaniesByDomain(identities, [], {
      priority,
    });
    // The search index lags: what it names may be deleted, merged away, or have another domain by now, and what was
    // created a moment ago it does not name. Those of our own links are known without it.
    const named = [
      ...new Set([
        ...indexed.map((object) => object.id),
        ...(await engine.database.inPortal(portalId, (db) =>
          objectsLinkedTo(db, portalId, type, identities),
        )),
      ]),
    ];
    const present =
      named.length === 0
        ? []
        : await gateway.read(type, named, { properties }, { priority });
    for (const [, object] of present) if (object !== null) found.push(object);
  }
  return found;
}

/** Objects of the live records that hold one of these identities. Index record_by_identity. */
async function objectsLinkedTo(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  identities: readonly string[],
): Promise<ObjectId[]> {
  const { rows } = await sql<{ object_id: ObjectId }>`
    select l.object_id from record r
    join link l on l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live'
    where r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null
      and r.identity = any (${identities}::text[])`.execute(db);
  return rows.map((row) => row.object_id);
}

async function formPairs(
  ask: Ask,
  rules: Rules,
  stored: StoredState,
  objects: ReadonlyMap<ObjectId, HubSpotObject>,
  gone: ReadResult["gone"],
  companyStanding: (
    records: readonly StoredRecord[],
    objects: readonly HubSpotObject[],
  ) => Promise<StandingOf>,
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
  const endedOf = (
    record: RecordId | null,
    object: ObjectId | null,
  ): LinkState | null =>
    stored.links.find(
      (link) =>
        link.state !== "live" &&
        link.recordId === record &&
        link.objectId === object,
    ) ??
    stored.links.find(
      (link) =>
        link.state !== "live" &&
        (record !== null && object !== null
          ? false
          : link.recordId === record || link.objectId === object),
    ) ??
    null;

  // A record that was deleted before its creation had landed still owns the object that came of it.
  const everLinked = new Set(stored.links.map((link) => link.recordId));
  const landed = new Set(
    [...objects.values()].flatMap((object) => creationKeyOf(object) ?? []),
  );
  const keysOf = (record: StoredRecord): string[] => [
    record.id,
    ...stored.attempts
      .filter((attempt) => attempt.recordId === record.id)
      .flatMap((attempt) => attempt.creationKey ?? []),
  ];
  const records = [...stored.records.values()].filter(
    (record) =>
      record.deletedAt === null ||
      liveByRecord.has(record.id) ||
      (!everLinked.has(record.id) &&
        keysOf(record).some((key) => landed.has(key))),
  );
  const assignments = assign(
    type,
    records.map((record): RecordCandidate => {
      const former = stored.links.filter(
        (link) => link.recordId === record.id && link.state !== "live",
      );
      return {
        id: record.id,
        identity: record.deletedAt === null ? record.identity : null,
        creationKeys: keysOf(record),
        linkedTo: liveByRecord.get(record.id)?.objectId ?? null,
        formerObjects: former.map((link) => link.objectId),
        revivable: revivableObjects(stored, record),
        preferredObjects: [],
        createdAt: record.createdAt,
      };
    }),
    [...objects.values()].map((object): ObjectCandidate => ({
      id: object.id,
      identities: identitiesOf(type, object),
      creationKey: creationKeyOf(object),
      linkedTo: liveByObject.get(object.id)?.recordId ?? null,
    })),
  );

  const concerned = assignments.filter(
    ({ record, object }) =>
      (record !== null && askedRecords.has(record)) ||
      (object !== null && isAsked(ask, object, objects, gone)) ||
      (object !== null && gone.has(object)),
  );
  const standingOf = await companyStanding(
    concerned.flatMap(({ record }) =>
      record === null ? [] : (stored.records.get(record) ?? []),
    ),
    concerned.flatMap(({ object }) =>
      object === null ? [] : (objects.get(object) ?? []),
    ),
  );
  return concerned.map((assignment) =>
    pairOf(type, assignment, stored, objects, gone, {
      live: liveByRecord,
      ended: endedOf,
      standingOf,
      rules,
    }),
  );
}

/** Candidates that were only loaded for matching are not looked at on their own account. */
function isAsked(
  ask: Ask,
  id: ObjectId,
  objects: ReadonlyMap<ObjectId, HubSpotObject>,
  gone: ReadResult["gone"],
): boolean {
  if (gone.has(id)) return true;
  if (ask.objects.some((object) => object.id === id)) return true;
  if (ask.objectIds.includes(id)) return true;
  const object = objects.get(id);
  return (
    object?.mergedIds.some((merged) => ask.objectIds.includes(merged)) === true
  );
}

function pairOf(
  type: ObjectType,
  assignment: Assignment,
  stored: StoredState,
  objects: ReadonlyMap<ObjectId, HubSpotObject>,
  gone: ReadResult["gone"],
  known: {
    live: ReadonlyMap<RecordId, LinkState>;
    ended: (
      record: RecordId | null,
      object: ObjectId | null,
    ) => LinkState | null;
    standingOf: StandingOf;
    rules: Rules;
  },
): Pair {
  const object =
    assignment.object === null
      ? null
      : (objects.get(assignment.object) ?? null);
  const link =
    (assignment.record === null
      ? undefined
      : known.live.get(assignment.record)) ??
    known.ended(assignment.record, assignment.object);
  const recordId =
    assignment.record ?? deletedRecordOf(link, stored, known.live);
  const record =
    recordId === null ? null : (stored.records.get(recordId) ?? null);
  return {
    objectType: type,
    record: record === null ? null : recordState(type, record),
    object: object === null ? null : objectState(object),
    objectGone:
      assignment.object === null ? null : (gone.get(assignment.object) ?? null),
    link,
    attempts: stored.attempts.filter(
      (attempt) => attempt.recordId === recordId,
    ),
    held: stored.held.filter((held) => held.recordId === recordId),
    conflict: assignment.conflict,
    ambiguous: assignment.ambiguous,
    company: known.standingOf(record, object),
  };
}

/** An object that is back brings along the record that was deleted with it: decide says whether it is restored. */
function deletedRecordOf(
  link: LinkState | null,
  stored: StoredState,
  live: ReadonlyMap<RecordId, LinkState>,
): RecordId | null {
  if (link?.state !== "object-deleted" || live.has(link.recordId)) return null;
  const deletedAt = stored.records.get(link.recordId)?.deletedAt ?? null;
  return deletedAt === null ? null : link.recordId;
}

const recordState = (type: ObjectType, record: StoredRecord): RecordState => ({
  id: record.id,
  objectType: type,
  properties: record.properties,
  companyId: record.companyId,
  revision: record.revision,
  deletedAt: record.deletedAt,
});

const objectState = (object: HubSpotObject): ObjectState => ({
  id: object.id,
  properties: object.properties,
  updatedAt: object.updatedAt.getTime(),
  archived: object.archived,
  mergedIds: object.mergedIds,
  writtenByUs: new Set(
    Object.entries(object.history ?? {})
      .filter(([, entries]) => entries[0]?.sourceType === "INTEGRATION")
      .map(([name]) => name),
  ),
  ourValues: Object.fromEntries(
    Object.entries(object.history ?? {}).map(([name, entries]) => [
      name,
      entries
        .filter((entry) => entry.sourceType === "INTEGRATION")
        .map((entry) => ({
          value: entry.value,
          at: entry.timestamp.getTime(),
        })),
    ]),
  ),
});

import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { nameFieldsOf } from "../../workspace/name-fields.ts";
import type { Engine } from "../engine.ts";
import type { Properties } from "../model.ts";
import { identityKeyOf, identityOf } from "../values/identity.ts";
import { nameOf, shownText } from "../values/shown-text.ts";
import type { HubSpotRefusal } from "./hubspot-refusal.ts";
import { hubSpotRefusal } from "./hubspot-refusal.ts";

/** A record, an object, or a linked pair that a person looks for. */
export interface FoundSubject {
  readonly recordId: RecordId | null;
  readonly objectId: ObjectId | null;
  readonly name: string;
  /** Its email or domain, if that isn't its name. */
  readonly identity: string | null;
}

export interface Found {
  readonly subjects: readonly FoundSubject[];
  /** Why HubSpot couldn't be searched; what the workspace has is found all the same. */
  readonly unread: HubSpotRefusal | null;
}

const MOST = 10;
/** Records of a type whose names are read, the newest first: 20,000 take some 40 ms. By email or domain, all are found. */
const MOST_READ = 20_000;
const MOST_WORDS = 5;

/**
 * Finds records and objects of a type by words of their name, or by their email or domain: ten of the workspace's, the
 * newest first, and ten that HubSpot's search names. One search of HubSpot's.
 */
export async function findSubjects(
  engine: Pick<Engine, "database" | "now"> & {
    readonly hubspot: Pick<Engine["hubspot"], "portal">;
  },
  portalId: PortalId,
  type: ObjectType,
  text: string,
): Promise<Found> {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, MOST_WORDS);
  if (words.length === 0) return { subjects: [], unread: null };
  const { database } = engine;
  const [records, inHubSpot] = await Promise.all([
    database.inPortal(portalId, (db) =>
      findRecords(db, portalId, type, {
        words,
        identity: identityOf(type, text),
      }),
    ),
    findObjects(engine, portalId, type, words.join(" ")),
  ]);
  if ("reason" in inHubSpot)
    return {
      subjects: records.map((row) => subjectOf(type, row)),
      unread: inHubSpot,
    };
  const known = new Set(records.flatMap(({ objectId }) => objectId ?? []));
  const objects = inHubSpot.filter(({ id }) => !known.has(id));
  const linked = await database.inPortal(portalId, (db) =>
    recordsOf(
      db,
      portalId,
      type,
      objects.map(({ id }) => id),
    ),
  );
  return {
    subjects: [
      ...records.map((row) => subjectOf(type, row)),
      ...objects.map((object) =>
        subjectOf(type, {
          id: linked.get(object.id) ?? null,
          objectId: object.id,
          properties: propertiesOf(type, object),
        }),
      ),
    ],
    unread: null,
  };
}

interface Row {
  readonly id: RecordId | null;
  readonly objectId: ObjectId | null;
  readonly properties: Properties;
}

function subjectOf(
  type: ObjectType,
  { id, objectId, properties }: Row,
): FoundSubject {
  const name = nameOf(properties, id ?? objectId ?? "");
  const field = identityKeyOf(type)?.field;
  const identity = field === undefined ? null : shownText(properties[field]);
  return {
    recordId: id,
    objectId,
    name,
    identity: identity === name ? null : identity,
  };
}

/** The fields by which a type's records are found. */
function searchedFields(type: ObjectType): string[] {
  const identity = identityKeyOf(type);
  const names = descriptorOf(type).namedBy.flat();
  return [...new Set(identity === null ? names : [...names, identity.field])];
}

/** Indexes record_by_update (backwards), record_by_identity, link_live_record. */
async function findRecords(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { words, identity }: { words: readonly string[]; identity: string | null },
): Promise<Row[]> {
  const text = sql.join(
    searchedFields(type).map(
      (field) => sql`left(r.properties ->> ${field}::text, 500)`,
    ),
  );
  const { rows } = await sql<Row>`
    with recent as (
      select id, properties, updated_at from record
      where portal_id = ${portalId} and object_type = ${type} and deleted_at is null
      order by updated_at desc, id desc limit ${MOST_READ}
    ), found as (
      select id, updated_at, 1 as rank from record
        where portal_id = ${portalId} and object_type = ${type} and deleted_at is null and identity = ${identity}
      union
      (select r.id, r.updated_at, 2 as rank from recent r
        where not exists (
          select from unnest(${words}::text[]) w where position(w in lower(concat_ws(' ', ${text}))) = 0)
        order by r.updated_at desc, r.id desc limit ${MOST})
    )
    select r.id, l.object_id::text as "objectId", ${nameFieldsOf("r")} as properties
    from (select id, min(rank) as rank, max(updated_at) as updated_at from found group by id) f
    join record r on r.portal_id = ${portalId} and r.id = f.id
    left join link l on l.portal_id = ${portalId} and l.record_id = r.id and l.state = 'live'
    order by f.rank, f.updated_at desc, r.id limit ${MOST}`.execute(db);
  return rows;
}

/** What HubSpot's search names, or why HubSpot couldn't be searched. */
async function findObjects(
  engine: Parameters<typeof findSubjects>[0],
  portalId: PortalId,
  type: ObjectType,
  words: string,
): Promise<readonly HubSpotObject[] | HubSpotRefusal> {
  try {
    return await engine.hubspot
      .portal(portalId)
      .find(
        type,
        { words, properties: shownProperties(type), limit: MOST },
        { priority: "interactive", deadlineMs: 6_000 },
      );
  } catch (error) {
    const refusal = hubSpotRefusal(error, engine.now());
    if (refusal === null) throw error;
    return refusal;
  }
}

/** HubSpot's own properties of the fields that name a record: its name there, whatever is mapped. */
const shownProperties = (type: ObjectType): string[] =>
  searchedFields(type).flatMap((field) => {
    const property = descriptorOf(type).fields[field]?.mapping?.property;
    return property === undefined ? [] : [property];
  });

const propertiesOf = (
  type: ObjectType,
  { properties }: HubSpotObject,
): Properties =>
  Object.fromEntries(
    searchedFields(type).flatMap((field) => {
      const property = descriptorOf(type).fields[field]?.mapping?.property;
      const value = property === undefined ? null : properties[property];
      return typeof value === "string" ? [[field, value]] : [];
    }),
  );

/** The records that objects are linked to, by object. Index link_live_object. */
async function recordsOf(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  ids: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, RecordId>> {
  const { rows } = await sql<{ objectId: ObjectId; recordId: RecordId }>`
    select object_id::text as "objectId", record_id as "recordId" from link
    where portal_id = ${portalId} and object_type = ${type} and state = 'live' and object_id = any (${ids}::bigint[])`.execute(
    db,
  );
  return new Map(rows.map(({ objectId, recordId }) => [objectId, recordId]));
}

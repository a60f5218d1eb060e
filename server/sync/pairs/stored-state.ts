import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { isTooLarge, storedBytes } from "../../workspace/stored-bytes.ts";
import { withoutInherited } from "../../own-properties.ts";
import { loadMergedInto } from "../merges/load-merges.ts";
import type {
  Base,
  HeldField,
  LinkState,
  OpenAttempt,
  Parked,
  Properties,
  SentValue,
} from "../model.ts";
import { PASS_BYTES, PassTooLarge } from "./pass-bytes.ts";

/** What the database knows of a batch, loaded in a fixed number of queries. */

export interface StoredRecord {
  readonly id: RecordId;
  /** Empty where `omittedBytes` says so; without some of the product's own fields where `unloadedBytes` does. */
  readonly properties: Properties;
  /** The bytes of its values, if they were not loaded: a record cannot have as many, or the batch had no more room. */
  readonly omittedBytes: number | null;
  /** The bytes of a large record's fields that sync has no use for, and that were not loaded. */
  readonly unloadedBytes: number;
  readonly companyId: RecordId | null;
  readonly identity: string | null;
  readonly revision: number;
  readonly createdAt: number;
  readonly deletedAt: number | null;
}

export interface StoredAttempt extends OpenAttempt {
  readonly recordId: RecordId;
  readonly creationKey: string | null;
  readonly createdAt: number;
}

export interface StoredState {
  readonly records: ReadonlyMap<RecordId, StoredRecord>;
  readonly links: readonly LinkState[];
  readonly attempts: readonly StoredAttempt[];
  readonly held: readonly (HeldField & { readonly recordId: RecordId })[];
  /** Asked record ids that were merged away, to their survivors. */
  readonly recordAliases: ReadonlyMap<RecordId, RecordId>;
}

export interface Wanted {
  readonly recordIds: readonly RecordId[];
  readonly objectIds: readonly ObjectId[];
  readonly identities: readonly string[];
  readonly creationKeys: readonly string[];
  /** The fields that sync has a use for: of a large record, no other is loaded. */
  readonly fields: readonly string[];
  /** There is one record or object that is asked for: the batch cannot be halved. */
  readonly alone: boolean;
}

/** Of a record with more bytes than this, only the fields that sync has a use for are loaded. */
const LARGE_BYTES = 16_384;

/** HubSpot's search shows a new object within half a minute (HUBSPOT-API.md 2.3); some more is waited. */
const indexLagSeconds = 45;

/** Open attempts of updates count for this long: a request can land late, but not for ever. */
export const openAttemptMinutes = 10;

/** What was cleared on the way to its value is known as ours for longer: the blank stays until the value is written. */
export const clearingHours = 24;

/**
 * The records that are named, linked to the objects, share an identity with them, or carry one of the creation keys,
 * with their links, open attempts and held fields. Six queries at most, whatever the size of the batch. Throws
 * PassTooLarge, with nothing of it loaded, if the batch has too many values and is not alone.
 */
export async function loadStoredState(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  wanted: Wanted,
): Promise<StoredState> {
  const recordAliases = await loadRecordAliases(db, portalId, wanted.recordIds);
  const recordIds = wanted.recordIds.map((id) => recordAliases.get(id) ?? id);

  const records = await loadRecords(db, portalId, type, {
    ...wanted,
    recordIds,
  });
  const ids = [...records.keys()];
  const links = await nameMergedInto(
    db,
    portalId,
    type,
    await loadLinks(db, portalId, type, ids, wanted),
  );
  const attempts = await loadAttempts(db, portalId, ids);
  const held = await loadHeld(db, portalId, ids);
  return { records, links, attempts, held, recordAliases };
}

/** Of these records, those that have been merged into another one, with that one. */
export async function loadRecordAliases(
  db: Db,
  portalId: PortalId,
  recordIds: readonly RecordId[],
): Promise<Map<RecordId, RecordId>> {
  if (recordIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("record_alias")
    .select(["old_id", "record_id"])
    .where("portal_id", "=", portalId)
    .where("old_id", "=", anyOf(recordIds))
    .execute();
  return new Map(rows.map((row) => [row.old_id, row.record_id]));
}

async function loadRecords(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  wanted: Wanted,
): Promise<Map<RecordId, StoredRecord>> {
  // The ids are found first, as an array, and the rows by primary key: joined to them, or with "or", a table without
  // statistics (a portal's first pull) is read whole for every page: 184 ms instead of 3.
  const isLarge = sql`${storedBytes("record")} > ${LARGE_BYTES}`;
  const { rows } = await sql<{
    id: RecordId;
    properties: Properties;
    omitted_bytes: number | null;
    unloaded_bytes: number;
    without_room: boolean;
    company_id: RecordId | null;
    identity: string | null;
    revision: number;
    created_at: Date;
    deleted_at: Date | null;
  }>`
    with found as materialized (
    select id, company_id, identity, revision, created_at, deleted_at, ${storedBytes("record")} as stored_bytes,
      -- A record that exceeds the limit may have hundreds of megabytes: nothing of it is looked into.
      ${isTooLarge("record")} as too_large, ${isLarge} and not ${isTooLarge("record")} as is_large,
      case when ${isTooLarge("record")} then '{}' when ${isLarge} then (
        select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(properties) where key = any (${wanted.fields}::text[])
      ) else properties end as properties
    from record
    where portal_id = ${portalId} and object_type = ${type} and id = any (array(
      select unnest(${wanted.recordIds}::uuid[])
      union select record_id from link
        where portal_id = ${portalId} and object_type = ${type} and object_id = any (${wanted.objectIds}::bigint[])
      union select id from record
        where portal_id = ${portalId} and object_type = ${type} and deleted_at is null
          and identity = any (${wanted.identities}::text[])
      union select id from record
        where portal_id = ${portalId} and id = any (${wanted.creationKeys}::uuid[])
      union select record_id from attempt
        where portal_id = ${portalId} and creation_key = any (${wanted.creationKeys}::uuid[])
      -- Of an object that is gone by now, only HubSpot's response to its creation says whose it was.
      union select record_id from attempt
        where portal_id = ${portalId} and object_type = ${type} and operation = 'create' and settled_at is null
          and answer ->> 'objectId' = any (${wanted.objectIds}::text[])
    ))), weighed as (
    select *, case when is_large then stored_bytes - octet_length(properties::text) else 0 end as unloaded_bytes from found
    ), measured as (
    select *, sum(case when too_large then 0 else stored_bytes - unloaded_bytes end) over (
      order by id = any (${wanted.recordIds}::uuid[]) desc, created_at, id rows unbounded preceding
    ) > ${PASS_BYTES} as without_room from weighed
    )
    select id, case when too_large or any_without_room then '{}' else properties end as properties,
      case when too_large or without_room then stored_bytes end as omitted_bytes, unloaded_bytes, without_room,
      company_id, identity, revision, created_at, deleted_at
    from (select *, not ${wanted.alone}::boolean and bool_or(without_room) over () or without_room as any_without_room from measured) found`.execute(
    db,
  );
  if (!wanted.alone && rows.some((row) => row.without_room))
    throw new PassTooLarge();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        properties: withoutInherited(row.properties),
        omittedBytes: row.omitted_bytes,
        unloadedBytes: row.unloaded_bytes,
        companyId: row.company_id,
        identity: row.identity,
        revision: row.revision,
        createdAt: row.created_at.getTime(),
        deletedAt: row.deleted_at?.getTime() ?? null,
      },
    ]),
  );
}

/** The bytes of a link's base, about: a small one is kept in its row, and need not be written out to be measured. */
const baseBytes = sql<number>`case when pg_column_size(base) < 2000 then pg_column_size(base) else octet_length(base::text) end`;

/**
 * Every link of the records, of their objects, and of the objects that are named; live ones first, then the latest that
 * ended. Apply takes a link that is not among them for one that was made since.
 */
async function loadLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  recordIds: readonly RecordId[],
  { objectIds, alone }: Pick<Wanted, "objectIds" | "alone">,
): Promise<LinkState[]> {
  const { rows } = await sql<{
    id: string;
    without_room: boolean;
    record_id: RecordId;
    object_id: ObjectId;
    state: LinkState["state"];
    base: Base;
    parked: Record<string, Parked>;
    seen_at: Date | null;
    ended_at: Date | null;
    kept_at: Date | null;
    edges_settled: string[];
    version: string;
  }>`
    with found as materialized (
    select *, xmin::text as version, sum(${baseBytes}) over () > ${PASS_BYTES} and not ${alone}::boolean as without_room from link
    where portal_id = ${portalId} and object_type = ${type} and id = any (array(
      select id from link where portal_id = ${portalId} and record_id = any (${recordIds}::uuid[])
      union select id from link
        where portal_id = ${portalId} and object_type = ${type} and object_id = any (
          array(select object_id from link where portal_id = ${portalId} and record_id = any (${recordIds}::uuid[]))
          || ${objectIds}::bigint[])
    )))
    select id, version, record_id, object_id, state, case when without_room then '{}' else base end as base,
      parked, seen_at, ended_at, kept_at, edges_settled, without_room
    from found order by (state = 'live') desc, ended_at desc nulls last, created_at desc`.execute(
    db,
  );
  if (rows.some((row) => row.without_room)) throw new PassTooLarge();
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    recordId: row.record_id,
    objectId: row.object_id,
    state: row.state,
    base: row.base,
    parked: row.parked,
    seenAt: row.seen_at?.getTime() ?? null,
    endedAt: row.ended_at?.getTime() ?? null,
    keptAt: row.kept_at?.getTime() ?? null,
    edgesSettled: row.edges_settled,
  }));
}

/** One more query where a link of the batch was merged away. */
async function nameMergedInto(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  links: readonly LinkState[],
): Promise<readonly LinkState[]> {
  const into = await loadMergedInto(
    db,
    portalId,
    type,
    links.flatMap(({ state, objectId }) =>
      state === "merged-away" ? [objectId] : [],
    ),
  );
  return links.map((link) => {
    const mergedInto =
      link.state === "merged-away" ? into.get(link.objectId) : undefined;
    return mergedInto === undefined ? link : { ...link, mergedInto };
  });
}

async function loadAttempts(
  db: Db,
  portalId: PortalId,
  recordIds: readonly RecordId[],
): Promise<StoredAttempt[]> {
  if (recordIds.length === 0) return [];
  // A creation stays open until it is settled, however long: its key must be read before another one is tried.
  const { rows } = await sql<{
    id: string;
    record_id: RecordId;
    operation: OpenAttempt["operation"];
    object_id: ObjectId | null;
    sent: Record<string, SentValue>;
    refused: string[];
    creation_key: string | null;
    made: ObjectId | null;
    created_at: Date;
    recent: boolean;
    answered: boolean;
    underWay: boolean;
  }>`
    select id, record_id, operation, object_id, sent, refused, creation_key, answer ->> 'objectId' as made, created_at,
      created_at > now() - make_interval(secs => ${indexLagSeconds}) as recent,
      coalesce(answer ->> 'kind' = 'result', false) as answered,
      claimed and claim_ends_at > now() as "underWay"
    from attempt
    where portal_id = ${portalId} and record_id = any (${recordIds}::uuid[]) and settled_at is null
      and (operation = 'create' or created_at > now() - make_interval(mins => ${openAttemptMinutes})
        or (created_at > now() - make_interval(hours => ${clearingHours}) and jsonb_path_exists(sent, '$.*.cleared')))
    order by created_at`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    recordId: row.record_id,
    operation: row.operation,
    objectId: row.object_id,
    sent: row.sent,
    refused: row.refused,
    creationKey: row.creation_key,
    made: row.made,
    createdAt: row.created_at.getTime(),
    recent: row.recent,
    answered: row.answered,
    underWay: row.underWay,
  }));
}

async function loadHeld(
  db: Db,
  portalId: PortalId,
  recordIds: readonly RecordId[],
): Promise<(HeldField & { recordId: RecordId })[]> {
  if (recordIds.length === 0) return [];
  const { rows } = await sql<{
    id: string;
    record_id: RecordId;
    field: string;
    details: { workspace?: unknown; hubspot?: string | null };
  }>`
    select id, record_id, field, details from attention
    where portal_id = ${portalId} and record_id = any (${recordIds}::uuid[]) and state = 'open' and kind = 'held'
      and part_of is null`.execute(db);
  return rows.map((row) => ({
    attentionId: row.id,
    recordId: row.record_id,
    field: row.field,
    workspace: row.details.workspace ?? null,
    hubspot: row.details.hubspot ?? null,
  }));
}

import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { primaryKindOf, pushedKindsOf } from "../../settings/types/index.ts";
import { linkableCodes, namedObjects } from "../attention/pure/choices.ts";
import { loadOptionLabels } from "../installation/definitions.ts";
import type { FieldChange, OptionLabels, Properties, Side } from "../model.ts";
import { nameFieldsOf } from "../../workspace/name-fields.ts";
import { loadChildren } from "./load-children.ts";
import type { ChildFacts } from "./load-children.ts";

export type RunState = "queued" | "running" | "paused" | "done" | "failed";

/**
 * What is stored of one pair beside its values: who moved it last, what needs a person, journal and runs. Of other
 * records, `properties` has only what names them.
 */
export interface Facts {
  readonly link: LinkFacts | null;
  readonly attention: readonly AttentionFacts[];
  readonly journal: readonly JournalFacts[];
  /** Names of the companies that the journal's lines speak of. */
  readonly companyNames: ReadonlyMap<RecordId, Properties>;
  readonly options: OptionLabels;
  /** Open entries of other records that may be linked to this object instead. */
  readonly claims: readonly ClaimFacts[];
  /** Open entries of the whole account: a missing permission, deletions to approve. */
  readonly account: readonly AttentionFacts[];
  /** Its children in the workspace, of the types that are pushed after it and that the portal syncs. */
  readonly children: readonly ChildFacts[];
  /** Its primary parent in the workspace. */
  readonly company: {
    readonly properties: Properties;
    readonly linked: boolean;
  } | null;
  readonly settingsVersion: number;
  /** Other records of the same email or domain. */
  readonly duplicates: readonly DuplicateFacts[];
  readonly run: { readonly id: string; readonly state: RunState } | null;
  readonly firstPull: {
    readonly done: number;
    readonly total: number | null;
  } | null;
}

export interface DuplicateFacts {
  readonly id: RecordId;
  readonly properties: Properties;
  readonly objectId: ObjectId | null;
}

interface LinkFacts {
  readonly pulledAt: Date | null;
  readonly pulledBy: string | null;
  readonly pushedAt: Date | null;
  readonly pushedBy: string | null;
}

export interface AttentionFacts {
  readonly id: string;
  readonly kind: "problem" | "held";
  readonly code: string;
  readonly field: string;
  readonly cause: string;
  readonly fix: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly initiator: "hubspot" | "workspace";
  readonly tries: number;
  readonly createdAt: Date;
}

export interface ClaimFacts extends AttentionFacts {
  readonly recordId: RecordId;
  readonly properties: Properties;
}

export interface JournalFacts {
  readonly id: string;
  readonly at: Date;
  readonly action: string;
  readonly source: string;
  readonly by: string;
  readonly code: string;
  readonly reason: string;
  readonly changes: readonly (Omit<FieldChange, "side"> & { side: Side })[];
}

/** A card shows no more than this many entries of each kind. */
const mostEntries = 200;
const mostOfAccount = 10;
const journalEntries = 10;
/** Of the changes of those entries; older ones are shown without. */
const journalBytes = 4 * 1_048_576;
const mostChanges = 50;
const mostDuplicates = 5;

/**
 * At most ten statements, each part by an index, whatever the size of the company.
 * @param synced the types that the portal syncs
 * @param properties those whose options are shown by name
 * @param companies those whose names are shown beside the journal's
 */
export async function loadFacts(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    recordId,
    objectId,
    synced,
    properties,
    companies = [],
  }: {
    readonly recordId: RecordId | null;
    readonly objectId: ObjectId | null;
    readonly synced: readonly ObjectType[];
    readonly properties: readonly string[];
    readonly companies?: readonly RecordId[];
  },
): Promise<Facts> {
  const journal = await loadJournal(db, portalId, type, recordId, objectId);
  const attention = await loadAttention(db, portalId, type, recordId, objectId);
  const parentColumn = primaryKindOf(type)?.primary.column;
  const companyIds = journal.flatMap(({ changes }) =>
    changes
      .filter(({ field }) => field === parentColumn)
      .flatMap(({ before, after }) => [before, after])
      .filter((id) => typeof id === "string"),
  );
  return {
    ...(await loadAround(db, portalId, type, recordId, objectId)),
    link: await loadLink(db, portalId, recordId),
    options: await loadOptionLabels(db, portalId, type, properties),
    attention,
    claims: await loadClaims(db, portalId, type, recordId, objectId),
    account: await loadAccountAttention(db, portalId, type),
    children: await loadChildren(db, portalId, type, recordId, synced),
    journal,
    companyNames: await loadNames(db, portalId, [
      ...companyIds,
      ...companies,
      ...attention
        .flatMap(({ details }) => namedObjects(details))
        .flatMap(({ recordId: holder }) => holder ?? []),
    ]),
  };
}

type Around = Pick<
  Facts,
  "company" | "settingsVersion" | "duplicates" | "run" | "firstPull"
>;

/**
 * What surrounds a pair, in one statement: its company, the settings' version, its possible duplicates, the type's full
 * pull that is under way, and a selection under way that names this record or object, or its children (index
 * run_waiting).
 */
async function loadAround(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  recordId: RecordId | null,
  objectId: ObjectId | null,
): Promise<Around> {
  const namesChild = pushedKindsOf(type).map(
    ({
      from,
    }) => sql`or object_type = ${sql.lit(from)} and scope -> 'recordIds' ? (
              select r.id::text from record r
              where r.portal_id = ${portalId} and r.company_id = ${recordId}::uuid and r.object_type = ${sql.lit(from)} and r.deleted_at is null
              order by r.id limit 1)`,
  );
  const { rows } = await sql<Around>`
    select (select jsonb_build_object('properties', ${nameFieldsOf("c")}, 'linked', exists (
          select from link l where l.portal_id = c.portal_id and l.record_id = c.id and l.state = 'live'))
        from record r
        join record c on c.portal_id = r.portal_id and c.id = r.company_id and c.deleted_at is null
        where r.portal_id = ${portalId} and r.id = ${recordId}::uuid) as company,
      coalesce((select max(version) from settings where portal_id = ${portalId}), 0) as "settingsVersion",
      (select coalesce(jsonb_agg(d), '[]') from (
        select o.id, ${nameFieldsOf("o")} as properties, l.object_id::text as "objectId"
        from workspace.possible_duplicates p
        join record o on o.portal_id = ${portalId} and o.id = p.other_id
        left join link l on l.portal_id = o.portal_id and l.record_id = o.id and l.state = 'live'
        where p.record_id = ${recordId}::uuid
        order by o.id limit ${mostDuplicates}) d) as duplicates,
      (select jsonb_build_object('id', id, 'state', state) from run
        where portal_id = ${portalId} and mode = 'selection' and state in ('queued', 'running')
          and (object_type = ${type}
              and (scope -> 'recordIds' ? ${recordId}::text or scope -> 'objectIds' ? ${objectId}::text)
            ${sql.join(namesChild, sql` `)})
        order by created_at limit 1) as run,
      (select jsonb_build_object('done', requested, 'total', expected) from run
        where portal_id = ${portalId} and kind = 'pull' and object_type = ${type} and mode = 'full'
          and state in ('queued', 'running', 'paused')
        limit 1) as "firstPull"`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error("A select without from has a row.");
  return row;
}

async function loadLink(
  db: Db,
  portalId: PortalId,
  recordId: RecordId | null,
): Promise<LinkFacts | null> {
  if (recordId === null) return null;
  const { rows } = await sql<LinkFacts>`
    select pulled_at as "pulledAt", pulled_by as "pulledBy", pushed_at as "pushedAt", pushed_by as "pushedBy" from link
    where portal_id = ${portalId} and record_id = ${recordId}::uuid
    order by (state = 'live') desc, ended_at desc nulls last, created_at desc limit 1`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** What is open of the pair: of the whole pair first, then the oldest. */
async function loadAttention(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  recordId: RecordId | null,
  objectId: ObjectId | null,
): Promise<AttentionFacts[]> {
  const { rows } = await sql<AttentionFacts>`
    select id, kind, code, field, cause, fix, details, initiator, tries, created_at as "createdAt" from attention
    where portal_id = ${portalId} and object_type = ${type} and state = 'open'
      and (record_id = ${recordId}::uuid or (record_id is null and object_id = ${objectId}::bigint))
    order by field <> '', created_at, id limit ${mostEntries}`.execute(db);
  return rows;
}

/**
 * Records that want this object and may be given it: they have no object, and so no card of their own. Read from the
 * type's open entries of these codes (index attention_open).
 */
async function loadClaims(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  recordId: RecordId | null,
  objectId: ObjectId | null,
): Promise<ClaimFacts[]> {
  if (objectId === null) return [];
  const { rows } = await sql<ClaimFacts>`
    select a.id, a.kind, a.code, a.field, a.cause, a.fix, a.details, a.initiator, a.tries, a.created_at as "createdAt",
      r.id as "recordId", ${nameFieldsOf("r")} as properties
    from attention a
    join record r on r.portal_id = a.portal_id and r.id = a.record_id
    where a.portal_id = ${portalId} and a.object_type = ${type} and a.state = 'open' and a.code = any (${linkableCodes}::text[])
      and a.record_id is distinct from ${recordId}::uuid and a.details -> 'objectIds' ? ${objectId}::text
    order by a.created_at, a.id limit ${mostOfAccount}`.execute(db);
  return rows;
}

/** What is open of the whole account, the oldest first. Index attention_open. */
async function loadAccountAttention(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<AttentionFacts[]> {
  const { rows } = await sql<AttentionFacts>`
    select id, kind, code, field, cause, fix, details, initiator, tries, created_at as "createdAt" from attention
    where portal_id = ${portalId} and object_type = ${type} and state = 'open'
      and record_id is null and object_id is null and part_of is null
    order by created_at, id limit ${mostOfAccount}`.execute(db);
  return rows;
}

/** Whether an entry is open, and of the pair whose object this is, of a record that wants it, or of the whole account. */
export async function isOpenFor(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objectId: ObjectId,
  attentionId: string,
): Promise<boolean> {
  const { rows } = await sql`
    select from attention a
    where a.portal_id = ${portalId} and a.id = ${attentionId}::uuid and a.state = 'open' and a.object_type = ${type}
      and (a.record_id is null and a.object_id is null or a.details -> 'objectIds' ? ${objectId}::text
        or a.object_id = ${objectId}::bigint or a.record_id in (
        select l.record_id from link l
        where l.portal_id = ${portalId} and l.object_type = ${type} and l.object_id = coalesce(
          (select o.object_id from object_alias o
            where o.portal_id = ${portalId} and o.object_type = ${type} and o.old_id = ${objectId}::bigint),
          ${objectId}::bigint)))`.execute(db);
  return rows.length > 0;
}

async function loadJournal(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  recordId: RecordId | null,
  objectId: ObjectId | null,
): Promise<JournalFacts[]> {
  const columns = sql`id, at, action, source, by_user as by, code, reason, changes`;
  const { rows } = await sql<JournalFacts>`
    select id, at, action, source, by, code, reason,
      case when sum(octet_length(changes::text)) over (order by id desc) <= ${journalBytes} then changes else '[]' end as changes
    from (
      (select ${columns} from journal
        where portal_id = ${portalId} and record_id = ${recordId}::uuid
        order by id desc limit ${journalEntries})
      union all
      (select ${columns} from journal
        where portal_id = ${portalId} and object_type = ${type} and object_id = ${objectId}::bigint
          and record_id is distinct from ${recordId}::uuid
        order by id desc limit ${journalEntries})
    ) j order by id desc limit ${journalEntries}`.execute(db);
  return rows.map((row) => ({
    ...row,
    id: String(row.id),
    changes: row.changes.slice(0, mostChanges),
  }));
}

async function loadNames(
  db: Db,
  portalId: PortalId,
  ids: readonly RecordId[],
): Promise<Map<RecordId, Properties>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: RecordId; properties: Properties }>`
    select id, ${nameFieldsOf("record")} as properties from record where portal_id = ${portalId} and id = any (${ids}::uuid[])`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.id, row.properties]));
}

import { sql } from "kysely";
import type { ObjectTruth } from "../../sandbox/crm/portal.ts";
import { plural } from "./fields.ts";
import type { Play } from "./play.ts";
import type { EntityType } from "./steps.ts";

/** What a portal holds on both sides, and what the engine says of it. */
export interface Ground {
  readonly records: ReadonlyMap<string, RecordRow>;
  readonly links: readonly LinkRow[];
  readonly attention: readonly AttentionRow[];
  readonly changes: readonly Change[];
  /** Why a record is left out, by its id. */
  readonly verdicts: ReadonlyMap<string, string>;
  /** Records and objects, by `type id`, whose creation on the other side a person has refused. */
  readonly refused: ReadonlySet<string>;
  /** Records that the engine has not done with. */
  readonly dirty: ReadonlySet<string>;
  /** Whom records belong to in the workspace, primary or not: contacts and deals to companies, deals to contacts. */
  readonly parents: ReadonlyMap<string, ReadonlySet<string>>;
  /** Creations that no link tells of any more, and none can: what deletions on either side have left of them. */
  readonly lost: readonly LostCreation[];
  /** Records that were merged away, to the ones that they were merged into. */
  readonly recordAliases: ReadonlyMap<string, string>;
  /** All of HubSpot's, alive, archived and merged away, by `type id`, since ids of two types may be the same number. */
  readonly objects: ReadonlyMap<string, TypedObject>;
}

export type TypedObject = ObjectTruth & { readonly type: EntityType };

export interface RecordRow {
  readonly id: string;
  readonly object_type: EntityType;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly company_id: string | null;
  readonly origin: string;
  readonly deleted_at: Date | null;
}

export interface LinkRow {
  readonly record_id: string;
  readonly object_id: string;
  readonly object_type: EntityType;
  readonly state: string;
  readonly created_at: Date;
}

/**
 * A creation in HubSpot whose record was deleted before it was linked, whether its response came or was lost; or whose
 * response was lost in a portal without the unique property: there, an object that somebody deletes at once cannot be
 * found any more.
 */
export interface LostCreation {
  readonly object_type: EntityType;
  readonly record_id: string;
  /** The object that HubSpot named in its response; null: the response was lost. */
  readonly made: string | null;
  readonly sent: Readonly<Record<string, { readonly h: string }>>;
}

export interface AttentionRow {
  readonly record_id: string | null;
  readonly object_id: string | null;
  readonly object_type: EntityType;
  readonly field: string;
  readonly code: string;
  readonly kind: string;
}

/** One field's change, as the journal tells of it. */
export interface Change {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly overwrote?: unknown;
}

/** HubSpot rewrites what it is given; so much counts as the same. */
export const plain = (value: unknown): string =>
  (typeof value === "string"
    ? value
    : value === null || value === undefined
      ? ""
      : JSON.stringify(value)
  )
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/(www\.)?/, "")
    .replace(/[./]+$/, "");

export async function survey(play: Play): Promise<Ground> {
  const { portalId } = play;
  const objects = new Map<string, TypedObject>();
  for (const type of ["contact", "company", "deal"] as const) {
    for (const object of play.portal.truth(plural[type]))
      objects.set(`${type} ${object.id}`, { ...object, type });
  }
  return play.inPortal(async (db) => {
    const records = await sql<RecordRow>`
      select id, object_type, properties, company_id, origin, deleted_at from record where portal_id = ${portalId}`.execute(
      db,
    );
    const links = await sql<LinkRow>`
      select record_id, object_id, object_type, state, created_at from link where portal_id = ${portalId}`.execute(
      db,
    );
    const attention = await sql<AttentionRow>`
      select record_id, object_id, object_type, field, code, kind from attention
      where portal_id = ${portalId} and state = 'open'`.execute(db);
    const changes = await sql<Change>`
      select c.field, c.before, c.after, c.overwrote from journal j,
        jsonb_to_recordset(j.changes) as c(field text, before jsonb, after jsonb, overwrote jsonb)
      where j.portal_id = ${portalId}`.execute(db);
    const verdicts = await sql<{ record_id: string; code: string }>`
      select record_id, code from sync_verdict where portal_id = ${portalId}`.execute(
      db,
    );
    const refused = await sql<{ key: string }>`
      select object_type || ' ' || subject as key from refused_creation where portal_id = ${portalId}`.execute(
      db,
    );
    const dirty = await sql<{ record_id: string }>`
      select record_id from dirty where portal_id = ${portalId}`.execute(db);
    const parents = await sql<{ child: string; parent: string }>`
      select id as child, company_id as parent from record
        where portal_id = ${portalId} and company_id is not null
      union select from_id, to_id from association where portal_id = ${portalId}`.execute(
      db,
    );
    const lost = await sql<LostCreation>`
      select a.object_type, a.record_id, a.answer ->> 'objectId' as made, a.sent from attempt a
      join record r on r.portal_id = a.portal_id and r.id = a.record_id
      join installation i on i.portal_id = a.portal_id
      where a.portal_id = ${portalId} and a.operation = 'create'
        and (r.deleted_at is not null and (a.answer is null or a.answer ->> 'objectId' is not null)
          or a.answer is null and not coalesce((i.unique_property -> a.object_type ->> 'exists')::boolean, false))`.execute(
      db,
    );
    const aliases = await sql<{ old_id: string; record_id: string }>`
      select old_id, record_id from record_alias where portal_id = ${portalId}`.execute(
      db,
    );
    const ofChild = new Map<string, Set<string>>();
    for (const { child, parent } of parents.rows)
      ofChild.set(child, (ofChild.get(child) ?? new Set()).add(parent));
    return {
      records: new Map(records.rows.map((row) => [row.id, row])),
      links: links.rows,
      attention: attention.rows,
      changes: changes.rows,
      verdicts: new Map(verdicts.rows.map((row) => [row.record_id, row.code])),
      refused: new Set(refused.rows.map((row) => row.key)),
      dirty: new Set(dirty.rows.map((row) => row.record_id)),
      parents: ofChild,
      lost: lost.rows,
      recordAliases: new Map(
        aliases.rows.map((row) => [row.old_id, row.record_id]),
      ),
      objects,
    };
  });
}

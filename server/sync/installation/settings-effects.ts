import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { mappingChanges } from "../../settings/differences/mapping-differences.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import type { Settings } from "../../settings/schema.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { listedTypes, parentKindsOf } from "../../settings/types/index.ts";
import { parentsHere } from "../associations/stored-edges.ts";
import { conditionFields, unmetPush } from "../decide/conditions.ts";
import type { Properties } from "../model.ts";
import type { EffectCode } from "./pure/effect-wording.ts";
import { effectSentence } from "./pure/effect-wording.ts";
import { ruleEffects } from "./rule-effects.ts";

/** What saving a document would do to records that are there. */
export type SettingsEffect = {
  readonly code: EffectCode;
  readonly objectType: ObjectType;
  readonly sentence: string;
  readonly count: number;
  /** There may be more: only so many records are read. */
  readonly atLeast: boolean;
};

type Change = { readonly before: Settings; readonly after: Settings };

/** Records that are loaded at a time: of each, the few fields that conditions ask about, 64 KB each at most. */
const PAGE = 500;
/** Records that are read of a type: a request takes some 15 ms per 1,000 of them. */
const MOST_READ = 200_000;

/**
 * Returns what saving `after` over `before` would do to records that are there, in numbers. Conditions are decided by
 * the engine's own functions; if they change, records are read that were never linked.
 * @param mostRead records of each type
 */
export async function settingsEffects(
  db: Db,
  portalId: PortalId,
  change: Change,
  mostRead = MOST_READ,
): Promise<SettingsEffect[]> {
  const effects: SettingsEffect[] = [];
  for (const type of listedTypes) {
    const counts: Count[] = [
      ...(await mappingEffects(db, portalId, type, change)),
      ...(await conditionEffects(db, portalId, type, change, mostRead)),
      ...(await deletionEffects(db, portalId, type, change)),
      ...(await mergeEffects(db, portalId, type, change)),
      ...(await ruleEffects(db, portalId, type, change)),
    ];
    for (const { code, count, atLeast = false } of counts)
      if (count > 0)
        effects.push({
          code,
          objectType: type,
          sentence: effectSentence(type, code, count, atLeast),
          count,
          atLeast,
        });
  }
  return effects;
}

type Count = {
  readonly code: EffectCode;
  readonly count: number;
  readonly atLeast?: boolean;
};

async function mappingEffects(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { before, after }: Change,
): Promise<Count[]> {
  const changes = mappingChanges(
    type,
    before[type].mappings,
    after[type].mappings,
  );
  if (changes.length === 0) return [];
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from link
    where portal_id = ${portalId} and object_type = ${type} and state = 'live'`.execute(
    db,
  );
  return [{ code: "mapping_changed", count: rows[0]?.count ?? 0 }];
}

/** What the rules for new records of a type are made of: unless it changes, no record is read. */
const pushRules = (settings: Settings, type: ObjectType): string =>
  JSON.stringify([
    settings[type].push,
    parentKindsOf(type).map((kind) => parentRules(settings, kind).require),
  ]);

async function conditionEffects(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { before, after }: Change,
  mostRead: number,
): Promise<Count[]> {
  if (pushRules(before, type) === pushRules(after, type)) return [];
  const both = [before, after];
  const wanted = {
    type,
    fields: both.flatMap((settings) =>
      conditionFields(settings[type].push.conditions),
    ),
    kinds: parentKindsOf(type).filter((kind) =>
      both.some((settings) => parentRules(settings, kind).require),
    ),
  };
  const isPushed = (settings: Settings, { parents, properties }: Unlinked) =>
    settings[type].push.enabled &&
    unmetPush({ settings }, { objectType: type, parents }, properties) === null;
  let read = 0;
  let pushed = 0;
  let excluded = 0;
  let page: readonly Unlinked[] = [];
  do {
    page = await loadUnlinked(db, portalId, {
      ...wanted,
      after: page.at(-1)?.id ?? null,
      limit: Math.min(PAGE, mostRead - read),
    });
    read += page.length;
    for (const record of page) {
      const was = isPushed(before, record);
      const is = isPushed(after, record);
      if (is && !was) pushed++;
      if (was && !is) excluded++;
    }
  } while (page.length === PAGE && read < mostRead);
  const atLeast = read >= mostRead;
  return [
    { code: "newly_pushed", count: pushed, atLeast },
    { code: "newly_excluded", count: excluded, atLeast },
  ];
}

type Unlinked = {
  readonly id: RecordId;
  readonly properties: Properties;
  readonly parents: Parameters<typeof unmetPush>[1]["parents"];
};

type UnlinkedPage = {
  readonly type: ObjectType;
  /** That are loaded of each record. */
  readonly fields: readonly string[];
  /** Of which parents are loaded. */
  readonly kinds: readonly ParentKind[];
  readonly after: RecordId | null;
  readonly limit: number;
};

/** A page of the records that were never linked, by id. One whose link has ended isn't pushed by itself. */
async function loadUnlinked(
  db: Db,
  portalId: PortalId,
  { type, fields, kinds, after, limit }: UnlinkedPage,
): Promise<Unlinked[]> {
  const { rows } = await sql<{ id: RecordId; properties: Properties }>`
    select r.id, coalesce((
      select jsonb_object_agg(p.key, p.value) from jsonb_each(r.properties) p where p.key = any (${fields}::text[])
    ), '{}') as properties
    from record r
    where r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null
      and r.id > coalesce(${after}::uuid, '00000000-0000-0000-0000-000000000000')
      and not exists (select from link l where l.portal_id = ${portalId} and l.record_id = r.id)
    order by r.id limit ${limit}`.execute(db);
  const ids = rows.map(({ id }) => id);
  const ofKinds: { kind: ParentKind; children: Set<RecordId> }[] = [];
  for (const kind of kinds) {
    const edges = await parentsHere(portalId, kind, ids).execute(db);
    const children = new Set(edges.rows.map((edge) => edge.child_id));
    ofKinds.push({ kind, children });
  }
  return rows.map(({ id, properties }) => ({
    id,
    properties,
    parents: ofKinds.map(({ kind, children }) => ({
      kind,
      has: children.has(id),
    })),
  }));
}

/** What deletion sync that is switched on does with deletions that are stored. */
async function deletionEffects(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { before, after }: Change,
): Promise<Count[]> {
  if (before[type].deletionSync || !after[type].deletionSync) return [];
  const { rows } = await sql<{ pending: number; kept: number }>`
    select count(*) filter (where l.state = 'live' and r.deleted_at is not null)::int as pending,
      (count(distinct l.record_id) filter (where l.state = 'record-deleted' and r.deleted_at is not null
        or l.state = 'object-deleted' and r.deleted_at is null))::int as kept
    from link l join record r on r.portal_id = l.portal_id and r.id = l.record_id
    where l.portal_id = ${portalId} and l.object_type = ${type}
      and not exists (
        select from link later where later.portal_id = l.portal_id and later.record_id = l.record_id
          and later.state = 'live' and later.id <> l.id)`.execute(db);
  return [
    { code: "deletions_followed", count: rows[0]?.pending ?? 0 },
    { code: "earlier_deletions_kept", count: rows[0]?.kept ?? 0 },
  ];
}

/** What merge sync that is switched on does with merges in HubSpot from then on, and with those before (AP-022). */
async function mergeEffects(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { before, after }: Change,
): Promise<Count[]> {
  if (before[type].mergeSync || !after[type].mergeSync) return [];
  const { rows } = await sql<{ linked: number; kept: number }>`
    select count(*) filter (where l.state = 'live')::int as linked,
      (count(distinct l.record_id) filter (where l.state = 'merged-away' and not exists (
        select from link later
        where later.portal_id = l.portal_id and later.record_id = l.record_id and later.state = 'live')))::int as kept
    from link l join record r on r.portal_id = l.portal_id and r.id = l.record_id and r.deleted_at is null
    where l.portal_id = ${portalId} and l.object_type = ${type} and l.state in ('live', 'merged-away')`.execute(
    db,
  );
  return [
    { code: "merges_followed", count: rows[0]?.linked ?? 0 },
    { code: "earlier_merges_kept", count: rows[0]?.kept ?? 0 },
  ];
}

import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import type { Settings } from "../../settings/schema.ts";
import { listedTypes, parentKindsOf } from "../../settings/types/index.ts";
import { typesWithOtherMappings } from "./apply-mappings.ts";
import type { CountBound, EffectCode } from "./pure/effect-wording.ts";
import { effectSentence } from "./pure/effect-wording.ts";
import { countUnlinked } from "./count-unlinked.ts";
import { pipelineEffects } from "./pipeline-effects.ts";
import { ruleEffects } from "./rule-effects.ts";

/** What saving a document would do to records that are there. */
export type SettingsEffect = {
  readonly code: EffectCode;
  readonly objectType: ObjectType;
  readonly sentence: string;
  readonly count: number;
  /** There may be more: only so many records are read. */
  readonly atLeast: boolean;
  /** There may be fewer: HubSpot hasn't said which of them are concerned. */
  readonly atMost: boolean;
};

type Change = { readonly before: Settings; readonly after: Settings };

/**
 * Returns what saving `after` over `before` would do to records that are there, in numbers. Conditions are decided by
 * the engine's own functions; if they change, records are read that were never linked.
 * @param mostRead records of each type
 */
export async function settingsEffects(
  db: Db,
  portalId: PortalId,
  change: Change,
  mostRead?: number,
): Promise<SettingsEffect[]> {
  const effects: SettingsEffect[] = [];
  for (const type of listedTypes) {
    const counts: Count[] = [
      ...(await mappingEffects(db, portalId, type, change)),
      ...(await conditionEffects(db, portalId, type, change, mostRead)),
      ...(await deletionEffects(db, portalId, type, change)),
      ...(await mergeEffects(db, portalId, type, change)),
      ...(await ruleEffects(db, portalId, type, change)),
      ...(await pipelineEffects(db, portalId, type, change)),
    ];
    for (const { code, count, bound = "exact" } of counts)
      if (count > 0 || bound === "unknown")
        effects.push({
          code,
          objectType: type,
          sentence: effectSentence(type, code, count, bound),
          count,
          atLeast: bound === "at-least" || bound === "unknown",
          atMost: bound === "at-most",
        });
  }
  return effects;
}

type Count = {
  readonly code: EffectCode;
  readonly count: number;
  /** Without it, the count is exact. */
  readonly bound?: CountBound;
};

async function mappingEffects(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { before, after }: Change,
): Promise<Count[]> {
  if (!typesWithOtherMappings(before, after).includes(type)) return [];
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
  change: Change,
  mostRead: number | undefined,
): Promise<Count[]> {
  if (pushRules(change.before, type) === pushRules(change.after, type))
    return [];
  const { newlyPushed, newlyExcluded, atLeast } = await countUnlinked(
    db,
    portalId,
    type,
    change,
    mostRead,
  );
  const bound = atLeast ? "at-least" : "exact";
  return [
    { code: "newly_pushed", count: newlyPushed, bound },
    { code: "newly_excluded", count: newlyExcluded, bound },
  ];
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

import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { Gateway } from "../../hubspot/gateway.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import type { Engine } from "../engine.ts";
import { loadRules } from "../pairs/rules.ts";
import type { PullFilters, Unfit } from "./pure/pull-filters.ts";
import { pullFilters } from "./pure/pull-filters.ts";

/**
 * About how many objects HubSpot has that aren't synced, and how many of them meet the rules for pulling. HubSpot counts
 * all objects; of those that are linked, what is stored here is subtracted.
 */
export interface PullCounts {
  readonly unsynced: number;
  /** Under the rules that are saved, and under the others. */
  readonly before: RuleCount;
  readonly after: RuleCount;
}

export type RuleCount =
  | {
      readonly kind: "counted";
      readonly count: number;
      /** Of this type some aren't synced, and their children are counted all the same. */
      readonly partlySynced: ObjectType | null;
    }
  | Unfit;

/**
 * Counts with HubSpot's search: two searches, or three if the rules are changed. Throws what they throw.
 */
export async function countPull(
  {
    database,
    hubspot,
  }: Pick<Engine, "database"> & {
    readonly hubspot: Pick<Engine["hubspot"], "portal">;
  },
  portalId: PortalId,
  type: ObjectType,
  settings: { readonly before: Settings; readonly after: Settings },
): Promise<PullCounts> {
  const [before, after, linked] = await database.inPortal(
    portalId,
    async (db) =>
      [
        await filtersOf(db, portalId, type, settings.before),
        await filtersOf(db, portalId, type, settings.after),
        await countLinked(db, portalId, type, noFilters),
      ] as const,
  );
  const gateway = hubspot.portal(portalId);
  const all = await gateway.count(type, [], { priority: "interactive" });
  const unsynced = Math.max(0, all - linked);
  const count = async (filters: PullFilters): Promise<RuleCount> => {
    if (filters.kind !== "filters") return filters;
    if (filters.filters.length === 0 && filters.parentIn === null)
      return { kind: "counted", count: unsynced, partlySynced: null };
    const [total, subtracted] = [
      await countInHubSpot(gateway, type, filters),
      await database.inPortal(portalId, (db) =>
        countLinked(db, portalId, type, filters),
      ),
    ];
    // The two were counted one after the other.
    const rest = Math.max(0, total - subtracted);
    return {
      kind: "counted",
      count: Math.min(unsynced, rest),
      partlySynced: filters.partlySynced,
    };
  };
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  const counted = await count(after);
  return {
    unsynced,
    before: isSame ? counted : await count(before),
    after: counted,
  };
}

const filtersOf = async (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
): Promise<PullFilters> =>
  pullFilters(await loadRules(db, portalId, type, settings), type);

type Filters = Extract<PullFilters, { kind: "filters" }>;

const noFilters: Filters = {
  kind: "filters",
  filters: [],
  parentIn: null,
  partlySynced: null,
};

const countInHubSpot = (
  gateway: Gateway,
  type: ObjectType,
  { filters, parentIn }: Filters,
): Promise<number> =>
  gateway.count(
    type,
    [
      ...filters,
      ...(parentIn === null ? [] : [{ property: parentIn, values: null }]),
    ],
    { priority: "interactive" },
  );

/** Linked objects that had these values when they were last synced. Walks the type's live links. */
async function countLinked(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { filters, parentIn }: Filters,
): Promise<number> {
  const conditions = filters.map(({ field, property, values }) => {
    const base = sql`l.base -> ${field}::text`;
    const meets =
      values === null
        ? sql`coalesce(${base} ->> 'h', '') <> ''`
        : sql`${base} ->> 'h' = any (${values}::text[])`;
    return sql`and ${base} ->> 'p' = ${property} and ${meets}`;
  });
  if (parentIn !== null)
    conditions.push(sql`and exists (
      select from record r where r.portal_id = l.portal_id and r.id = l.record_id and r.company_id is not null)`);
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from link l
    where l.portal_id = ${portalId} and l.object_type = ${type} and l.state = 'live'
      ${conditions.length === 0 ? sql`` : sql.join(conditions, sql` `)}`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

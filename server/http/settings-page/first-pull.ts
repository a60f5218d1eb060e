import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";

/** How many objects the first pull has read, of how many; `total` is null until HubSpot has said how many there are. */
export type FirstPull = {
  readonly done: number;
  readonly total: number | null;
};

/**
 * Returns how far the full pulls of all types are: those in progress, and those that ended before them. Call it only
 * while the first pull runs: later, full pulls are runs like others.
 */
export async function readFirstPull(
  db: Db,
  portalId: PortalId,
): Promise<FirstPull> {
  const { rows } = await sql<FirstPull>`
    select coalesce(sum(requested), 0)::int as done,
      case when bool_and(expected is not null) then sum(expected)::int end as total
    from run
    where portal_id = ${portalId} and kind = 'pull' and mode = 'full' and state <> 'failed'`.execute(
    db,
  );
  return rows[0] ?? { done: 0, total: null };
}

/**
 * Returns how far the pulls of everything are that a save of settings, or the first switch of a type, has started, by
 * type; queued ones have done nothing. Those that a person asked for are runs like others.
 */
export async function readPullsOfTypes(
  db: Db,
  portalId: PortalId,
): Promise<ReadonlyMap<ObjectType, FirstPull>> {
  const { rows } = await sql<FirstPull & { type: ObjectType }>`
    select object_type as type, requested as done, expected as total
    from run
    where portal_id = ${portalId} and kind = 'pull' and mode = 'full' and source in ('setup', 'settings')
      and state in ('queued', 'running')`.execute(db);
  return new Map(rows.map(({ type, ...pull }) => [type, pull]));
}

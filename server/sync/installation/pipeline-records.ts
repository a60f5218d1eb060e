import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";

/** Which pipelines linked records are in, as far as the workspace knows without asking HubSpot. */

/**
 * Returns the pipeline of `link l` as it was last reconciled, in SQL: null if it isn't known, because no mapping brings
 * it or the link is older than that mapping.
 */
export function pipelineOfLink(
  settings: Settings,
  type: ObjectType,
): RawBuilder<string | null> {
  const property = descriptorOf(type).hubspot.pipelines?.pipeline;
  const field = settings[type].mappings.find(
    (mapping) => mapping.property === property,
  )?.field;
  return field === undefined || property === undefined
    ? sql`null::text`
    : sql`(case when l.base -> ${field}::text ->> 'p' = ${property} then l.base -> ${field}::text ->> 'h' end)`;
}

/** Returns the pipelines that linked records of a type are in, by id. Walks the type's live links. */
export async function pipelinesInUse(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
): Promise<string[]> {
  const { rows } = await sql<{ pipeline: string }>`
    select distinct ${pipelineOfLink(settings, type)} as pipeline from link l
    where l.portal_id = ${portalId} and l.object_type = ${type} and l.state = 'live'`.execute(
    db,
  );
  return rows.flatMap(({ pipeline }) => pipeline ?? []);
}

/** How many linked records are in some pipelines, and how many of these have changes that HubSpot lacks. */
export interface PipelineRecords {
  readonly records: number;
  readonly unpushed: number;
}

/**
 * Counts the linked records of some pipelines, or those whose pipeline isn't known. A change that HubSpot lacks is one that
 * is on its way, that HubSpot rejected, or that a person must choose about. Walks the type's live links.
 */
export async function countInPipelines(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
  pipelines: readonly string[] | "unknown",
): Promise<PipelineRecords> {
  if (pipelines.length === 0) return { records: 0, unpushed: 0 };
  const pipeline = pipelineOfLink(settings, type);
  const { rows } = await sql<PipelineRecords>`
    with found as materialized (
      select l.record_id, l.parked from link l
      join record r on r.portal_id = l.portal_id and r.id = l.record_id and r.deleted_at is null
      where l.portal_id = ${portalId} and l.object_type = ${type} and l.state = 'live'
        and ${pipelines === "unknown" ? sql`${pipeline} is null` : sql`${pipeline} = any (${pipelines}::text[])`}
    )
    select count(*)::int as records, (count(*) filter (where
      exists (select from dirty d where d.portal_id = ${portalId} and d.record_id = l.record_id)
      or jsonb_path_exists(l.parked, '$.*.side ? (@ == "hubspot")')
      or exists (
        select from attention a
        where a.portal_id = ${portalId} and a.record_id = l.record_id and a.state = 'open' and a.kind = 'held')))::int as unpushed
    from found l`.execute(db);
  return rows[0] ?? { records: 0, unpushed: 0 };
}

/** Whether `link l` may be in a pipeline, in SQL: it is, or its pipeline isn't known. */
const mayBeIn = (
  settings: Settings,
  type: ObjectType,
  pipeline: string,
): RawBuilder<boolean> =>
  sql`coalesce(${pipelineOfLink(settings, type)}, ${pipeline}) = ${pipeline}`;

/** Returns how many records nextInPipeline() finds in all. Walks the type's live links. */
export async function countInPipeline(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
  pipeline: string,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from link l
    where l.portal_id = ${portalId} and l.object_type = ${type} and l.state = 'live'
      and ${mayBeIn(settings, type, pipeline)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * Returns the next linked records of a pipeline, and those whose pipeline isn't known: reading their objects tells.
 * Index link_live_record.
 * @param after the last record that was looked at; null: none was
 */
export async function nextInPipeline(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
  {
    pipeline,
    after,
    size,
  }: {
    readonly pipeline: string;
    readonly after: string | null;
    readonly size: number;
  },
): Promise<string[]> {
  const { rows } = await sql<{ record_id: string }>`
    select l.record_id from link l
    where l.portal_id = ${portalId} and l.object_type = ${type} and l.state = 'live'
      and l.record_id > ${after ?? "00000000-0000-0000-0000-000000000000"}::uuid
      and ${mayBeIn(settings, type, pipeline)}
    order by l.record_id limit ${size}`.execute(db);
  return rows.map(({ record_id: id }) => id);
}

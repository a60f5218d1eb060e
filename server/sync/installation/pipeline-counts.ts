import { sql } from "kysely";
import type { Database, Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { HubSpotError } from "../../hubspot/errors.ts";
import type { Gateway } from "../../hubspot/gateway.ts";
import { SealError } from "../../hubspot/seal.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { isSelected } from "../../settings/pipelines.ts";
import type { Settings } from "../../settings/schema.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { loadPipelines } from "./definitions.ts";
import { typesWithOtherPipelines } from "./follow-pipelines.ts";
import { loadTypes } from "./portal-types.ts";

/** How many objects HubSpot has in each pipeline. Counting takes a search for each, so a count is kept for a while. */

/** How long a count is shown before HubSpot is asked again, in seconds. */
const FRESH_SECONDS = 60;
/** HubSpot has 15 s for a whole page. */
const PATIENCE_MS = 8_000;
/** A check also answers without new counts. */
const CHECK_PATIENCE_MS = 3_000;
/** HubSpot allows five searches per second. */
const AT_ONCE = 5;

interface Count {
  readonly count: number;
  /** In seconds. */
  readonly age: number;
  readonly fresh: boolean;
}

/** Returns the last counts of a type's pipelines, by id; one that was never counted is absent. */
export async function loadPipelineCounts(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<ReadonlyMap<string, Count>> {
  const { rows } = await sql<Count & { name: string }>`
    select name, (body ->> 'count')::int as count,
      extract(epoch from now() - read_at)::float8 as age,
      read_at > now() - make_interval(secs => ${FRESH_SECONDS}) as fresh
    from hubspot_definition
    where portal_id = ${portalId} and kind = 'count' and object_type = ${type}`.execute(
    db,
  );
  return new Map(rows.map(({ name, ...count }) => [name, count]));
}

interface Asking {
  readonly database: Database;
  readonly hubspot: { portal(id: PortalId): Gateway };
}

/**
 * Counts HubSpot's pipelines of a type whose last count is old, those first that were never counted. Where HubSpot doesn't
 * answer in time, the last counts stay.
 */
export async function countPipelines(
  asking: Asking,
  portalId: PortalId,
  type: ObjectType,
): Promise<void> {
  const known = await asking.database.inPortal(portalId, (db) =>
    pipelineIds(db, portalId, type),
  );
  await refreshCounts(asking, portalId, type, {
    ids: known,
    known,
    patienceMs: PATIENCE_MS,
  });
}

/** Counts as countPipelines() does, but only the pipelines of synced types that one document selects and another doesn't. */
export async function countChangedPipelines(
  asking: Asking,
  portalId: PortalId,
  { before, after }: { readonly before: Settings; readonly after: Settings },
): Promise<void> {
  const changed = typesWithOtherPipelines(before, after);
  if (changed.length === 0) return;
  const { enabled } = await asking.database.inPortal(portalId, (db) =>
    loadTypes(db, portalId),
  );
  for (const type of changed.filter((each) => enabled.includes(each))) {
    const known = await asking.database.inPortal(portalId, (db) =>
      pipelineIds(db, portalId, type),
    );
    await refreshCounts(asking, portalId, type, {
      ids: known.filter(
        (id) => isSelected(before, type, id) !== isSelected(after, type, id),
      ),
      known,
      patienceMs: CHECK_PATIENCE_MS,
    });
  }
}

const pipelineIds = async (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<string[]> =>
  (await loadPipelines(db, portalId, type)).map(({ id }) => id);

async function refreshCounts(
  { database, hubspot }: Asking,
  portalId: PortalId,
  type: ObjectType,
  {
    ids,
    known,
    patienceMs,
  }: {
    readonly ids: readonly string[];
    readonly known: readonly string[];
    readonly patienceMs: number;
  },
): Promise<void> {
  const property = descriptorOf(type).hubspot.pipelines?.pipeline;
  if (property === undefined) return;
  const counts = await database.inPortal(portalId, (db) =>
    loadPipelineCounts(db, portalId, type),
  );
  const old = ids
    .filter((id) => counts.get(id)?.fresh !== true)
    .toSorted((one, other) => ageOf(counts, other) - ageOf(counts, one));
  const gateway = hubspot.portal(portalId);
  const signal = AbortSignal.timeout(patienceMs);
  const counted: { name: string; body: { count: number } }[] = [];
  try {
    for (let at = 0; at < old.length && !signal.aborted; at += AT_ONCE)
      counted.push(
        ...(await Promise.all(
          old.slice(at, at + AT_ONCE).map(async (name) => ({
            name,
            body: {
              count: await gateway.count(type, [{ property, values: [name] }], {
                priority: "interactive",
                signal,
              }),
            },
          })),
        )),
      );
  } catch (error) {
    if (!(error instanceof HubSpotError || error instanceof SealError))
      throw error;
  }
  if (counted.length > 0)
    await database.inPortal(portalId, (db) =>
      storeCounts(db, portalId, type, counted, known),
    );
}

const ageOf = (counts: ReadonlyMap<string, Count>, id: string): number =>
  counts.get(id)?.age ?? Infinity;

/** Stores counts, and forgets those of pipelines that are no more. */
async function storeCounts(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  counted: readonly { name: string; body: { count: number } }[],
  pipelines: readonly string[],
): Promise<void> {
  await sql`
    delete from hubspot_definition
    where portal_id = ${portalId} and kind = 'count' and object_type = ${type} and name <> all (${pipelines}::text[])`.execute(
    db,
  );
  await sql`
    insert into hubspot_definition (portal_id, kind, object_type, name, body)
    select ${portalId}, 'count', ${type}, n.name, n.body
    from jsonb_to_recordset(${toJson(counted)}::jsonb) as n(name text, body jsonb)
    on conflict (portal_id, kind, object_type, name) do update set body = excluded.body, read_at = excluded.read_at`.execute(
    db,
  );
}

import { sql } from "kysely";
import type { Database, Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { HubSpotError } from "../../hubspot/errors.ts";
import type { Gateway } from "../../hubspot/gateway.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { loadPipelines } from "./definitions.ts";
import { descriptorOf } from "../../settings/types/index.ts";

/** How many objects HubSpot has in each pipeline. Counting takes a search for each, so a count is kept for a while. */

/** How long a count is shown before HubSpot is asked again, in seconds. */
const FRESH_SECONDS = 60;
/** HubSpot has 15 s for a whole page. */
const PATIENCE_MS = 8_000;
/** HubSpot allows five searches per second. */
const AT_ONCE = 5;

type Count = { readonly count: number; readonly fresh: boolean };

/** Returns the last counts of a type's pipelines, by id; one that was never counted is absent. */
export async function loadPipelineCounts(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<ReadonlyMap<string, Count>> {
  const { rows } = await sql<Count & { name: string }>`
    select name, (body ->> 'count')::int as count,
      read_at > now() - make_interval(secs => ${FRESH_SECONDS}) as fresh
    from hubspot_definition
    where portal_id = ${portalId} and kind = 'count' and object_type = ${type}`.execute(
    db,
  );
  return new Map(rows.map(({ name, ...count }) => [name, count]));
}

/**
 * Counts HubSpot's pipelines of a type whose last count is old, and stores the counts. Where HubSpot doesn't answer in time,
 * the last counts stay.
 */
export async function refreshPipelineCounts(
  {
    database,
    hubspot,
  }: {
    readonly database: Database;
    readonly hubspot: { portal(id: PortalId): Gateway };
  },
  portalId: PortalId,
  type: ObjectType,
): Promise<void> {
  const property = descriptorOf(type).hubspot.pipelines?.pipeline;
  if (property === undefined) return;
  const [known, pipelines] = await database.inPortal(
    portalId,
    async (db) =>
      [
        await loadPipelineCounts(db, portalId, type),
        (await loadPipelines(db, portalId, type)).map(({ id }) => id),
      ] as const,
  );
  const old = pipelines.filter((id) => known.get(id)?.fresh !== true);
  const gateway = hubspot.portal(portalId);
  const signal = AbortSignal.timeout(PATIENCE_MS);
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
    if (!(error instanceof HubSpotError)) throw error;
  }
  if (counted.length > 0)
    await database.inPortal(portalId, (db) =>
      storeCounts(db, portalId, type, counted, pipelines),
    );
}

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

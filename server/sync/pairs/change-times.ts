import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type { FieldMapping } from "../../settings/mapping.ts";
import { newestMappings } from "../../settings/newest-fields.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { NEWEST_UNKNOWN } from "../decide/newest.ts";
import { mergeFields } from "../decide/three-way-fields.ts";
import { automatic } from "../decide/triggers.ts";
import type { Engine } from "../engine.ts";
import type { Pair, Rules } from "../model.ts";
import type { BatchRequest } from "./batch-request.ts";
import { objectState } from "./object-state.ts";
import { wantedProperties } from "./rules.ts";

type BothSides = Pair & {
  readonly record: NonNullable<Pair["record"]>;
  readonly object: NonNullable<Pair["object"]>;
};

/**
 * Returns the pairs with the times of both sides' changes, where a conflict depends on which is newer. Costs nothing
 * without such a conflict; otherwise a query, and a read of those objects with the history of such properties, 50 a call.
 * @param objects as read so far; those that are read again are replaced
 */
export async function withChangeTimes(
  engine: Engine,
  portalId: PortalId,
  { objectType: type, priority }: BatchRequest,
  rules: Rules,
  {
    pairs,
    objects,
  }: {
    readonly pairs: readonly Pair[];
    readonly objects: Map<ObjectId, HubSpotObject>;
  },
): Promise<readonly Pair[]> {
  const mappings = newestMappings(rules.settings[type]);
  if (mappings.length === 0) return pairs;
  const conflicts = pairs.filter((pair) => dependsOnTimes(rules, pair));
  if (conflicts.length === 0) return pairs;
  const read = await engine.hubspot.portal(portalId).read(
    type,
    conflicts.map(({ object }) => object.id),
    {
      properties: wantedProperties(rules, type),
      history: [
        ...new Set([
          ...mappings.map(({ property }) => property),
          // What the history of open attempts has shown is still to be seen.
          ...conflicts.flatMap(({ object }) =>
            Object.keys(objects.get(object.id)?.history ?? {}),
          ),
        ]),
      ],
    },
    { priority },
  );
  const times = await engine.database.inPortal(portalId, (db) =>
    loadTimes(db, portalId, type, {
      recordIds: conflicts.map(({ record }) => record.id),
      mappings,
    }),
  );
  const timed = new Map(
    conflicts.map((pair): [Pair, Pair] => {
      const object = read.get(pair.object.id) ?? null;
      // Deleted or merged since it was read: decided again.
      if (object === null || object.id !== pair.object.id)
        return [pair, { ...pair, reading: "not-asked", object: null }];
      objects.set(object.id, object);
      return [
        pair,
        {
          ...pair,
          record: {
            ...pair.record,
            changedAt: times.get(pair.record.id) ?? {},
          },
          reading: "there",
          object: {
            ...objectState(object, engine.hubspot.appId),
            changedAt: lastChanges(object, mappings),
          },
        },
      ];
    }),
  );
  return pairs.map((pair) => timed.get(pair) ?? pair);
}

/** Asked of decide itself, as automatic sync would ask it. */
function dependsOnTimes(rules: Rules, pair: Pair): pair is BothSides {
  const { record, object, link } = pair;
  return (
    record !== null &&
    record.deletedAt === null &&
    object !== null &&
    !object.archived &&
    mergeFields(rules, pair, automatic("hubspot"), link === null, {
      toWorkspace: true,
      toHubSpot: true,
      stop: "automatic_push_off",
    }).some(({ code }) => code === NEWEST_UNKNOWN)
  );
}

/** HubSpot's clock, epoch ms, of each property's latest change. */
const lastChanges = (
  { history = {} }: HubSpotObject,
  mappings: readonly FieldMapping[],
): Record<string, number> =>
  Object.fromEntries(
    mappings.flatMap(({ property }) => {
      const at = history[property]?.[0]?.timestamp.getTime() ?? 0;
      return at > 0 ? [[property, at]] : [];
    }),
  );

/** Postgres' clock, epoch ms, of each field's latest change; without those from before the field was timed. */
async function loadTimes(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    recordIds,
    mappings,
  }: {
    readonly recordIds: readonly RecordId[];
    readonly mappings: readonly FieldMapping[];
  },
): Promise<ReadonlyMap<RecordId, Readonly<Record<string, number>>>> {
  const { rows } = await sql<{ id: RecordId; times: Record<string, number> }>`
    select r.id, jsonb_object_agg(t.field, t.at) as times
    from record r
    cross join lateral (
      select f.field, case
        when (r.field_times ->> f.field)::float8 >= f.since_ms then (r.field_times ->> f.field)::float8
        when extract(epoch from r.created_at) * 1000 >= f.since_ms then trunc(extract(epoch from r.created_at) * 1000) end as at
      from (
        select field, trunc(extract(epoch from since) * 1000) as since_ms from timed_field
        where portal_id = ${portalId} and object_type = ${type} and field = any (${mappings.map(({ field }) => field)}::text[])
      ) f
    ) t
    where r.portal_id = ${portalId} and r.id = any (${recordIds}::uuid[]) and t.at is not null
    group by r.id`.execute(db);
  return new Map(rows.map(({ id, times }) => [id, times]));
}

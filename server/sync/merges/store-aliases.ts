import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { loadObjectAliases } from "./load-merges.ts";

/** An object that is the result of merges, with the ids that went. */
export interface Survivor {
  readonly object: HubSpotObject;
  readonly oldIds: readonly ObjectId[];
}

/**
 * Stores which ids lead to which object, and answers the objects that are results of merges. An object that has been
 * merged further by now, by what is stored or by another one of the batch, is none: what was read of it is old.
 */
export async function storeAliases(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objects: readonly HubSpotObject[],
): Promise<Survivor[]> {
  const merged = objects.flatMap((object): Survivor[] => {
    const oldIds = object.mergedIds.filter((id) => id !== object.id);
    return oldIds.length === 0 ? [] : [{ object, oldIds }];
  });
  if (merged.length === 0) return [];
  const stored = await loadObjectAliases(
    db,
    portalId,
    type,
    merged.flatMap(({ object, oldIds }) => [object.id, ...oldIds]),
  );
  const gone = new Set(merged.flatMap(({ oldIds }) => oldIds));
  const isGone = ({ object }: Survivor): boolean =>
    stored.has(object.id) || gone.has(object.id);
  const survivors = merged.filter((one) => !isGone(one));
  const aliases = new Map(
    survivors.flatMap(({ object, oldIds }) =>
      oldIds.map((id) => [id, object.id] as const),
    ),
  );
  const news = [...aliases].flatMap(([oldId, objectId]) =>
    stored.get(oldId) === objectId ? [] : [{ oldId, objectId }],
  );
  if (news.length === 0) return survivors;
  const page = sql`jsonb_to_recordset(${toJson(news)}::jsonb) as n("oldId" bigint, "objectId" bigint)`;
  await sql`
    insert into object_alias (portal_id, object_type, old_id, object_id)
    select ${portalId}, ${type}, n."oldId", n."objectId" from ${page} order by n."oldId"
    on conflict (portal_id, object_type, old_id) do update set object_id = excluded.object_id`.execute(
    db,
  );
  // A chain of merges: what forwarded to a loser forwards to the survivor now.
  await sql`
    update object_alias a set object_id = n."objectId" from ${page}
    where a.portal_id = ${portalId} and a.object_type = ${type} and a.object_id = n."oldId"`.execute(
    db,
  );
  return survivors;
}

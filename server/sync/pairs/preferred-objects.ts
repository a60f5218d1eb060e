import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { ObjectType, ParentKind } from "../../settings/types/index.ts";
import { childKindsOf, descriptorOf } from "../../settings/types/index.ts";
import type { BatchRequest } from "./batch-request.ts";
import type { Engine } from "../engine.ts";
import { identitiesOf } from "./object-identity.ts";
import { childrenHere } from "../associations/stored-children.ts";
import type { StoredState } from "./stored-state.ts";
import { syncedOf } from "../installation/portal-types.ts";
import { loadStanding } from "../installation/standing.ts";

/** A record's first children tell as much as all of them: ten thousand are not read for one choice. */
const mostChildren = 100;

/** By record, the objects in HubSpot that its children belong to there. */
export type PreferredObjects = ReadonlyMap<RecordId, readonly ObjectId[]>;

const nothingToChoose: PreferredObjects = new Map();

/**
 * Of several companies of one domain, a record is matched with the one that its contacts belong to in HubSpot (AP-013,
 * X-08). Reads only where a record of the batch has such a choice: for each kind of children, one query, then one call
 * for those that are known by their identity alone, and one for the associations of all.
 */
export async function loadPreferred(
  engine: Engine,
  portalId: PortalId,
  { objectType, priority }: Pick<BatchRequest, "objectType" | "priority">,
  stored: StoredState,
  objects: ReadonlyMap<ObjectId, HubSpotObject>,
): Promise<PreferredObjects> {
  const kinds = childKindsOf(objectType);
  const { identity } = descriptorOf(objectType);
  if (kinds.length === 0 || identity?.several.choose !== "lowest-id")
    return nothingToChoose;
  const choosing = recordsWithChoice(objectType, stored, objects);
  if (choosing.length === 0) return nothingToChoose;
  const preferred = new Map<RecordId, ObjectId[]>();
  for (const kind of kinds) {
    const children = await engine.database.inPortal(portalId, async (db) => {
      const { types, missing } = await loadStanding(db, portalId);
      return missing[`read:${kind.from}`] === undefined &&
        missing[`read-associations:${kind.name}`] === undefined &&
        syncedOf(types).includes(kind.from)
        ? loadChildren(db, portalId, kind, choosing)
        : [];
    });
    for (const [id, parents] of await parentsOfChildren(
      engine,
      portalId,
      kind,
      priority,
      children,
    ))
      preferred.set(id, [...(preferred.get(id) ?? []), ...parents]);
  }
  return preferred;
}

/**
 * By record, which objects its children belong to in HubSpot; the children that HubSpot has are found by link, then by
 * identity.
 */
async function parentsOfChildren(
  engine: Engine,
  portalId: PortalId,
  kind: ParentKind,
  priority: BatchRequest["priority"],
  children: readonly ChildRow[],
): Promise<PreferredObjects> {
  if (children.length === 0) return nothingToChoose;
  const gateway = engine.hubspot.portal(portalId);
  const childKey = descriptorOf(kind.from).identity;
  const unlinked = children.flatMap(({ identity, object_id }) =>
    object_id === null && identity !== null ? [identity] : [],
  );
  const byIdentity =
    unlinked.length === 0 || childKey?.unique !== true
      ? new Map<string, HubSpotObject | null>()
      : await gateway.read(
          kind.from,
          unlinked,
          { properties: [], idProperty: childKey.property },
          { priority },
        );
  const objectOf = ({ identity, object_id }: ChildRow): ObjectId | null =>
    object_id ??
    (identity === null ? null : (byIdentity.get(identity)?.id ?? null));
  const ids = children.flatMap((child) => objectOf(child) ?? []);
  if (ids.length === 0) return nothingToChoose;
  const edges = await gateway.readAssociations(kind, ids, { priority });
  const parents = new Map<RecordId, ObjectId[]>();
  for (const child of children) {
    const theirs = edges.get(objectOf(child) ?? "")?.edges ?? [];
    parents.set(child.parent_id, [
      ...(parents.get(child.parent_id) ?? []),
      ...theirs.map(({ toId }) => toId),
    ]);
  }
  return parents;
}

/** Unlinked records whose domain several unlinked companies of the batch have. */
function recordsWithChoice(
  type: ObjectType,
  stored: StoredState,
  objects: ReadonlyMap<ObjectId, HubSpotObject>,
): RecordId[] {
  const live = stored.links.filter(({ state }) => state === "live");
  const linkedRecords = new Set(live.map(({ recordId }) => recordId));
  const linkedObjects = new Set(live.map(({ objectId }) => objectId));
  const free = new Map<string, number>();
  for (const object of objects.values()) {
    if (linkedObjects.has(object.id)) continue;
    for (const identity of new Set(identitiesOf(type, object)))
      free.set(identity, (free.get(identity) ?? 0) + 1);
  }
  return [...stored.records.values()].flatMap(({ id, identity, deletedAt }) =>
    deletedAt === null &&
    identity !== null &&
    !linkedRecords.has(id) &&
    (free.get(identity) ?? 0) > 1
      ? [id]
      : [],
  );
}

interface ChildRow {
  readonly parent_id: RecordId;
  /** Canonical. */
  readonly identity: string | null;
  /** Of its live link. */
  readonly object_id: ObjectId | null;
}

/** The first children of records, by id. Indexes record_by_company, association_to, link_live_record. */
async function loadChildren(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  parentIds: readonly RecordId[],
): Promise<ChildRow[]> {
  const { rows } = await sql<ChildRow>`
    select c.id as parent_id, r.identity, l.object_id
    from unnest(${parentIds}::uuid[]) as c(id)
    cross join lateral (
      select r.id, r.identity from record r
      where r.portal_id = ${portalId} and r.deleted_at is null and r.id in (select id from (${childrenHere(portalId, kind, sql`= c.id`)}) k)
      order by r.id limit ${mostChildren}
    ) r
    left join link l on l.portal_id = ${portalId} and l.record_id = r.id and l.state = 'live'
    where l.object_id is not null or r.identity is not null`.execute(db);
  return rows;
}

import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import type { BatchRequest, StatusOf } from "../pairs/batch-request.ts";
import type { Engine } from "../engine.ts";
import type { ParentStatus } from "../model.ts";
import type { PassInput } from "./pass-input.ts";
import type { KnownEdges } from "../associations/plan-edges.ts";
import { parentsHere } from "../associations/stored-edges.ts";
import type { HubSpotEdges } from "../decide/plan.ts";
import type { StoredRecord } from "../pairs/stored-state.ts";
import { isBlank } from "../values/value.ts";
import { loadStanding } from "../installation/standing.ts";

type Edges = HubSpotEdges["edges"];

/** Of each kind, the parents that the objects of a batch have in HubSpot, as far as they are known. */
type ParentsInHubSpot = ReadonlyMap<string, ReadonlyMap<ObjectId, Edges>>;

/**
 * Returns how a pass learns what is known of the parents of records and objects that aren't linked: whether each has a
 * parent on either side, whether it's synced (BN-111), and whether a parent has a problem of its own and is not in HubSpot,
 * which blocks its children (AP-103). Two queries a batch and kind; and a call where only HubSpot's associations tell what
 * the portal requires.
 */
export function parentStatusLoader(
  engine: Engine,
  portalId: PortalId,
  { objectType, edges, priority, trial }: Subject,
): (
  records: readonly StoredRecord[],
  objects: readonly HubSpotObject[],
) => Promise<StatusOf> {
  const kinds = parentKindsOf(objectType);
  if (kinds.length === 0) return () => Promise.resolve(() => []);
  return async (records, objects) => {
    const { inHubSpot, isUnreadable } =
      edges.kind === "known"
        ? asFarAsKnown(edges.byKind)
        : await readRequired(engine, portalId, kinds, objects, {
            priority,
            trial,
          });
    const statuses = await engine.database.inPortal(portalId, async (db) => {
      const loaded: StatusOfKind[] = [];
      for (const kind of kinds)
        loaded.push(
          await loadStatus(db, portalId, kind, {
            records,
            objects: objects.map((object) => ({
              id: object.id,
              isUnreadable: isUnreadable(kind, object.id),
              parents: parentsThatCount(
                kind,
                object,
                inHubSpot.get(kind.name)?.get(object.id) ?? [],
              ),
            })),
          }),
        );
      return loaded;
    });
    return (record, object) => statuses.map((status) => status(record, object));
  };
}

type Subject = Pick<PassInput, "objectType" | "edges" | "priority"> &
  Pick<BatchRequest, "trial">;

const parentsIn = (byKind: KnownEdges): ParentsInHubSpot =>
  new Map(
    [...byKind].map(([name, byChild]) => [
      name,
      new Map([...byChild].map(([id, { edges }]) => [id, edges])),
    ]),
  );

/** What is known of the parents of a batch in HubSpot. */
interface KnownParents {
  readonly inHubSpot: ParentsInHubSpot;
  /** HubSpot doesn't let Counterpart read whether an object has parents of a kind. */
  readonly isUnreadable: (kind: ParentKind, id: ObjectId) => boolean;
}

/** Of a kind that an object doesn't tell itself, a source leaves out what HubSpot didn't let it read. */
const asFarAsKnown = (byKind: KnownEdges): KnownParents => ({
  inHubSpot: parentsIn(byKind),
  isUnreadable: (kind, id) =>
    isUntold(kind) && byKind.get(kind.name)?.has(id) !== true,
});

/** Whether an object itself doesn't tell its parents of a kind. */
const isUntold = ({ primary }: ParentKind): boolean => !primary?.property;

/** The primary parent; all, if none is primary. */
function primaryOrAll<Parent>(
  parents: readonly Parent[],
  isPrimary: (parent: Parent) => boolean,
): readonly Parent[] {
  const primary = parents.filter(isPrimary);
  return primary.length > 0 ? primary : parents;
}

/** HubSpot's parents of an object of which one must be synced, where the portal requires that. */
function parentsThatCount(
  { primary }: ParentKind,
  { properties }: HubSpotObject,
  edges: Edges,
): ObjectId[] {
  const named = properties[primary?.property ?? ""] ?? null;
  return named !== null && !isBlank(named)
    ? [named]
    : primaryOrAll(edges, (edge) => edge.primary).map(({ toId }) => toId);
}

/** Asks HubSpot for parents that the portal requires, of kinds of which the objects themselves don't tell. */
async function readRequired(
  engine: Engine,
  portalId: PortalId,
  kinds: readonly ParentKind[],
  objects: readonly HubSpotObject[],
  { priority, trial }: Pick<Subject, "priority" | "trial">,
): Promise<KnownParents> {
  const untold = kinds.filter(isUntold);
  if (untold.length === 0 || objects.length === 0)
    return { inHubSpot: new Map(), isUnreadable: () => false };
  const [required, unreadable] = await engine.database.inPortal(
    portalId,
    async (db) => {
      const { settings, missing } = await loadStanding(db, portalId);
      const isUnreadable = ({ name }: ParentKind): boolean =>
        missing[`read-associations:${name}`] !== undefined;
      const asked = untold.filter(
        (kind) => parentRules(trial ?? settings, kind).require,
      );
      return [
        asked.filter((kind) => !isUnreadable(kind)),
        new Set(asked.filter(isUnreadable).map(({ name }) => name)),
      ] as const;
    },
  );
  const read = new Map<string, ReadonlyMap<ObjectId, HubSpotEdges>>();
  for (const kind of required)
    read.set(
      kind.name,
      await engine.hubspot.portal(portalId).readAssociations(
        kind,
        objects.map(({ id }) => id),
        { priority },
      ),
    );
  return {
    inHubSpot: parentsIn(read),
    isUnreadable: ({ name }) => unreadable.has(name),
  };
}

type StatusOfKind = (
  record: StoredRecord | null,
  object: HubSpotObject | null,
) => ParentStatus;

interface NewObject {
  readonly id: ObjectId;
  readonly isUnreadable: boolean;
  readonly parents: readonly ObjectId[];
}

async function loadStatus(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  {
    records,
    objects,
  }: {
    readonly records: readonly StoredRecord[];
    readonly objects: readonly NewObject[];
  },
): Promise<StatusOfKind> {
  const rows = await loadParents(
    db,
    portalId,
    kind,
    records.map((record) => record.id),
  );
  const ofRecord = Map.groupBy(rows, (row) => row.child_id);
  const ofObject = new Map(objects.map((object) => [object.id, object]));
  const live = await loadLinked(db, portalId, kind, [
    ...new Set(objects.flatMap(({ parents }) => parents)),
  ]);
  return (record, object) => {
    const ours = record === null ? [] : (ofRecord.get(record.id) ?? []);
    const looked = object === null ? undefined : ofObject.get(object.id);
    const theirs = looked?.parents ?? [];
    const blocking = ours.findLast(({ code }) => code !== null);
    return {
      kind,
      has: ours.length + theirs.length > 0,
      ...(looked?.isUnreadable === true && ours.length === 0
        ? { unreadable: true as const }
        : {}),
      ...(ours.length > 0
        ? {
            linked: primaryOrAll(ours, (row) => row.is_primary).some(
              (row) => row.linked,
            ),
          }
        : theirs.length === 0
          ? {}
          : theirs.some((id) => live.has(id))
            ? { linked: true }
            : { linked: false, unlinked: theirs }),
      blockedBy:
        typeof blocking?.code === "string"
          ? { code: blocking.code, cause: blocking.cause ?? "" }
          : null,
    };
  };
}

/** Which of some parents in HubSpot have a live link. */
async function loadLinked(
  db: Db,
  portalId: PortalId,
  { to }: ParentKind,
  ids: readonly ObjectId[],
): Promise<ReadonlySet<ObjectId>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ object_id: ObjectId }>`
    select object_id::text from link
    where portal_id = ${portalId} and object_type = ${sql.lit(to)} and state = 'live'
      and object_id = any (array(select unnest(${ids}::bigint[])))`.execute(db);
  return new Set(rows.map((row) => row.object_id));
}

interface ParentRow {
  readonly child_id: RecordId;
  readonly is_primary: boolean;
  readonly code: string | null;
  readonly cause: string | null;
  /** HubSpot has this parent. */
  readonly linked: boolean;
}

/**
 * The children that have a parent, and the problem that blocks them where there is one: of a primary parent only, where
 * the kind has one.
 */
async function loadParents(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  childIds: readonly RecordId[],
): Promise<ParentRow[]> {
  if (childIds.length === 0) return [];
  const { rows } = await sql<ParentRow>`
    select e.child_id, e.is_primary, p.code, p.cause, exists (
        select from link l where l.portal_id = ${portalId} and l.record_id = e.parent_id and l.state = 'live') as linked
    from (${parentsHere(portalId, kind, childIds)}) e
    left join lateral (
      select a.code, a.cause from attention a
      where (e.is_primary or ${kind.primary === null}::boolean)
        and a.portal_id = ${portalId} and a.record_id = e.parent_id and a.state = 'open' and a.kind = 'problem'
        and not exists (select from link l where l.portal_id = ${portalId} and l.record_id = e.parent_id and l.state = 'live')
      limit 1
    ) p on true`.execute(db);
  return rows;
}

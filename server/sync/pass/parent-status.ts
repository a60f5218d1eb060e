import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import { readSettings } from "../../settings/store.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import type { BatchRequest, StatusOf } from "../pairs/batch-request.ts";
import { loadMissing } from "../installation/capabilities.ts";
import type { Engine } from "../engine.ts";
import type { ParentStatus } from "../model.ts";
import type { PassInput } from "./pass-input.ts";
import type { KnownEdges } from "../associations/plan-edges.ts";
import { parentsHere } from "../associations/stored-edges.ts";
import type { HubSpotEdges } from "../decide/plan.ts";
import type { StoredRecord } from "../pairs/stored-state.ts";
import { isBlank } from "../values/value.ts";

/** Of each kind, the objects of a batch that have a parent in HubSpot, as far as it is known. */
type ObjectsWithParent = ReadonlyMap<string, ReadonlySet<ObjectId>>;

/**
 * Returns how a pass learns what is known of the parents of records and objects that aren't linked: whether each has a
 * parent on either side, and whether a parent has a problem of its own and is not in HubSpot, which blocks its children
 * (AP-103). One query a batch and kind; and a call where only HubSpot's associations tell what the portal requires.
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
    const withParent =
      edges.kind === "known"
        ? parentsIn(edges.byKind)
        : await readRequired(engine, portalId, kinds, objects, {
            priority,
            trial,
          });
    const statuses = await engine.database.inPortal(portalId, async (db) => {
      const loaded: StatusOfKind[] = [];
      for (const kind of kinds)
        loaded.push(
          await loadStatus(
            db,
            portalId,
            kind,
            records,
            withParent.get(kind.name) ?? new Set(),
          ),
        );
      return loaded;
    });
    return (record, object) => statuses.map((status) => status(record, object));
  };
}

type Subject = Pick<PassInput, "objectType" | "edges" | "priority"> &
  Pick<BatchRequest, "trial">;

const parentsIn = (byKind: KnownEdges): ObjectsWithParent =>
  new Map(
    [...byKind].map(([name, byChild]) => [
      name,
      new Set(
        [...byChild].flatMap(([id, theirs]) =>
          theirs.edges.length > 0 ? [id] : [],
        ),
      ),
    ]),
  );

/** Asks HubSpot for parents that the portal requires, of kinds of which the objects themselves don't tell. */
async function readRequired(
  engine: Engine,
  portalId: PortalId,
  kinds: readonly ParentKind[],
  objects: readonly HubSpotObject[],
  { priority, trial }: Pick<Subject, "priority" | "trial">,
): Promise<ObjectsWithParent> {
  const untold = kinds.filter(({ primary }) => !primary?.property);
  if (untold.length === 0 || objects.length === 0) return new Map();
  const required = await engine.database.inPortal(portalId, async (db) => {
    const missing = await loadMissing(db, portalId);
    const settings = trial ?? (await readSettings(db, portalId)).settings;
    return untold.filter(
      (kind) =>
        missing[`read-associations:${kind.name}`] === undefined &&
        parentRules(settings, kind).require,
    );
  });
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
  return parentsIn(read);
}

type StatusOfKind = (
  record: StoredRecord | null,
  object: HubSpotObject | null,
) => ParentStatus;

async function loadStatus(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  records: readonly StoredRecord[],
  withParent: ReadonlySet<ObjectId>,
): Promise<StatusOfKind> {
  const rows = await loadParents(
    db,
    portalId,
    kind,
    records.map((record) => record.id),
  );
  const has = new Set(rows.map((row) => row.child_id));
  const linked = new Set(
    rows.flatMap((row) => (row.linked ? [row.child_id] : [])),
  );
  const blocked = new Map(
    rows.flatMap((row) =>
      row.code === null
        ? []
        : [[row.child_id, { code: row.code, cause: row.cause ?? "" }] as const],
    ),
  );
  const property = kind.primary?.property ?? null;
  return (record, object) => ({
    kind,
    has:
      (record !== null && has.has(record.id)) ||
      (object !== null &&
        (withParent.has(object.id) ||
          (property !== null && !isBlank(object.properties[property])))),
    ...(record !== null && has.has(record.id)
      ? { linked: linked.has(record.id) }
      : {}),
    blockedBy: record === null ? null : (blocked.get(record.id) ?? null),
  });
}

interface ParentRow {
  readonly child_id: RecordId;
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
    select e.child_id, p.code, p.cause, exists (
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

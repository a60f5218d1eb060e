import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { Brakes } from "../../settings/schema.ts";
import type { Movement } from "../model.ts";
import type { Planned } from "../decide/plan.ts";
import { freeUpTo, movementKey, movementsOf } from "./pure/judge.ts";
import type { Gauge } from "./pure/judge.ts";
import { heldCodes } from "./pure/wording.ts";

/** What has passed within the window, and what is pending: the numbers that a batch is judged by. */

const thisMinute = sql`floor(extract(epoch from now()) / 60)::bigint`;

/**
 * Loads the gauges of the movements. With `lock`, their rows are held until the transaction ends: nobody else judges or
 * counts the same movements meanwhile. The rows are locked before records and links, everywhere.
 */
export async function loadGauges(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    brakes,
    movements,
    planned,
    lock,
  }: {
    readonly brakes: Brakes;
    readonly movements: readonly Movement[];
    readonly planned: readonly Planned[];
    readonly lock: boolean;
  },
): Promise<Map<string, Gauge>> {
  const passed = lock
    ? await lockWindows(db, portalId, type, brakes, movements)
    : await readWindows(db, portalId, type, brakes, movements);
  const open = await openCodes(db, portalId, type);
  const gauges = new Map<string, Gauge>();
  for (const movement of movements) {
    const key = movementKey(movement);
    const gauge = {
      ...movement,
      passed: passed.get(key) ?? 0,
      closed: open.has(key),
    };
    gauges.set(key, {
      ...gauge,
      ...(await loadAround(db, portalId, type, {
        brakes,
        known: gauge,
        planned,
      })),
    });
  }
  return gauges;
}

type WindowRow = Movement & { readonly passed: number };

const passedWithin = (brakes: Brakes) => sql`
  (select coalesce(sum(m.value::int), 0)::int from jsonb_each_text(w.minutes) m
    where m.key::bigint > ${thisMinute} - ${brakes.windowMinutes})`;

const keyed = (rows: readonly WindowRow[]): Map<string, number> =>
  new Map(rows.map((row) => [movementKey(row), row.passed]));

async function readWindows(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  brakes: Brakes,
  movements: readonly Movement[],
): Promise<Map<string, number>> {
  const { rows } = await sql<WindowRow>`
    select w.flow, w.action, ${passedWithin(brakes)} as passed
    from brake_window w
    join jsonb_to_recordset(${toJson(movements)}::jsonb) as m(flow text, action text) using (flow, action)
    where w.portal_id = ${portalId} and w.object_type = ${type}`.execute(db);
  return keyed(rows);
}

async function lockWindows(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  brakes: Brakes,
  movements: readonly Movement[],
): Promise<Map<string, number>> {
  // An update that changes nothing locks a row that is there already; the order keeps two batches from a deadlock.
  const { rows } = await sql<WindowRow>`
    insert into brake_window as w (portal_id, object_type, flow, action)
    select ${portalId}, ${type}, m.flow, m.action
    from jsonb_to_recordset(${toJson(movements)}::jsonb) as m(flow text, action text)
    order by m.flow, m.action
    on conflict (portal_id, object_type, flow, action) do update set minutes = w.minutes
    returning w.flow, w.action, ${passedWithin(brakes)} as passed`.execute(db);
  return keyed(rows);
}

/** Counts what a batch lets through, under the lock that it was judged under. Older minutes are dropped. */
export async function countPassed(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  brakes: Brakes,
  passed: readonly Movement[],
): Promise<void> {
  if (passed.length === 0) return;
  const counts = new Map<string, Movement & { count: number }>();
  for (const movement of passed) {
    const key = movementKey(movement);
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { ...movement, count });
  }
  await sql`
    update brake_window w set minutes = coalesce((
        select jsonb_object_agg(m.key, m.value) from jsonb_each(w.minutes) m
        where m.key::bigint > ${thisMinute} - ${brakes.windowMinutes}), '{}')
      || jsonb_build_object(${thisMinute}::text, coalesce((w.minutes ->> ${thisMinute}::text)::int, 0) + c.count)
    from jsonb_to_recordset(${toJson([...counts.values()])}::jsonb) as c(flow text, action text, count int)
    where w.portal_id = ${portalId} and w.object_type = ${type} and w.flow = c.flow and w.action = c.action`.execute(
    db,
  );
}

/** The movements of which an entry is open. Index attention_brake. */
async function openCodes(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ code: string; initiator: string }>`
    select code, initiator from attention
    where portal_id = ${portalId} and object_type = ${type} and state = 'open'
      and record_id is null and object_id is null
      and code in ('mass_deletion', 'mass_creation', 'mass_update')`.execute(
    db,
  );
  return new Set(
    rows.flatMap(({ code, initiator }) =>
      (["delete", "create", "update"] as const)
        .filter((action) => heldCodes[action] === code)
        .map((action) =>
          movementKey({
            flow: initiator === "hubspot" ? "to_workspace" : "to_hubspot",
            action,
          }),
        ),
    ),
  );
}

type Known = Omit<Gauge, "pending" | "linked">;

/** What is linked, and what is stored already of the same movement: a burst is judged whole, however it arrives. */
async function loadAround(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    brakes,
    known,
    planned,
  }: {
    readonly brakes: Brakes;
    readonly known: Known;
    readonly planned: readonly Planned[];
  },
): Promise<Pick<Gauge, "pending" | "linked">> {
  if (known.closed) return { pending: 0, linked: 0 };
  const ofMovement = planned.filter(({ decision }) =>
    movementsOf(decision).some(
      (movement) => movementKey(movement) === movementKey(known),
    ),
  );
  if (known.action === "delete")
    return {
      linked: await countLinked(db, portalId, type),
      pending:
        known.flow === "to_workspace"
          ? await countGoneInHubSpot(db, portalId, type, objectsOf(planned))
          : await countGoneHere(db, portalId, type, recordsOf(planned)),
    };
  if (known.flow === "to_workspace") return { pending: 0, linked: 0 };
  const inBatch = ofMovement.length;
  const free = freeUpTo(brakes, known) - known.passed - inBatch;
  const dirty = await countDirty(db, portalId, type);
  if (dirty <= Math.max(free, 0) && free >= 0) return { pending: 0, linked: 0 };
  const others = await countDirtyLike(
    db,
    portalId,
    type,
    known.action === "update",
    recordsOf(planned),
  );
  // Conditions leave some of them out: as many are taken to come of the others as of this batch.
  const looked = planned.filter(
    ({ pair }) => (pair.link?.state === "live") === (known.action === "update"),
  ).length;
  return {
    pending: Math.floor((others * inBatch) / Math.max(looked, inBatch, 1)),
    linked: await countLinked(db, portalId, type),
  };
}

const recordsOf = (planned: readonly Planned[]): RecordId[] =>
  planned.flatMap(({ pair }) => pair.record?.id ?? []);

const objectsOf = (planned: readonly Planned[]): ObjectId[] =>
  planned.flatMap(({ pair }) => pair.link?.objectId ?? []);

const countOf = async (
  rows: Promise<{ rows: readonly { count: number }[] }>,
): Promise<number> => (await rows).rows[0]?.count ?? 0;

/** Index link_live_object. */
const countLinked = (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<number> =>
  countOf(
    sql<{ count: number }>`
      select count(*)::int as count from link
      where portal_id = ${portalId} and object_type = ${type} and state = 'live'`.execute(
      db,
    ),
  );

/** Linked objects that an event says were deleted, or that a sweep under way was not shown. */
const countGoneInHubSpot = (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  inBatch: readonly ObjectId[],
): Promise<number> =>
  countOf(
    sql<{ count: number }>`
      select count(*)::int as count from (
        select object_id from inbox
        where portal_id = ${portalId} and settled_at is null and kind = 'deletion' and object_type = ${type}
        union
        select i.object_id from run r
        join run_item i on i.portal_id = r.portal_id and i.run_id = r.id and i.code = 'missing'
        where r.portal_id = ${portalId} and r.kind = 'sweep' and r.object_type = ${type} and r.state in ('queued', 'running')
      ) gone
      join link l on l.portal_id = ${portalId} and l.object_type = ${type} and l.object_id = gone.object_id and l.state = 'live'
        and l.kept_at is null
      where l.object_id <> all (${inBatch}::bigint[])`.execute(db),
  );

/** Linked records that the product has deleted and that are still to be looked at. */
const countGoneHere = (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  inBatch: readonly RecordId[],
): Promise<number> =>
  countOf(
    sql<{ count: number }>`
      select count(*)::int as count from dirty d
      join record r on r.portal_id = d.portal_id and r.id = d.record_id and r.deleted_at is not null
      join link l on l.portal_id = d.portal_id and l.record_id = d.record_id and l.state = 'live'
      where d.portal_id = ${portalId} and d.object_type = ${type} and d.due_at < 'infinity'
        and d.record_id <> all (${inBatch}::uuid[])`.execute(db),
  );

/** Index dirty_by_type. */
const countDirty = (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<number> =>
  countOf(
    sql<{ count: number }>`
      select count(*)::int as count from dirty
      where portal_id = ${portalId} and object_type = ${type} and due_at < 'infinity'`.execute(
      db,
    ),
  );

const countDirtyLike = (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  linked: boolean,
  inBatch: readonly RecordId[],
): Promise<number> =>
  countOf(
    sql<{ count: number }>`
      select count(*)::int as count from dirty d
      join record r on r.portal_id = d.portal_id and r.id = d.record_id and r.deleted_at is null
      where d.portal_id = ${portalId} and d.object_type = ${type} and d.due_at < 'infinity'
        and d.record_id <> all (${inBatch}::uuid[])
        and ${linked}::boolean = exists (
          select from link l where l.portal_id = d.portal_id and l.record_id = d.record_id and l.state = 'live')`.execute(
      db,
    ),
  );

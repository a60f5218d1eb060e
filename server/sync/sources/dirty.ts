import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import { analyzeOutgrown } from "../../database/analyze-outgrown.ts";
import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { descriptorOf, objectTypes } from "../../settings/types/index.ts";
import { BatchesAtOnce } from "./batches-at-once.ts";
import { chunksOf } from "../../hubspot/chunks.ts";
import { awaitMoreDeletions } from "../brake/quiet.ts";
import { closeEntriesOf } from "../recheck/blocked-children.ts";
import type { Engine } from "../engine.ts";
import { automatic, startedBy } from "../decide/triggers.ts";
import { runPassHalving } from "../pass/pass-halving.ts";
import { loadStanding } from "../installation/standing.ts";
import type { Standing } from "../installation/standing.ts";
import { syncedOf } from "../installation/portal-types.ts";

/** A statement for three hundred records costs little more than one for a hundred. */
const linkedInBatch = 300;
/** The database works on some batches while HubSpot works on the others. */
const linkedAtOnce = 3;
const othersInBatch = 100;
/** The most that are looked for at once. */
const most = linkedInBatch * linkedAtOnce;
const turnMs = 2_000;

/**
 * The records that the product has changed, parents first, some batches at once. Answers when to look again: "now",
 * or the moment of the next one that was put off.
 */
export async function drainDirty(
  engine: Engine,
  portalId: PortalId,
  turn: { readonly fence: Fence; readonly signal: AbortSignal },
): Promise<Date | "now" | null> {
  const started = engine.now().getTime();
  await analyzeOutgrown(engine.database);
  const batches = new BatchesAtOnce<RecordId>(linkedAtOnce);
  let type: ObjectType | null = null;
  const push = async (
    recordIds: readonly RecordId[],
    person: string | null,
  ): Promise<void> => {
    if (type === null) return;
    await runPassHalving(engine, portalId, {
      objectType: type,
      recordIds,
      trigger: startedBy(automatic("workspace"), person),
      account: { source: "product", by: person ?? "", runId: null },
      priority: "bulk",
      fence: turn.fence,
      edges: { kind: "if-moved" },
      // The set has put off what is to wait.
      isSettled: (_plan, flow) => flow === "to_hubspot",
    });
  };
  try {
    for (;;) {
      const busy = batches.ids;
      const { next, due } = await engine.database.inPortal(portalId, (db) =>
        look(db, portalId, busy),
      );
      const isOver = next === null || next.objectType !== type;
      // Parents first: a type's batches have ended when the next type's begin. What they leave is looked at again.
      if (isOver && busy.length > 0) {
        await batches.end();
        continue;
      }
      if (next === null) return due;
      type = next.objectType;
      const pushTheirs = (batch: readonly RecordId[]): Promise<void> =>
        push(batch, next.person);
      for (const batch of chunksOf(next.linked, linkedInBatch))
        await batches.start(batch, pushTheirs);
      if (next.others.length > 0 || !next.more) await batches.end();
      if (next.others.length > 0) await pushTheirs(next.others);
      await batches.room();
      if (turn.signal.aborted || engine.now().getTime() - started > turnMs) {
        await batches.end();
        return "now";
      }
    }
  } finally {
    // The lane is not given back while a batch is under way.
    await batches.end().catch(() => undefined);
  }
}

/** Records of one type that one person has changed, or nobody in particular. */
interface NextRecords {
  readonly objectType: ObjectType;
  /** The email of the active user for whom the product changed them. */
  readonly person: string | null;
  readonly linked: readonly RecordId[];
  readonly others: readonly RecordId[];
  /** There may be more of the type. */
  readonly more: boolean;
}

/**
 * What is to be pushed next, without the records that are being worked on; where there is nothing, when the next one is
 * due. Puts off what can't be pushed.
 */
async function look(
  db: Db,
  portalId: PortalId,
  busy: readonly RecordId[],
): Promise<{ readonly next: NextRecords | null; readonly due: Date | null }> {
  const times = await loadDueTimes(db, portalId, busy);
  const dueTypes = times.flatMap((time) => (time.isDue ? [time.type] : []));
  if (dueTypes.length === 0) return { next: null, due: times[0]?.at ?? null };
  const next = await nextRecords(db, portalId, dueTypes, busy);
  if (next !== null) return { next, due: null };
  const left = await loadDueTimes(db, portalId, busy);
  return { next: null, due: left[0]?.at ?? null };
}

/** When the next record of each type is due that has one, the earliest first. Index dirty_by_type. */
async function loadDueTimes(
  db: Db,
  portalId: PortalId,
  busy: readonly RecordId[],
): Promise<
  readonly {
    readonly type: ObjectType;
    readonly at: Date;
    readonly isDue: boolean;
  }[]
> {
  const { rows } = await sql<{ type: ObjectType; at: Date; isDue: boolean }>`
    select t.type, d.due_at as at, d.due_at <= now() as "isDue"
    from unnest(${[...objectTypes]}::text[]) as t (type)
    cross join lateral (
      select due_at from dirty
      where portal_id = ${portalId} and object_type = t.type and due_at < 'infinity'
        and record_id <> all (${[...busy]}::uuid[])
      order by due_at limit 1
    ) d
    order by d.due_at`.execute(db);
  return rows;
}

/**
 * The next records of one of the types of which some are due, parents first. Those that are gone and have no live link say
 * nothing to either side, and no pair would come of them: they leave the set here, unless they have changed again. So
 * does an entry that names no record. What is in HubSpot already goes in large batches side by side, and first, so that
 * a deletion comes before a creation; the others in one small batch, since two might bring the same companies along.
 */
async function nextRecords(
  db: Db,
  portalId: PortalId,
  dueTypes: readonly ObjectType[],
  busy: readonly RecordId[],
): Promise<NextRecords | null> {
  const standing = await loadStanding(db, portalId);
  if (!standing.settings.automatic.push) {
    // They keep, and are due as soon as the switch is on again (follow-settings.ts).
    await putOff(db, portalId, {
      which: sql`true`,
      minutes: 1,
      isStopped: async () =>
        !(await loadStanding(db, portalId)).settings.automatic.push,
    });
    return null;
  }
  const pushed = pushedTypes(standing);
  // First of all, while nothing of the set is locked: who saves settings waits for its rows, and this waits for who saves.
  for (const objectType of dueTypes)
    if (!pushed.includes(objectType))
      // They keep, and are due as soon as the scope is granted again (capabilities.ts).
      await putOff(db, portalId, {
        which: sql`object_type = ${objectType}`,
        minutes: 60,
        isStopped: async () =>
          !pushedTypes(await loadStanding(db, portalId)).includes(objectType),
      });
  for (const objectType of objectTypes) {
    if (!pushed.includes(objectType) || !dueTypes.includes(objectType))
      continue;
    const { rows } = await sql<{
      record_id: RecordId;
      person: string | null;
      ended: boolean;
      linked: boolean;
      deleted: boolean;
    }>`
        with due as (
          select record_id, due_at, changed_by from dirty
          where portal_id = ${portalId} and object_type = ${objectType} and due_at <= now()
            and record_id <> all (${busy}::uuid[])
          order by due_at limit ${most}
        ), ended as (
          delete from dirty d using due, record r
          where d.portal_id = ${portalId} and d.record_id = due.record_id
            and r.portal_id = ${portalId} and r.id = due.record_id
            and r.deleted_at is not null and d.revision <= r.revision
            and not exists (
              select from link l
              where l.portal_id = ${portalId} and l.record_id = r.id and l.state = 'live')
          returning d.record_id
        ), lost as (
          delete from dirty d using due
          where d.portal_id = ${portalId} and d.record_id = due.record_id
            and not exists (
              select from record r
              where r.portal_id = ${portalId} and r.id = due.record_id and r.object_type = ${objectType})
          returning d.record_id
        ), left_set as (
          select record_id from ended union all select record_id from lost
        )
        select due.record_id, u.email as person, left_set.record_id is not null as ended, exists (
          select from link l
          where l.portal_id = ${portalId} and l.record_id = due.record_id and l.state = 'live') as linked, exists (
          select from record r
          where r.portal_id = ${portalId} and r.id = due.record_id and r.deleted_at is not null) as deleted
        from due
        left join left_set using (record_id)
        left join workspace_user u on u.portal_id = ${portalId} and u.email = lower(due.changed_by) and u.active
        order by due.due_at`.execute(db);
    if (rows.length === 0) continue;
    await closeEntriesOf(
      db,
      portalId,
      objectType,
      rows.flatMap((row) => (row.ended ? [row.record_id] : [])),
    );
    const early = await awaitMoreDeletions(db, portalId, objectType, {
      settings: standing.settings[objectType],
      deleted: rows.flatMap((row) =>
        row.linked && row.deleted ? [row.record_id] : [],
      ),
      due: rows.map((row) => row.record_id),
    });
    if (early.size === rows.length) continue;
    const ready = rows.filter((row) => !row.ended && !early.has(row.record_id));
    const person = ready[0]?.person ?? null;
    const theirs = ready.filter((row) => row.person === person);
    const ids = (linked: boolean): RecordId[] =>
      theirs.filter((row) => row.linked === linked).map((row) => row.record_id);
    return {
      objectType,
      person,
      linked: ids(true),
      others: ids(false).slice(0, othersInBatch),
      more: rows.length === most || theirs.length < ready.length,
    };
  }
  return null;
}

/** The types that are synced, and that HubSpot lets Counterpart push. */
function pushedTypes({ types, missing }: Standing): readonly ObjectType[] {
  const synced = syncedOf(types);
  return objectTypes.filter(
    (type) =>
      synced.includes(type) &&
      descriptorOf(type).flows.push &&
      missing[`read:${type}`] === undefined &&
      missing[`write:${type}`] === undefined,
  );
}

/**
 * Puts due records off if they still can't be pushed once everything that is being saved has been saved. Whoever lets them
 * be pushed again makes those due that were put off by then, and waits for this transaction (lock of the installation).
 */
async function putOff(
  db: Db,
  portalId: PortalId,
  {
    which,
    minutes,
    isStopped,
  }: {
    readonly which: RawBuilder<unknown>;
    readonly minutes: number;
    readonly isStopped: () => Promise<boolean>;
  },
): Promise<void> {
  await sql`select from installation where portal_id = ${portalId} for share`.execute(
    db,
  );
  if (await isStopped())
    await sql`
      update dirty set due_at = now() + make_interval(mins => ${minutes})
      where portal_id = ${portalId} and due_at <= now() and ${which}`.execute(
      db,
    );
}

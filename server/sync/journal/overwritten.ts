import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { writeJournal } from "./journal.ts";
import type { JournalLine } from "./journal.ts";
import type { Base, BaseEntry, SentValue } from "../model.ts";
import type { Account } from "../decide/plan.ts";

/** What a property event says: HubSpot's clock. */
export interface PropertyEvent {
  readonly objectId: ObjectId;
  readonly property: string;
  readonly value: string | null;
  readonly occurredAt: Date;
  /** HubSpot says that this app wrote it. */
  readonly ours?: boolean;
}

/** The clocks of two systems, and the time between reading a pair and committing its attempt. */
const beforeMs = 2 * 60_000;
/** A record is read shortly before it is written: what was typed longer ago than this, the write had seen. */
const afterMs = 10 * 60_000;

/**
 * Between our read of an object and our write to it, a HubSpot user may have typed a value that we never saw and that
 * our write replaced. Its event tells of it afterwards: the value goes into the journal, once an event, so that nothing
 * is overwritten without a trace. `objects` are what HubSpot holds now. Of an object that HubSpot no longer has, the base
 * says what it held when it was last seen. Four queries for a batch, whatever its size.
 */
export async function journalOverwritten(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    account,
    events,
    objects,
  }: {
    readonly account: Account;
    readonly events: readonly PropertyEvent[];
    readonly objects: ReadonlyMap<ObjectId, Pick<HubSpotObject, "properties">>;
  },
): Promise<void> {
  // What HubSpot holds as it was typed has been replaced by nothing.
  const possible = events.filter((event) => {
    const object = objects.get(event.objectId);
    return (
      object === undefined ||
      !same(object.properties[event.property], event.value)
    );
  });
  if (possible.length === 0) return;
  const writes = await loadWrites(
    db,
    portalId,
    type,
    [...new Set(possible.map((event) => event.objectId))],
    new Date(
      Math.min(...possible.map((event) => event.occurredAt.getTime())) -
        beforeMs,
    ),
  );
  const lines = seriesOf(events).flatMap((series) =>
    replacements(series, objects.get(series[0]?.objectId ?? ""), writes),
  );
  const told = new Set(
    writes.journal
      .filter((row) => row.code === "overwritten_unseen")
      .map((row) => `${row.object_id} ${row.reason}`),
  );
  await writeJournal(db, portalId, type, {
    account,
    initiator: "workspace",
    lines: lines.filter((line) => !told.has(`${line.objectId} ${line.reason}`)),
  });
}

/** The events of each property of each object, earliest first. */
function seriesOf(events: readonly PropertyEvent[]): PropertyEvent[][] {
  const series = new Map<string, PropertyEvent[]>();
  for (const event of events) {
    const key = `${event.objectId} ${event.property}`;
    series.set(key, [...(series.get(key) ?? []), event]);
  }
  return [...series.values()].map((each) =>
    each.toSorted(
      (one, other) => one.occurredAt.getTime() - other.occurredAt.getTime(),
    ),
  );
}

/**
 * The lines for what our writes replaced of one property. Of several values typed one after the other, only the last
 * before a write of ours was there for it to replace: before each write that an event tells of, and before the one that
 * HubSpot holds now.
 */
function replacements(
  series: readonly PropertyEvent[],
  object: Pick<HubSpotObject, "properties"> | undefined,
  writes: Writes,
): JournalLine[] {
  return series.flatMap((event, place) => {
    const next = series[place + 1];
    if (next !== undefined)
      return isOurs(next, writes) && !same(next.value, event.value)
        ? (overwritten(event, next.value, next.ours === true, writes) ?? [])
        : [];
    const held =
      object === undefined
        ? heldBeforeGone(event, writes)
        : object.properties[event.property];
    return held === undefined || same(held, event.value)
      ? []
      : (overwritten(event, held, object !== undefined, writes) ?? []);
  });
}

/** Whether an event tells of a write of ours: HubSpot says so, or it has what one of our attempts sent. */
const isOurs = (
  { ours, objectId, property, value }: PropertyEvent,
  { attempts }: Writes,
): boolean =>
  ours === true ||
  attempts.some(
    ({ object_id, sent }) =>
      object_id === objectId &&
      Object.hasOwn(sent, property) &&
      same(sent[property]?.h, value),
  );

const same = (
  one: string | null | undefined,
  other: string | null | undefined,
): boolean => (one ?? "").trim() === (other ?? "").trim();

/**
 * What an object that HubSpot no longer has held after the last event of a property: the base, if the object was seen
 * after the event. Undefined: nothing says so.
 */
function heldBeforeGone(
  { objectId, property, value, occurredAt }: PropertyEvent,
  { links }: Writes,
): string | null | undefined {
  const link = links.find((row) => row.object_id === objectId);
  const base = baseOf(link, property)?.[1];
  const seenAt = link?.seen_at ?? null;
  return seenAt !== null &&
    occurredAt <= seenAt &&
    base !== undefined &&
    !same(base.h, value)
    ? base.h
    : undefined;
}

const baseOf = (
  link: { readonly base: Base } | undefined,
  property: string,
): [field: string, entry: BaseEntry] | undefined =>
  Object.entries(link?.base ?? {}).find(([, entry]) => entry.p === property);

interface Writes {
  readonly links: readonly {
    readonly object_id: ObjectId;
    readonly record_id: RecordId;
    readonly base: Base;
    /** HubSpot's clock. */
    readonly seen_at: Date | null;
  }[];
  readonly attempts: readonly {
    readonly object_id: ObjectId;
    readonly sent: Readonly<Record<string, SentValue>>;
    readonly created_at: Date;
    readonly answered: boolean;
  }[];
  readonly journal: readonly {
    readonly object_id: ObjectId;
    readonly code: string;
    readonly reason: string;
    readonly changes: readonly {
      readonly property?: string;
      readonly side?: string;
      readonly before?: unknown;
    }[];
  }[];
}

/**
 * A link that has just ended, with its object's deletion perhaps, tells as well. Indexes link_object;
 * attempt_open_object and attempt_settled, which spans minutes here; journal_by_object.
 */
async function loadWrites(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objectIds: readonly ObjectId[],
  since: Date,
): Promise<Writes> {
  const links = await sql<Writes["links"][number]>`
    select distinct on (object_id) object_id, record_id, base, seen_at from link
    where portal_id = ${portalId} and object_type = ${type} and object_id = any (${objectIds}::bigint[])
      and (state = 'live' or ended_at >= ${since})
    order by object_id, (state = 'live') desc, ended_at desc`.execute(db);
  if (links.rows.length === 0) return { links: [], attempts: [], journal: [] };
  const linked = links.rows.map((row) => row.object_id);
  const ofThese = sql`portal_id = ${portalId} and object_type = ${type} and object_id = any (${linked}::bigint[])
      and operation = 'update' and created_at >= ${since}`;
  const attempts = await sql<Writes["attempts"][number]>`
    select object_id, sent, created_at, answer is not null as answered from attempt
    where ${ofThese} and settled_at is null
    union all
    select object_id, sent, created_at, answer is not null from attempt
    where ${ofThese} and settled_at >= ${since}
    order by created_at`.execute(db);
  if (attempts.rows.length === 0)
    return { links: links.rows, attempts: [], journal: [] };
  const journal = await sql<Writes["journal"][number]>`
    select object_id, code, reason, changes from journal
    where portal_id = ${portalId} and object_type = ${type} and object_id = any (${linked}::bigint[]) and at >= ${since}`.execute(
    db,
  );
  return { links: links.rows, attempts: attempts.rows, journal: journal.rows };
}

/**
 * The journal's line for an event whose value one of our writes replaced without having seen it; null: no such case.
 * @param isRead whether `held` was read from HubSpot just now
 */
function overwritten(
  event: PropertyEvent,
  held: string | null,
  isRead: boolean,
  { links, attempts, journal }: Writes,
): JournalLine | null {
  const { objectId, property, value } = event;
  const link = links.find((row) => row.object_id === objectId);
  const [field, base] = baseOf(link, property) ?? [];
  const ours = attempts.filter(
    (attempt) =>
      attempt.object_id === objectId && Object.hasOwn(attempt.sent, property),
  );
  if (link === undefined || ours.length === 0) return null;
  if (
    ours.some(({ sent }) => {
      const written = sent[property];
      return (
        same(written?.h, value) ||
        (written?.cleared === true && same(null, value))
      );
    })
  )
    return null;

  const occurredAt = event.occurredAt.getTime();
  const write = ours.find((attempt) => {
    const distance = attempt.created_at.getTime() - occurredAt;
    if (distance < -beforeMs || distance > afterMs) return false;
    // HubSpot rewrites what it is given: what it holds may be ours although it is not what was sent.
    return (
      same(attempt.sent[property]?.h, held) ||
      (isRead && attempt.answered && base !== undefined && same(base.h, held))
    );
  });
  if (write === undefined) return null;
  // Unanswered, the base is still the one from before our write.
  if (!write.answered && same(base?.h, value)) return null;
  const seenBefore = journal.some(
    (row) =>
      row.object_id === objectId &&
      row.code !== "overwritten_unseen" &&
      row.changes.some(
        (change) =>
          change.side === "hubspot" &&
          change.property === property &&
          same(textOf(change.before), value),
      ),
  );
  if (seenBefore) return null;
  return {
    recordId: link.record_id,
    objectId,
    action: "overwritten",
    code: "overwritten_unseen",
    reason: `A value of ${property} that someone entered in HubSpot at ${event.occurredAt.toISOString()} was overwritten before Counterpart had read it.`,
    changes: [
      {
        field: field ?? property,
        property,
        side: "hubspot",
        before: value,
        after: held,
      },
    ],
  };
}

const textOf = (value: unknown): string | null =>
  typeof value === "string" ? value : null;

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
import type { Base, SentValue } from "../model.ts";
import type { Account } from "../decide/plan.ts";

/** What a property event says: HubSpot's clock. */
export interface PropertyEvent {
  readonly objectId: ObjectId;
  readonly property: string;
  readonly value: string | null;
  readonly occurredAt: Date;
}

/** The clocks of two systems, and the time between reading a pair and committing its attempt. */
const beforeMs = 2 * 60_000;
/** A record is read shortly before it is written: what was typed longer ago than this, the write had seen. */
const afterMs = 10 * 60_000;

/**
 * Between our read of an object and our write to it, a HubSpot user may have typed a value that we never saw and that
 * our write replaced. Its event tells of it afterwards: the value goes into the journal, once an event, so that nothing
 * is overwritten without a trace. `objects` are what HubSpot holds now. Four queries for a batch, whatever its size.
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
  const replaced = latestOfEach(events).filter((event) => {
    const held = objects.get(event.objectId)?.properties[event.property];
    return held !== undefined && !same(held, event.value);
  });
  if (replaced.length === 0) return;
  const writes = await loadWrites(
    db,
    portalId,
    type,
    [...new Set(replaced.map((event) => event.objectId))],
    new Date(
      Math.min(...replaced.map((event) => event.occurredAt.getTime())) -
        beforeMs,
    ),
  );
  const lines = replaced.flatMap((event) => {
    const object = objects.get(event.objectId);
    const line =
      object === undefined ? null : overwritten(event, object, writes);
    return line === null ? [] : [line];
  });
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

/** Of several values typed one after the other, only the last was there for us to overwrite. */
function latestOfEach(events: readonly PropertyEvent[]): PropertyEvent[] {
  const latest = new Map<string, PropertyEvent>();
  for (const event of events) {
    const key = `${event.objectId} ${event.property}`;
    const other = latest.get(key);
    if (other === undefined || other.occurredAt <= event.occurredAt)
      latest.set(key, event);
  }
  return [...latest.values()];
}

const same = (
  one: string | null | undefined,
  other: string | null | undefined,
): boolean => (one ?? "").trim() === (other ?? "").trim();

interface Writes {
  readonly links: readonly {
    readonly object_id: ObjectId;
    readonly record_id: RecordId;
    readonly base: Base;
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

/** A link that has just ended, with its object's deletion perhaps, tells as well. Indexes link_object; attempt_open_object and attempt_settled, which spans minutes here; journal_by_object. */
async function loadWrites(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objectIds: readonly ObjectId[],
  since: Date,
): Promise<Writes> {
  const links = await sql<Writes["links"][number]>`
    select distinct on (object_id) object_id, record_id, base from link
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

/** The journal's line for an event whose value one of our writes replaced without having seen it; null: no such case. */
function overwritten(
  event: PropertyEvent,
  object: Pick<HubSpotObject, "properties">,
  { links, attempts, journal }: Writes,
): JournalLine | null {
  const { objectId, property, value } = event;
  const held = object.properties[property] ?? null;
  const link = links.find((row) => row.object_id === objectId);
  const [field, base] =
    Object.entries(link?.base ?? {}).find(
      ([, entry]) => entry.p === property,
    ) ?? [];
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
      (attempt.answered && base !== undefined && same(base.h, held))
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

import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { awaitMoreEvents } from "../brake/quiet.ts";
import { isHeldCode } from "../brake/pure/wording.ts";
import type { Engine } from "../engine.ts";
import { RECORD_TOO_LARGE } from "../decide/fit-record.ts";
import { automatic } from "../decide/triggers.ts";
import { runPassHalving, WORKSPACE_REFUSED } from "../pass/pass-halving.ts";
import { idFault } from "../values/event-ids.ts";
import { workErasures } from "./erasures.ts";
import { concerns } from "./event-concerns.ts";
import type { Concern } from "./event-concerns.ts";
import { isolateFailures, noteFailure } from "./inbox-failures.ts";
import { setAsideRow } from "./inbox-row.ts";
import type { InboxRow } from "./inbox-row.ts";
import { ownWritesOf } from "./own-writes.ts";
import { isWrittenByUs } from "../values/written-by-us.ts";
import { readSettings } from "../../settings/store.ts";
import { journalOverwritten } from "../journal/overwritten.ts";
import type { PropertyEvent } from "../journal/overwritten.ts";
import { loadStanding } from "../installation/standing.ts";
import { syncedOf } from "../installation/portal-types.ts";

const rowsATurn = 1_000;
const passSize = 100;
/** An event that is newer than what was read stays for another look, this often. */
const mostLooks = 4;

/**
 * What HubSpot has told: hints which objects to look at. Many events on one object become one read. Privacy deletions
 * come first and outrank everything. Rows are settled by their own ids, in the transaction of the batch they led to.
 */
export async function drainInbox(
  engine: Engine,
  portalId: PortalId,
  turn: { readonly fence: Fence; readonly signal: AbortSignal },
): Promise<Date | "now" | null> {
  const { rows, pulled, due } = await engine.database.inPortal(
    portalId,
    async (db) => {
      const types = await pulledTypes(db, portalId);
      const waiting = await takeRows(db, portalId);
      const ripe = await takeRipe(db, portalId, waiting, types);
      return {
        rows: ripe,
        pulled: types,
        due: ripe.length === 0 ? await nextDue(db, portalId) : null,
      };
    },
  );
  if (rows.length === 0) return due;

  const failed = (row: InboxRow, error: Error): Promise<void> =>
    noteFailure(engine, portalId, turn.fence, row, error);
  await isolateFailures(
    rows.filter(isErasure),
    (some) => workErasures(engine, portalId, some, turn.fence),
    failed,
  );
  const faults = rows
    .filter((row) => !isErasure(row))
    .map((row) => ({ row, fault: idFault(row.kind, row.event) }));
  const others = faults.flatMap(({ row, fault }) =>
    fault === null ? [row] : [],
  );
  // With automatic pull off, or a type that may not be read, the changed pull goes on from its old cursor once that
  // is another matter, and a sweep follows.
  const ignored = others.filter(
    (row) => !concerns(row).some(({ type }) => pulled.includes(type)),
  );
  const ownWrites = await engine.database.inPortal(portalId, async (db) => {
    const { appId } = engine.hubspot;
    const own = await ownWritesOf(db, portalId, others, appId);
    if (others.length === faults.length && ignored.length + own.size === 0)
      return own;
    await turn.fence(db);
    // Of an older version, which stored events that it did not understand.
    for (const { row, fault } of faults)
      if (fault !== null) await setAsideRow(db, portalId, row, fault);
    await closeRows(db, portalId, [...ignored, ...own], "for-good");
    return own;
  });
  const news = others.filter((row) => !ownWrites.has(row));
  for (const type of pulled)
    await drainType(engine, portalId, type, news, turn.fence);
  return rows.length === rowsATurn
    ? "now"
    : engine.database.inPortal(portalId, (db) => nextDue(db, portalId));
}

/** The types of which events are followed: none where automatic pull is off, and none that is not synced or may not be read. */
async function pulledTypes(
  db: Db,
  portalId: PortalId,
): Promise<readonly ObjectType[]> {
  const { settings, types, missing } = await loadStanding(db, portalId);
  if (!settings.automatic.pull) return [];
  return syncedOf(types).filter(
    (type) =>
      descriptorOf(type).flows.pull && missing[`read:${type}`] === undefined,
  );
}

async function takeRows(db: Db, portalId: PortalId): Promise<InboxRow[]> {
  return db
    .selectFrom("inbox")
    .select([
      "id",
      "kind",
      "object_type",
      "object_id",
      "occurred_at",
      "event",
      "looks",
      "failures",
    ])
    .where("portal_id", "=", portalId)
    .where("settled_at", "is", null)
    .where("due_at", "<=", sql<Date>`now()`)
    .orderBy("due_at")
    .orderBy("id")
    .limit(rowsATurn)
    .execute();
}

/** Without the deletions that wait for others that may follow them. */
async function takeRipe(
  db: Db,
  portalId: PortalId,
  rows: readonly InboxRow[],
  types: readonly ObjectType[],
): Promise<InboxRow[]> {
  const isDeletion = ({ kind }: InboxRow): boolean => kind === "deletion";
  const early = new Set<string>();
  for (const type of types) {
    if (!rows.some((row) => isDeletion(row) && row.object_type === type))
      continue;
    const { settings } = await readSettings(db, portalId);
    if (await awaitMoreEvents(db, portalId, type, settings[type]))
      early.add(type);
  }
  return rows.filter((row) => !isDeletion(row) || !early.has(row.object_type));
}

const isErasure = ({ kind }: InboxRow): boolean => kind === "privacyDeletion";

async function drainType(
  engine: Engine,
  portalId: PortalId,
  type: ObjectType,
  rows: readonly InboxRow[],
  fence: Fence,
): Promise<void> {
  const ofType = rows
    .map((row) => ({
      row,
      concerns: concerns(row).filter((concern) => concern.type === type),
    }))
    .filter((entry) => entry.concerns.length > 0);
  for (const chunk of inChunks(ofType))
    await isolateFailures(
      chunk,
      (entries) => drainChunk(engine, portalId, type, entries, fence),
      ({ row }, error) => noteFailure(engine, portalId, fence, row, error),
    );
}

async function drainChunk(
  engine: Engine,
  portalId: PortalId,
  type: ObjectType,
  chunk: readonly Entry[],
  fence: Fence,
): Promise<void> {
  const account = { source: "webhook", by: "", runId: null };
  const all = chunk.flatMap((entry) => entry.concerns);
  const deleted = chunk
    .filter((entry) => entry.row.kind === "deletion")
    .map((entry) => entry.row.object_id);
  // Their events have waited for others; what a change of a property comes upon has not.
  const settled = new Set(
    chunk
      .filter(({ row }) => ["deletion", "look"].includes(row.kind))
      .map(({ row }) => row.object_id),
  );
  await runPassHalving(engine, portalId, {
    objectType: type,
    isSettled: ({ pair }, flow) =>
      flow === "to_workspace" && settled.has(pair.link?.objectId ?? ""),
    objectIds: [...new Set(all.map((concern) => concern.objectId))],
    deletedByEvent: new Set(deleted),
    trigger: automatic("hubspot"),
    account,
    priority: "bulk",
    fence,
    edges: {
      kind: all.some((concern) => concern.edges) ? "read" : "if-moved",
    },
    finish: async (db, items) => {
      // Looking again changes nothing of what the workspace refused or has no room for, or what waits for approval: its
      // entry is open.
      const refused = new Set(
        items.flatMap(({ code, objectId }) =>
          ([WORKSPACE_REFUSED, RECORD_TOO_LARGE].includes(code) ||
            isHeldCode(code)) &&
          objectId !== null
            ? [objectId]
            : [],
        ),
      );
      const isRefused = (entry: Entry): boolean =>
        entry.concerns.some(({ objectId }) => refused.has(objectId));
      const rowsThat = (entries: readonly Entry[]): InboxRow[] =>
        entries.map(({ row }) => row);
      await closeRows(
        db,
        portalId,
        rowsThat(chunk.filter(isRefused)),
        "for-good",
      );
      await closeRows(
        db,
        portalId,
        rowsThat(chunk.filter((entry) => !isRefused(entry))),
        "if-seen",
      );
    },
    afterRead: (objects) =>
      engine.database.inPortal(portalId, (db) =>
        journalOverwritten(db, portalId, type, {
          account,
          events: propertyEvents(chunk, engine.hubspot.appId),
          objects,
        }),
      ),
  });
}

/** What was written in HubSpot, event by event: what our own write replaced unseen goes into the journal. */
const propertyEvents = (
  chunk: readonly Entry[],
  appId: number,
): PropertyEvent[] =>
  chunk.flatMap(({ row: { kind, object_id, occurred_at, event } }) => {
    const { propertyName, propertyValue, changeSource, sourceId } = event;
    return kind === "propertyChange" && typeof propertyName === "string"
      ? [
          {
            objectId: object_id,
            property: propertyName,
            value: typeof propertyValue === "string" ? propertyValue : null,
            occurredAt: occurred_at,
            ours: isWrittenByUs(
              {
                sourceType: String(changeSource),
                sourceId: String(sourceId),
              },
              appId,
            ),
          },
        ]
      : [];
  });

type Entry = { readonly row: InboxRow; readonly concerns: readonly Concern[] };

/** Whole rows, so that each is settled with the batch that held all of its objects. */
function inChunks(entries: readonly Entry[]): Entry[][] {
  const chunks: Entry[][] = [];
  let ids = new Set<ObjectId>();
  for (const entry of entries) {
    const more = entry.concerns.filter(
      (concern) => !ids.has(concern.objectId),
    ).length;
    if (chunks.length === 0 || ids.size + more > passSize) {
      chunks.push([]);
      ids = new Set();
    }
    chunks.at(-1)?.push(entry);
    for (const concern of entry.concerns) ids.add(concern.objectId);
  }
  return chunks;
}

/**
 * Settles rows. Of those that were looked at, the ones whose event is newer than what its object's link has seen wait
 * for another look; what is not looked at at all would wait in vain.
 */
async function closeRows(
  db: Db,
  portalId: PortalId,
  rows: readonly InboxRow[],
  how: "if-seen" | "for-good",
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update inbox i set
      settled_at = case when s.early then null else now() end,
      looks = i.looks + 1,
      due_at = case when s.early then now() + interval '2 seconds' * (i.looks + 1) else i.due_at end
    from (
      select n.id, ${how === "if-seen"}::boolean and n.kind = 'propertyChange' and n.looks < ${mostLooks} and exists (
        select from link l
        where l.portal_id = n.portal_id and l.object_type = n.object_type and l.object_id = n.object_id and l.state = 'live'
          and l.seen_at < n.occurred_at
      ) as early
      from inbox n where n.portal_id = ${portalId} and n.id = any (${rows.map((row) => row.id)}::bigint[])
    ) s
    where i.portal_id = ${portalId} and i.id = s.id`.execute(db);
}

async function nextDue(db: Db, portalId: PortalId): Promise<Date | null> {
  const row = await db
    .selectFrom("inbox")
    .select((eb) => eb.fn.min<Date | null>("due_at").as("due"))
    .where("portal_id", "=", portalId)
    .where("settled_at", "is", null)
    .executeTakeFirst();
  return row?.due ?? null;
}

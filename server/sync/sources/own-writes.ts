import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import { isWrittenByUs } from "../values/written-by-us.ts";
import { concerns } from "./event-concerns.ts";
import type { InboxRow } from "./inbox-row.ts";

/** A longer one is compared by reading: a turn has 1,000 events, each of which may be as long as HubSpot's longest text. */
const MOST_CHARACTERS = 1_000;

/**
 * Of events, those on objects of which HubSpot only tells what this app has written, with the values that the bases
 * already have: nothing has to be read for them. HubSpot's word for who wrote is a hint and no proof; but a value that
 * both sides are known to have is news from nobody. One other event on an object, and all of its events are looked at.
 * So are they while a field is parked, or is yet to go to the workspace: an event may be what that waits for.
 */
export async function ownWritesOf(
  db: Db,
  portalId: PortalId,
  rows: readonly InboxRow[],
  appId: number,
): Promise<ReadonlySet<InboxRow>> {
  const told = rows.map((row) => ({ row, change: ownChange(row, appId) }));
  const asked = told.flatMap(({ change }) => change ?? []);
  if (asked.length === 0) return new Set();
  const known = await knownChanges(db, portalId, asked);
  const news = new Set(
    told.flatMap(({ row, change }) =>
      change !== null && known.has(change.row)
        ? []
        : concerns(row).map(({ type, objectId }) => keyOf(type, objectId)),
    ),
  );
  return new Set(
    told.flatMap(({ row, change }) =>
      change === null || news.has(keyOf(change.type, change.object))
        ? []
        : [row],
    ),
  );
}

const keyOf = (type: string, objectId: ObjectId): string =>
  `${type} ${objectId}`;

interface OwnChange {
  /** The event's row of the inbox. */
  readonly row: string;
  readonly type: string;
  readonly object: ObjectId;
  readonly property: string;
  /** "" where it was cleared. */
  readonly value: string;
}

/** The change of a property that HubSpot says this app made. */
function ownChange(
  { id, kind, object_type, object_id, event }: InboxRow,
  appId: number,
): OwnChange | null {
  const { propertyName, propertyValue, changeSource, sourceId } = event;
  const isOurs = isWrittenByUs(
    { sourceType: String(changeSource), sourceId: String(sourceId) },
    appId,
  );
  const value = propertyValue === null ? "" : propertyValue;
  return kind === "propertyChange" &&
    isOurs &&
    typeof propertyName === "string" &&
    typeof value === "string" &&
    value.length <= MOST_CHARACTERS
    ? {
        row: id,
        type: object_type,
        object: object_id,
        property: propertyName,
        value,
      }
    : null;
}

/** The rows whose value every field with that property has as its base. */
async function knownChanges(
  db: Db,
  portalId: PortalId,
  changes: readonly OwnChange[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ row: string }>`
    select c.row::text as row
    from jsonb_to_recordset(${toJson(changes)}::jsonb) as c(row bigint, type text, object bigint, property text, value text)
    join link l on l.portal_id = ${portalId} and l.object_type = c.type and l.object_id = c.object
      and l.state = 'live' and l.parked = '{}'
    where (
      select bool_and(coalesce(b.entry ->> 'h', '') = c.value and not b.entry ? 'filled')
      from jsonb_each(l.base) as b(field, entry) where b.entry ->> 'p' = c.property
    )`.execute(db);
  return new Set(rows.map(({ row }) => row));
}

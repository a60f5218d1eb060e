import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import { setAsideEvents } from "../../database/set-aside.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/object-type.ts";

/** One event as it waits in the inbox. */
export interface InboxRow {
  readonly id: string;
  readonly kind: string;
  readonly object_type: string;
  readonly object_id: ObjectId;
  readonly occurred_at: Date;
  readonly event: Readonly<Record<string, unknown>>;
  readonly looks: number;
  readonly failures: number;
}

/** The webhook's route writes our word for the types that are synced, and HubSpot's id for any other. */
export const syncedType = (stored: string): ObjectType | undefined =>
  objectTypes.find((type) => type === stored);

/** Before a row for which there's no room among the events that were set aside is looked at again, in seconds. */
const NO_ROOM_SECONDS = 3_600;

/** Lets a row wait and says for what, in a word or two without any of its values. */
export async function putOff(
  db: Db,
  portalId: PortalId,
  rows: readonly Pick<InboxRow, "id">[],
  seconds: number,
  waitsFor: string,
): Promise<void> {
  await db
    .updateTable("inbox")
    .set({
      due_at: sql<Date>`now() + make_interval(secs => ${seconds})`,
      waits_for: waitsFor,
    })
    .where("portal_id", "=", portalId)
    .where("id", "=", anyOf(rows.map((row) => row.id)))
    .execute();
}

/** Settles a row whose event is kept for operators instead of being worked. Where there is no room, it stays. */
export async function setAsideRow(
  db: Db,
  portalId: PortalId,
  row: InboxRow,
  reason: string,
): Promise<boolean> {
  const kept = await setAsideEvents(db, [
    { portalId, reason, event: row.event },
  ]);
  if (kept === 0) {
    await putOff(db, portalId, [row], NO_ROOM_SECONDS, "set_aside_is_full");
    return false;
  }
  await db
    .updateTable("inbox")
    .set({ settled_at: sql<Date>`now()`, waits_for: "set_aside" })
    .where("portal_id", "=", portalId)
    .where("id", "=", row.id)
    .execute();
  return true;
}

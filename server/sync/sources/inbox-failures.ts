import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import { GoneError, RefusedError } from "../../hubspot/errors.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { openAttention } from "../attention/attention.ts";
import type { Engine } from "../engine.ts";
import { putOff, setAsideRow, syncedType } from "./inbox-row.ts";
import type { InboxRow } from "./inbox-row.ts";

/** Failures of one row before it is set aside and shown to people: with the waits below, after 20 minutes. */
export const MOST_FAILURES = 8;
const FIRST_WAIT_SECONDS = 10;

/** The code of an object of which an event could not be worked. */
export const EVENT_FAILED = "event_failed";

/**
 * Works entries together. If one of them makes the work fail, they are halved down to that one, which `failed` is told
 * of, and the others go through. A failure that isn't any entry's own is thrown: the whole lane waits for that.
 */
export async function isolateFailures<T>(
  entries: readonly T[],
  work: (entries: readonly T[]) => Promise<void>,
  failed: (entry: T, error: Error) => Promise<void>,
): Promise<void> {
  const [only, ...more] = entries;
  if (only === undefined) return;
  try {
    await work(entries);
  } catch (error) {
    if (!(error instanceof Error) || !isOfItsInput(error)) throw error;
    if (more.length === 0) return failed(only, error);
    const middle = Math.ceil(entries.length / 2);
    await isolateFailures(entries.slice(0, middle), work, failed);
    await isolateFailures(entries.slice(middle), work, failed);
  }
}

/** SQLSTATEs of a moment, a deployment or a right, and not of the data that a statement was given. */
const notOfData = /^(?:08|25|26|28|3D|40|42|53|55P03|57|58|XX)/;

/** Whether an error may come from what was worked on: from its data, or from a mistake of ours that it has met. */
function isOfItsInput(error: Error): boolean {
  if (error instanceof RefusedError || error instanceof GoneError) return true;
  const code: unknown = "code" in error ? error.code : undefined;
  if (typeof code === "string")
    return /^[0-9A-Z]{5}$/.test(code) && !notOfData.test(code);
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof SyntaxError
  );
}

/**
 * Notes that work on a row has failed in itself: the row waits, longer each time. In the end its event is kept for
 * operators, and its object is shown to people; the object's other events go on.
 */
export async function noteFailure(
  engine: Engine,
  portalId: PortalId,
  fence: Fence,
  row: InboxRow,
  error: Error,
): Promise<void> {
  const failures = row.failures + 1;
  const why = nameOf(error);
  const aside = await engine.database.inPortal(portalId, async (db) => {
    await fence(db);
    await db
      .updateTable("inbox")
      .set({ failures })
      .where("portal_id", "=", portalId)
      .where("id", "=", row.id)
      .execute();
    if (failures < MOST_FAILURES) {
      const seconds = FIRST_WAIT_SECONDS * 2 ** (failures - 1);
      await putOff(db, portalId, [row], seconds, why);
      return false;
    }
    await show(db, portalId, row, why);
    return setAsideRow(
      db,
      portalId,
      row,
      `processing failed ${failures} times: ${why}`,
    );
  });
  const { kind, object_type: objectType, object_id: objectId } = row;
  const about = { portalId, kind, objectType, objectId, failures, why };
  if (aside)
    engine.log.warn(about, "an event was set aside because it kept failing");
  else
    engine.log.warn(
      about,
      "processing an event failed; the event stays in the queue",
    );
}

// The class and a code, never the message: it may carry a person's data.
function nameOf(error: Error): string {
  const code: unknown = "code" in error ? error.code : undefined;
  return typeof code === "string" ? `${error.name} ${code}` : error.name;
}

async function show(
  db: Db,
  portalId: PortalId,
  { object_type, object_id: objectId }: InboxRow,
  why: string,
): Promise<void> {
  const type = syncedType(object_type);
  if (type === undefined) return;
  const link = await db
    .selectFrom("link")
    .select("record_id")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("object_id", "=", objectId)
    .where("state", "=", sql.lit("live"))
    .executeTakeFirst();
  await openAttention(db, portalId, type, {
    initiator: "hubspot",
    runId: null,
    notices: [
      {
        kind: "problem",
        code: EVENT_FAILED,
        recordId: link?.record_id ?? null,
        objectId,
        field: "",
        cause: `A change of this ${type} in HubSpot couldn't be synced. Counterpart tried ${MOST_FAILURES} times (${why}).`,
        fix: "Retry. If the change fails again, ask Counterpart's administrator to check the log.",
        details: {},
      },
    ],
  });
}

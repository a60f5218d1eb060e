import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { objectTypes, typesWith } from "../../settings/types/index.ts";
import {
  ERASURE_NOT_CONFIRMED,
  openAttention,
} from "../attention/attention.ts";
import { loadMissing } from "../installation/capabilities.ts";
import type { Engine } from "../engine.ts";
import { loadMergedInto } from "../merges/load-merges.ts";
import { erasePerson } from "../apply/privacy.ts";
import { putOff, syncedType } from "./inbox-row.ts";
import type { InboxRow } from "./inbox-row.ts";

/** Looks at an object that HubSpot still has, before people are asked: with the waits below, within 90 minutes. */
export const MOST_ERASURE_LOOKS = 8;
const FIRST_WAIT_SECONDS = 5;
const WAIT_FACTOR = 3;
/** Before a type that may not be read is tried again, in seconds. */
const UNREADABLE_SECONDS = 600;

/**
 * Privacy deletions that events report. What an erasure destroys can't be had again, so an event alone erases nobody:
 * HubSpot is asked, and a person is erased once it no longer has the object (absent, or in the archive). An object that
 * it still has is looked at again, since our reading may be earlier than the deletion; in the end it is shown to people
 * and not erased. If it can't be read, the event waits.
 */
export async function workErasures(
  engine: Engine,
  portalId: PortalId,
  rows: readonly InboxRow[],
  fence: Fence,
): Promise<void> {
  const erasable = typesWith("erase");
  for (const type of objectTypes) {
    const ofType = rows.filter(
      ({ object_type }) => (syncedType(object_type) ?? erasable[0]) === type,
    );
    if (ofType.length === 0) continue;
    const missing = await engine.database.inPortal(portalId, (db) =>
      loadMissing(db, portalId),
    );
    const gone =
      missing[`read:${type}`] === undefined
        ? await goneOf(
            engine,
            portalId,
            type,
            ofType.map((row) => row.object_id),
            "bulk",
          )
        : null;
    await engine.database.inPortal(portalId, async (db) => {
      await fence(db);
      if (gone === null) {
        await putOff(db, portalId, ofType, UNREADABLE_SECONDS, "missing_scope");
        return;
      }
      for (const row of ofType) {
        if (gone.has(row.object_id)) {
          await erasePerson(db, portalId, type, row.object_id);
          await close(db, portalId, row);
        } else await doubt(engine, db, portalId, type, row);
      }
    });
  }
}

/**
 * Of these objects, those that HubSpot has no longer, under this id or under the one that it was merged into: what is
 * kept under either id is one person's.
 */
export async function goneOf(
  engine: Engine,
  portalId: PortalId,
  type: ObjectType,
  asked: readonly ObjectId[],
  priority: "interactive" | "bulk",
): Promise<ReadonlySet<ObjectId>> {
  const mergedInto = await engine.database.inPortal(portalId, (db) =>
    loadMergedInto(db, portalId, type, asked),
  );
  const idsOf = (id: ObjectId): ObjectId[] => [
    id,
    ...(mergedInto.has(id) ? [mergedInto.get(id)?.objectId ?? id] : []),
  ];
  const found = await engine.hubspot.portal(portalId).read(
    type,
    [...new Set(asked.flatMap(idsOf))],
    { properties: [] },
    {
      priority,
    },
  );
  return new Set(
    asked.filter((id) => idsOf(id).every((one) => found.get(one) === null)),
  );
}

/** HubSpot still has the object. */
async function doubt(
  engine: Engine,
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  row: InboxRow,
): Promise<void> {
  const looks = row.looks + 1;
  await db
    .updateTable("inbox")
    .set({ looks })
    .where("portal_id", "=", portalId)
    .where("id", "=", row.id)
    .execute();
  if (looks < MOST_ERASURE_LOOKS) {
    const seconds = FIRST_WAIT_SECONDS * WAIT_FACTOR ** (looks - 1);
    await putOff(db, portalId, [row], seconds, "hubspot_still_has_it");
    return;
  }
  engine.log.warn(
    { portalId, objectType: type, objectId: row.object_id },
    "an event reported a permanent deletion, but HubSpot still has the object; nothing was erased",
  );
  const cause = `HubSpot reported a permanent deletion of this ${type}, but the ${type} is still in HubSpot. Nothing was erased.`;
  // Of the object alone: the pair itself is in sync.
  await openAttention(db, portalId, type, {
    initiator: "hubspot",
    runId: null,
    notices: [
      {
        kind: "problem",
        code: ERASURE_NOT_CONFIRMED,
        recordId: null,
        objectId: row.object_id,
        field: "",
        cause,
        fix: `If this person asked to be deleted, delete the ${type} permanently in HubSpot, then retry. If the ${type} stays, retry to close this entry.`,
        details: {},
      },
    ],
  });
  await db
    .insertInto("journal")
    .values({
      portal_id: portalId,
      object_type: type,
      object_id: row.object_id,
      action: "skipped",
      source: "webhook",
      initiator: "hubspot",
      code: ERASURE_NOT_CONFIRMED,
      reason: cause,
    })
    .execute();
  await close(db, portalId, row);
}

async function close(db: Db, portalId: PortalId, row: InboxRow): Promise<void> {
  await db
    .updateTable("inbox")
    .set({ settled_at: sql<Date>`now()`, waits_for: null })
    .where("portal_id", "=", portalId)
    .where("id", "=", row.id)
    .execute();
}

import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import { chunksOf } from "../../hubspot/chunks.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import type { Engine } from "../engine.ts";
import type { Account } from "../decide/plan.ts";
import { journalOverwritten } from "./overwritten.ts";
import type { PropertyEvent } from "./overwritten.ts";
import { isWrittenByUs } from "../values/written-by-us.ts";

/** HubSpot lowers a page of reads to this where history is asked for (HUBSPOT-API.md 2.3). */
const readsWithHistory = 50;

/**
 * A person may type in HubSpot between our read of an object and our write to it, and the event that tells of it may be
 * lost. HubSpot's own history knows: it is read once for each of our updates among the objects that have changed, and
 * what one of them replaced unseen goes into the journal. Costs nothing for objects that we did not write.
 */
export async function findOverwritten(
  engine: Engine,
  portalId: PortalId,
  type: ObjectType,
  account: Account,
  objects: readonly HubSpotObject[],
): Promise<void> {
  const written = await engine.database.inPortal(portalId, async (db) => {
    const { rows } = await sql<{
      id: string;
      object_id: ObjectId;
      properties: string[];
    }>`
      select id, object_id, array(select jsonb_object_keys(sent)) as properties from attempt
      where portal_id = ${portalId} and object_type = ${type} and operation = 'update' and not history_read
        and object_id = any (${objects.map((object) => object.id)}::bigint[]) and settled_at is not null`.execute(
      db,
    );
    return rows;
  });
  if (written.length === 0) return;
  const ids = [...new Set(written.map((row) => row.object_id))];
  const properties = [...new Set(written.flatMap((row) => row.properties))];
  const gateway = engine.hubspot.portal(portalId);
  // Page by page, so that the histories of no more than one are kept.
  for (const page of chunksOf(ids, readsWithHistory)) {
    const answers = await gateway.read(
      type,
      page,
      { properties, history: properties },
      { priority: "bulk" },
    );
    const held = new Map<ObjectId, HubSpotObject>();
    const events: PropertyEvent[] = [];
    for (const object of answers.values()) {
      if (object === null) continue;
      held.set(object.id, object);
      events.push(...eventsOf(object, engine.hubspot.appId));
    }
    await engine.database.inPortal(portalId, async (db) => {
      await journalOverwritten(db, portalId, type, {
        account,
        events,
        objects: held,
      });
      const read = written.filter((row) => page.includes(row.object_id));
      await db
        .updateTable("attempt")
        .set({ history_read: true })
        .where("portal_id", "=", portalId)
        .where("id", "=", anyOf(read.map((row) => row.id)))
        .execute();
    });
  }
}

/** What history tells of each property, with what this app wrote. */
const eventsOf = (object: HubSpotObject, appId: number): PropertyEvent[] =>
  Object.entries(object.history ?? {}).flatMap(([property, entries]) =>
    entries.map((entry) => ({
      objectId: object.id,
      property,
      value: entry.value,
      occurredAt: entry.timestamp,
      ours: isWrittenByUs(entry, appId),
    })),
  );

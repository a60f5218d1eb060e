import { sql } from "kysely";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import type { Engine } from "../engine.ts";
import type { SentValue } from "../model.ts";
import type { Account } from "../plan.ts";
import { journalUnseen } from "../unseen.ts";
import type { PropertyEvent } from "../unseen.ts";

/** HubSpot lowers a page of reads to this where history is asked for (HUBSPOT-API.md 2.3). */
const readsWithHistory = 50;

/**
 * A person may type in HubSpot between our read of an object and our write to it, and the event that tells of it may be
 * lost. HubSpot's own history knows: it is read once for each of our updates among the objects that have changed, and
 * what one of them replaced unseen goes into the journal. Costs nothing for objects that we did not write.
 */
export async function tellUnseen(
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
      sent: Record<string, SentValue>;
    }>`
      select id, object_id, sent from attempt
      where portal_id = ${portalId} and object_type = ${type} and operation = 'update' and not history_read
        and object_id = any (${objects.map((object) => object.id)}::bigint[]) and settled_at is not null`.execute(
      db,
    );
    return rows;
  });
  if (written.length === 0) return;
  const ids = [...new Set(written.map((row) => row.object_id))];
  const properties = [
    ...new Set(written.flatMap((row) => Object.keys(row.sent))),
  ];
  const gateway = engine.hubspot.portal(portalId);
  const events: PropertyEvent[] = [];
  const held = new Map<ObjectId, HubSpotObject>();
  for (let at = 0; at < ids.length; at += readsWithHistory) {
    const answers = await gateway.read(
      type,
      ids.slice(at, at + readsWithHistory),
      { properties, history: properties },
      { priority: "bulk" },
    );
    for (const object of answers.values()) {
      if (object === null) continue;
      held.set(object.id, object);
      events.push(...typedByOthers(object, engine.hubspot.appId));
    }
  }
  await engine.database.inPortal(portalId, async (db) => {
    await journalUnseen(db, portalId, type, account, events, held);
    await sql`
      update attempt set history_read = true
      where portal_id = ${portalId} and id = any (${written.map((row) => row.id)}::uuid[])`.execute(
      db,
    );
  });
}

/** What history tells was set by anybody but this app. */
const typedByOthers = (object: HubSpotObject, appId: number): PropertyEvent[] =>
  Object.entries(object.history ?? {}).flatMap(([property, entries]) =>
    entries
      .filter(
        (entry) =>
          !(
            entry.sourceType === "INTEGRATION" &&
            entry.sourceId === String(appId)
          ),
      )
      .map((entry) => ({
        objectId: object.id,
        property,
        value: entry.value,
        occurredAt: entry.timestamp,
      })),
  );

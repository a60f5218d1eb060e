import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { writeJournal } from "../journal/journal.ts";
import { loadMergeEvents } from "./load-merges.ts";
import { idsOf, lockLinks } from "./merge-settlements.ts";
import type { LinkRow } from "./merge-settlements.ts";
import { endedPrimaryOf } from "./pure/primary-of-merge.ts";
import type { Survivor } from "./store-aliases.ts";

/** States of links that ended without a merge. A link that a merge ended keeps the id of its own object. */
const ended = [
  "object-deleted",
  "record-deleted",
  "given-up",
  "unselected",
  "purged",
] as const;

/**
 * Moves the ended link of a merge's primary object to the object that the merge made: it is why nothing is created for
 * that object, and what a restored record comes back to. Only survivors that no link names yet take part. One query by
 * index link_object where no such link is known.
 */
export async function moveEndedLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  survivors: readonly Survivor[],
): Promise<void> {
  const unnamed = await withEndedLinks(db, portalId, type, survivors);
  if (unnamed.length === 0) return;
  const ids = idsOf(unnamed);
  const links = await lockLinks(db, portalId, type, ids, ended);
  const events = await loadMergeEvents(db, portalId, type, ids);
  const moved = unnamed.flatMap(({ object, oldIds }) => {
    const primary = endedPrimaryOf(
      type,
      { id: object.id, properties: object.properties, oldIds },
      links
        .filter(({ object_id }) => oldIds.includes(object_id))
        .map((row) => ({
          row,
          objectId: row.object_id,
          createdAt: row.created_at.getTime(),
          base: row.base,
        })),
      events,
    );
    return primary === null ? [] : [{ link: primary.row, objectId: object.id }];
  });
  await move(db, portalId, type, moved);
}

/** The survivors that no link names, and of whose old ids an ended link names one. */
async function withEndedLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  survivors: readonly Survivor[],
): Promise<readonly Survivor[]> {
  if (survivors.length === 0) return [];
  const { rows } = await sql<{ object_id: ObjectId; ended: boolean }>`
    select distinct object_id, state = any (${[...ended]}::text[]) as ended from link
    where portal_id = ${portalId} and object_type = ${type}
      and object_id = any (${idsOf(survivors)}::bigint[])`.execute(db);
  const named = new Set(rows.map((row) => row.object_id));
  const gone = new Set(
    rows.flatMap((row) => (row.ended ? [row.object_id] : [])),
  );
  return survivors.filter(
    ({ object, oldIds }) =>
      !named.has(object.id) && oldIds.some((id) => gone.has(id)),
  );
}

async function move(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  moved: readonly { readonly link: LinkRow; readonly objectId: ObjectId }[],
): Promise<void> {
  if (moved.length === 0) return;
  const page = moved.map(({ link, objectId }) => ({ id: link.id, objectId }));
  // The survivor is another object with a clock of its own.
  await sql`
    update link l set object_id = n."objectId", seen_at = null
    from jsonb_to_recordset(${toJson(page)}::jsonb) as n(id uuid, "objectId" bigint)
    where l.portal_id = ${portalId} and l.id = n.id`.execute(db);
  await writeJournal(db, portalId, type, {
    account: { source: "merge", by: "", runId: null },
    initiator: "hubspot",
    lines: moved.map(({ link, objectId }) => ({
      recordId: link.record_id,
      objectId,
      action: "relinked",
      code: "id_moved",
      reason: `Merged in HubSpot: ${type} ${link.object_id} is now ${objectId}. The link had already ended.`,
      changes: [],
    })),
  });
}

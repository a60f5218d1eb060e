import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { storeVerdicts, writeJournal } from "../journal/journal.ts";
import { recheckChildrenOfUnlinked } from "../recheck/recheck-children.ts";
import { insertLinks } from "../pairs/insert-links.ts";
import type { Person } from "./attention-entry.ts";
import { givenUp } from "../decide/creation-stops.ts";
import type { Base, LinkState } from "../model.ts";

export interface Relink {
  readonly type: ObjectType;
  /** The entry whose choice this is. */
  readonly attentionId: string;
  /** Who gets the object. */
  readonly recordId: RecordId;
  readonly objectId: ObjectId;
  /** Who has it, as the entry says; null: nobody. */
  readonly holderId: RecordId | null;
  /** What identifies the object, as HubSpot has just shown it. */
  readonly identities: readonly string[];
  readonly base: Base;
  readonly person: Person;
}

export type RelinkResult =
  | { readonly kind: "given" | "settled" | "busy" }
  /** What is other than the entry says: a sentence without its end. */
  | { readonly kind: "changed"; readonly what: string };

/**
 * Ends the holder's link with the object and links the record with it, with journal, entry and dirty rows, in the
 * caller's transaction. Records, then links, then the entry are locked, as a pass does; nothing is written unless all
 * is still as the entry says.
 */
export async function relinkObject(
  db: Db,
  portalId: PortalId,
  gift: Relink,
): Promise<RelinkResult> {
  const { type, recordId, objectId, holderId, person } = gift;
  const records = await lockRecords(db, portalId, gift);
  const links = await lockLinks(db, portalId, gift);
  const what = whatChanged(gift, records, links);
  if (what !== null) return { kind: "changed", what };
  if (await isUnderWay(db, portalId, gift)) return { kind: "busy" };
  if (!(await closeEntry(db, portalId, gift))) return { kind: "settled" };

  const account = { ...person, runId: null };
  await db
    .updateTable("link")
    .set({ state: "given-up", ended_at: sql<Date>`now()` })
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("object_id", "=", objectId)
    .where("state", "=", sql.lit("live"))
    .execute();
  await insertLinks(db, portalId, type, account, [
    {
      recordId,
      objectId,
      base: gift.base,
      parked: {},
      seen: null,
      pulled: false,
      pushed: false,
      edgesSettled: [],
    },
  ]);
  await journalRelink(db, portalId, gift);
  const holder = records.find(({ id }) => id === holderId);
  if (holder?.deleted_at === null)
    await storeVerdicts(db, portalId, [{ recordId: holder.id, ...givenUp }]);
  await markBothDirty(db, portalId, gift);
  if (holderId !== null)
    await recheckChildrenOfUnlinked(db, portalId, type, [holderId]);
  return { kind: "given" };
}

interface RecordRow {
  readonly id: RecordId;
  readonly identity: string | null;
  readonly deleted_at: Date | null;
}

interface LinkRow {
  readonly record_id: RecordId;
  readonly object_id: ObjectId;
  readonly state: LinkState["state"];
}

async function lockRecords(
  db: Db,
  portalId: PortalId,
  { recordId, holderId }: Relink,
): Promise<RecordRow[]> {
  const { rows } = await sql<RecordRow>`
    select id, identity, deleted_at from record
    where portal_id = ${portalId} and id = any (${[recordId, ...(holderId === null ? [] : [holderId])]}::uuid[])
    order by id for update`.execute(db);
  return rows;
}

async function lockLinks(
  db: Db,
  portalId: PortalId,
  { type, recordId, objectId }: Relink,
): Promise<LinkRow[]> {
  const { rows } = await sql<LinkRow>`
    select record_id, object_id::text, state from link
    where portal_id = ${portalId} and object_type = ${type} and id = any (array(
      select id from link where portal_id = ${portalId} and record_id = ${recordId}
      union select id from link
        where portal_id = ${portalId} and object_type = ${type} and object_id = ${objectId}::bigint))
    order by id for update`.execute(db);
  return rows;
}

function whatChanged(
  { type, recordId, objectId, holderId, identities }: Relink,
  records: readonly RecordRow[],
  links: readonly LinkRow[],
): string | null {
  const record = records.find(({ id }) => id === recordId);
  if (record === undefined || record.deleted_at !== null)
    return "The record was deleted";
  const { names, identity } = descriptorOf(type);
  const live = links.filter(({ state }) => state === "live");
  const own = live.find((link) => link.record_id === recordId);
  if (own !== undefined)
    return `The record is now linked to ${type} ${own.object_id} in HubSpot`;
  const holder = live.find((link) => link.object_id === objectId);
  if (holder === undefined && holderId !== null)
    return `${names.label.singular} ${objectId} in HubSpot is no longer linked to record ${holderId}`;
  if (holder !== undefined && holder.record_id !== holderId)
    return `${names.label.singular} ${objectId} in HubSpot is now linked to record ${holder.record_id}`;
  return record.identity !== null && identities.includes(record.identity)
    ? null
    : `The record and ${type} ${objectId} in HubSpot no longer have the same ${identity?.kind ?? "identity"}`;
}

/** A write to HubSpot for one of the two whose worker may live. With the records locked, nobody begins another one. */
async function isUnderWay(
  db: Db,
  portalId: PortalId,
  { type, recordId, objectId, holderId }: Relink,
): Promise<boolean> {
  const { rows } = await sql`
    select from attempt
    where portal_id = ${portalId} and claimed and claim_ends_at > now()
      and (record_id in (${recordId}::uuid, ${holderId}::uuid)
        or (object_type = ${type} and object_id = ${objectId}::bigint))
    limit 1`.execute(db);
  return rows.length > 0;
}

async function closeEntry(
  db: Db,
  portalId: PortalId,
  { attentionId, person }: Relink,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update attention set state = 'resolved', resolved_at = now(), resolved_by = ${person.by}, updated_at = now(),
      details = details || '{"choice": "link_existing"}'
    where portal_id = ${portalId} and id = ${attentionId}::uuid and state = 'open'`.execute(
    db,
  );
  return (numAffectedRows ?? 0n) > 0n;
}

async function journalRelink(
  db: Db,
  portalId: PortalId,
  { type, recordId, objectId, holderId, person }: Relink,
): Promise<void> {
  const formerly =
    holderId === null ? "" : `, which was linked to record ${holderId}`;
  await writeJournal(db, portalId, type, {
    account: { ...person, runId: null },
    initiator: "workspace",
    lines: [
      {
        recordId,
        objectId,
        action: "linked",
        code: "linked_by_choice",
        reason: `Someone linked this record to ${type} ${objectId} in HubSpot${formerly}.`,
        changes: [],
      },
      ...(holderId === null
        ? []
        : [
            {
              recordId: holderId,
              objectId,
              action: "unlinked" as const,
              code: givenUp.code,
              reason: `${givenUp.reason} It's now linked to record ${recordId}.`,
              changes: [],
            },
          ]),
    ],
  });
}

/** The ordinary pass goes on from here: it merges the fields of the new pair, and says why the other has no link. */
async function markBothDirty(
  db: Db,
  portalId: PortalId,
  { recordId, holderId }: Relink,
): Promise<void> {
  await sql`
    insert into dirty as d (portal_id, object_type, record_id, revision)
    select portal_id, object_type, id, revision from record
    where portal_id = ${portalId} and id in (${recordId}::uuid, ${holderId}::uuid)
    on conflict (portal_id, record_id) do update set due_at = now()`.execute(
    db,
  );
}

import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { hubSpotRefusal } from "../preview/hubspot-refusal.ts";
import type { Engine } from "../engine.ts";
import type { Initiator } from "../model.ts";
import type { Account, PassItem } from "../decide/plan.ts";

/** An entry that needs a person, and how an action on it is answered. */

export type AttentionAnswer =
  | { readonly ok: true; readonly item: PassItem | null }
  | {
      readonly ok: false;
      readonly code: string;
      readonly reason: string;
      readonly remedy: string | null;
    };

export type Refused = Extract<AttentionAnswer, { ok: false }>;

export interface Entry {
  readonly id: string;
  readonly kind: "problem" | "held" | "drift";
  readonly state: "open" | "resolved";
  readonly code: string;
  readonly objectType: ObjectType;
  readonly recordId: RecordId | null;
  readonly objectId: ObjectId | null;
  readonly field: string;
  readonly cause: string;
  readonly fix: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly initiator: Initiator;
  /** The entry of which it is a part. */
  readonly partOf: string | null;
}

/** On whose account: "card" and a user's email, or "api" and its name for itself. */
export type Person = Pick<Account, "source" | "by">;

export const refuse = (
  code: string,
  reason: string,
  remedy: string | null = null,
): Refused => ({ ok: false, code, reason, remedy });

export const alreadyResolved = refuse(
  "already_settled",
  "This was already resolved.",
);

/** Acts on an entry that is still open; that HubSpot cannot be asked just now is told like any refusal. */
export async function actOnOpen(
  engine: Engine,
  portalId: PortalId,
  id: string,
  action: (entry: Entry) => Promise<AttentionAnswer>,
): Promise<AttentionAnswer> {
  const entry = await engine.database.inPortal(portalId, (db) =>
    loadEntry(db, portalId, id),
  );
  if (entry === null)
    return refuse("attention_not_found", "No entry has this id.");
  if (entry.state !== "open") return alreadyResolved;
  try {
    return await action(entry);
  } catch (error) {
    const refusal = hubSpotRefusal(error, engine.now());
    if (refusal === null) throw error;
    return refuse(refusal.code, refusal.reason, refusal.remedy);
  }
}

const columns = sql`id, kind, state, code, object_type as "objectType", record_id as "recordId",
  object_id::text as "objectId", field, cause, fix, details, initiator, part_of as "partOf"`;

/** The open conflicts of a record, the oldest first. */
export async function loadHeldEntries(
  db: Db,
  portalId: PortalId,
  recordId: RecordId,
): Promise<Entry[]> {
  const { rows } = await sql<Entry>`
    select ${columns} from attention
    where portal_id = ${portalId} and record_id = ${recordId} and state = 'open' and kind = 'held' and field <> ''
    order by created_at, id`.execute(db);
  return rows;
}

export async function loadEntry(
  db: Db,
  portalId: PortalId,
  id: string,
): Promise<Entry | null> {
  const { rows } = await sql<Entry>`
    select ${columns} from attention where portal_id = ${portalId} and id = ${id}::uuid`.execute(
    db,
  );
  return rows[0] ?? null;
}

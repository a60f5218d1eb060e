import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import { conversionKey } from "../../settings/mapping.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { closeSeenAttempts } from "./close-seen-attempts.ts";
import { writeJournal } from "../journal/journal.ts";
import type { JournalLine } from "../journal/journal.ts";
import { insertLinks } from "./insert-links.ts";
import { creationReason } from "../decide/decide-create-object.ts";
import type { Base, FieldChange, Rules } from "../model.ts";
import type { StoredAttempt } from "./stored-state.ts";
import { own } from "../values/value.ts";

/** A creation that HubSpot executed, and whose worker did not live to link its object. */
export type ExecutedCreation = Pick<
  StoredAttempt,
  "id" | "recordId" | "sent"
> & {
  /** The object, by the id that it got. */
  readonly made: ObjectId;
};

/**
 * Closes creations whose objects can't be matched any more, because they are gone or were merged away: links their
 * records to the objects, with what was sent as base, and writes the journal line of the creation. From then on, what
 * happened to the object is decided like that of any linked one. An attempt that another worker has closed is left
 * alone.
 */
export async function linkCreations(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  rules: Rules,
  creations: readonly ExecutedCreation[],
): Promise<void> {
  if (creations.length === 0) return;
  const records = creations.map(({ recordId }) => recordId);
  await db
    .selectFrom("record")
    .select("id")
    .where("portal_id", "=", portalId)
    .where("id", "=", anyOf(records))
    .orderBy("id")
    .forUpdate()
    .execute();
  const taken = await liveLinks(db, portalId, type, creations);
  const free = creations.filter(
    ({ recordId, made }) => !taken.has(recordId) && !taken.has(made),
  );
  const closed = await closeSeenAttempts(
    db,
    portalId,
    free.map(({ id }) => id),
  );
  const confirmed = free.filter(({ id }) => closed.has(id));
  const account = { source: "product", by: "", runId: null };
  await insertLinks(
    db,
    portalId,
    type,
    account,
    confirmed.map(({ recordId, made, sent }) => ({
      recordId,
      objectId: made,
      base: baseOf(rules, type, sent),
      parked: {},
      seen: null,
      pulled: false,
      pushed: true,
      edgesSettled: [],
    })),
  );
  await writeJournal(db, portalId, type, {
    account,
    initiator: "workspace",
    lines: confirmed.map((creation) => createdLine(rules, type, creation)),
  });
}

/** Records and objects among the creations' that are linked by now. */
async function liveLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  creations: readonly ExecutedCreation[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ record_id: RecordId; object_id: ObjectId }>`
    select record_id, object_id from link
    where portal_id = ${portalId} and object_type = ${type} and state = 'live'
      and (record_id = any (${creations.map(({ recordId }) => recordId)}::uuid[])
        or object_id = any (${creations.map(({ made }) => made)}::bigint[]))`.execute(
    db,
  );
  return new Set(rows.flatMap((row) => [row.record_id, row.object_id]));
}

const baseOf = (
  { settings }: Rules,
  type: ObjectType,
  sent: ExecutedCreation["sent"],
): Base =>
  Object.fromEntries(
    settings[type].mappings.flatMap(({ field, property, conversion }) => {
      const value = own(sent, property);
      return value === undefined
        ? []
        : [
            [
              field,
              {
                w: value.w,
                h: value.h,
                p: property,
                c: conversionKey(conversion),
              },
            ],
          ];
    }),
  );

function createdLine(
  { settings }: Rules,
  type: ObjectType,
  { recordId, made, sent }: ExecutedCreation,
): JournalLine {
  const { mappings } = settings[type];
  return {
    recordId,
    objectId: made,
    action: "created",
    code: "created_in_hubspot",
    reason: creationReason(type),
    changes: Object.entries(sent).map(([property, { h }]): FieldChange => ({
      field:
        mappings.find((mapping) => mapping.property === property)?.field ??
        property,
      property,
      side: "hubspot",
      before: null,
      after: h,
    })),
  };
}
